import type { Claims } from "../../protocols/openid/id-token";
import { openIdSubject, type SparkPerson } from "./people";

/** The claims about a person, with Spark's own names (`claims_supported`). */

export function idTokenClaims(person: SparkPerson, variant: string): Claims {
  return {
    sub: openIdSubject(person, variant),
    name: person.name,
    MemberMlsId: person.memberMlsId,
    Office: person.office.name,
  };
}

export function userInfo(person: SparkPerson, variant: string): Claims {
  const { firstName, lastName, email, office } = person;
  return {
    ...idTokenClaims(person, variant),
    given_name: firstName,
    family_name: lastName,
    ...(email && { email, email_verified: true }),
    picture: `https://photos.flexmls.test/${person.sub}.jpeg`, // on a host that cannot exist
    OfficeKey: office.id,
    OfficeMlsId: office.mlsId,
    MemberType: "Member",
    UserType: "Member",
    user_is_active: true,
    mls_system_access: true,
  };
}

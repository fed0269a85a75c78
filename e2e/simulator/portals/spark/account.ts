import { accountId, type SparkPerson } from "./people";

/** `GET /v1/my/account`: the only result, about the agent whose token it is. */
export function accountResult(person: SparkPerson, variant: string) {
  const { firstName, lastName, email, office } = person;
  const id = accountId(person, variant);
  return {
    Id: id,
    Name: person.name,
    FirstName: firstName,
    LastName: lastName,
    MiddleName: "",
    Office: office.name,
    OfficeId: office.id,
    Company: office.name,
    CompanyId: office.id,
    Mls: "Simulated MLS",
    MlsId: "20000426143505724628000000",
    UserType: "Member",
    Emails: email ? [{ Type: "Work", Name: "Work", Address: email, Primary: true }] : [],
    Phones: [],
    Websites: [],
    Addresses: [],
    Images: [],
    Associations: [],
    Tags: [],
    Locale: null,
    ResourceUri: `/v1/accounts/${id}`,
  };
}

/** `GET /v1/my/contact`: for the agent, a consumer is a contact. */
export function contactResult(person: SparkPerson, variant: string) {
  const { firstName, lastName, email } = person;
  const id = accountId(person, variant);
  return {
    Id: id,
    DisplayName: person.name,
    GivenName: firstName,
    FamilyName: lastName,
    PrimaryEmail: email,
    ResourceUri: `/v1/contacts/${id}`,
  };
}

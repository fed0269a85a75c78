import { fullName, type MlsConnectPerson } from "./people";

/** `GET /api/oauth/me`: every field of the documented sample, in the same order; an unknown one is null. */
export function memberBody(person: MlsConnectPerson, variant: string) {
  const { id, firstName, lastName, email, agency } = person;
  return {
    ...(person.withoutId ? {} : { id: id + variant }),
    name: fullName(person),
    email,
    firstName,
    lastName,
    location: person.location ?? null,
    description: person.description ?? null,
    image: person.image ?? null,
    phone: person.phone ?? null,
    urls: person.urls ?? null,
    additionalInformation: agency ? { agency } : null,
    ...person.undocumented,
  };
}

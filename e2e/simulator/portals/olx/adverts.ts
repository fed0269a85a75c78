import { createHash, randomUUID } from "node:crypto";
import { type Answer, json } from "../../answer";
import type { PortalRequest } from "../../request";
import { callingApplication } from "./calling-application";
import { expiredToken, invalidToken, noPermission, Refusal, refusalAnswer } from "./errors";
import { peopleOf } from "./people";
import type { Olx } from "./server";
import { sites } from "./sites";
import type { Account, Family } from "./store";

/** The calls that read adverts: https://developer.olxgroup.com/docs/get-advert-metadata. */

const PAGE_SIZE = 25;

/** `GET /advert/v1/meta`: every advert of the account, page by page. */
export function listAdverts(request: PortalRequest, olx: Olx): Answer {
  const family = authenticate(request, olx);
  if (family instanceof Refusal) return refusalAnswer(family);
  const wanted = request.query.get("page") ?? "1";
  if (!/^[1-9]\d{0,8}$/.test(wanted)) return refusalAnswer(new Refusal(400, "Invalid page"));
  const page = Number(wanted);
  const uuids = advertIds(family.account, olx.variant);
  return json(200, {
    transaction_id: randomUUID(),
    message: "Advert status information",
    data: uuids.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE).map(advertBody),
    page,
    limit: PAGE_SIZE,
    total: uuids.length,
  });
}

/** `GET /advert/v1/{uuid}/meta`. */
export function showAdvert(request: PortalRequest, uuid: string, olx: Olx): Answer {
  const family = authenticate(request, olx);
  if (family instanceof Refusal) return refusalAnswer(family);
  if (!advertIds(family.account, olx.variant).includes(uuid)) {
    const existsElsewhere = allAccounts().some((account) =>
      advertIds(account, olx.variant).includes(uuid),
    );
    return refusalAnswer(existsElsewhere ? noPermission : new Refusal(404, "Advert not found"));
  }
  return json(200, {
    transaction_id: randomUUID(),
    message: "Advert status information",
    data: advertBody(uuid),
  });
}

/** Key and token have to be the same application's. 403 means expired, or not allowed. */
export function authenticate(
  request: PortalRequest,
  { store, applications }: Olx,
): Family | Refusal {
  const application = callingApplication(request, applications);
  if (application instanceof Refusal) return application;
  const value = /^Bearer ([\w-]+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
  const token = store.accessTokens.get(value);
  if (!token || token.family.revoked || token.family.application !== application)
    return invalidToken;
  if (store.isExpired(token)) return expiredToken;
  const { scope } = token.family.account.person;
  return !scope || scope.split(" ").includes("read:adverts") ? token.family : noPermission;
}

function allAccounts(): Account[] {
  return sites.flatMap(({ id }) => peopleOf(id).map((person) => ({ site: id, person })));
}

function advertIds({ site, person }: Account, variant: string) {
  return Array.from({ length: person.adverts }, (_, index) =>
    uuidFrom(`${site}/${person.id}/${index}${variant}`),
  );
}

/** The fields of the official sample, with its two date formats and its `"true"` as text. */
function advertBody(uuid: string) {
  return {
    uuid,
    last_action_status: "posted",
    last_action_at: "2018-06-06T17:21:05.537+0000",
    custom_fields: { id: `crm-${uuid.slice(0, 8)}`, reference_id: `ref-${uuid.slice(0, 8)}` },
    state: {
      code: "active",
      visible_in_profile: "true",
      ttl: 2_591_999,
      url: `https://adverts.olxgroup.test/${uuid}`, // on a host that cannot exist
      created_at: "2018-07-04 16:01:12",
      activated_at: "2018-07-04 16:01:12",
      modified_at: "2018-07-04 16:01:12",
      moderation: { reason: "", description: "" },
    },
    last_error: null,
  };
}

function uuidFrom(name: string) {
  const hex = createHash("sha1").update(name).digest("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20, 32)].join("-");
}

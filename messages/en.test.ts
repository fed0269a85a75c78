import { expect, test } from "vitest";
import { problems as codes, type Mode, type Problem } from "@/lib/auth/flow/problems";
import * as en from "./en";

const named = {
  portal: "Casa",
  connection: "Casa Lisboa",
  product: "Portico",
  namesMembers: true,
};
const unnamed = { ...named, portal: en.unnamed, connection: en.unnamed };

const parts = ["title", "body", "next"] as const;
const modes = ["signin", "link", "connect", null] as const;

/** All that is said of a problem. */
const wordsOf = (code: Problem, mode: Mode | null) =>
  Object.values(en.problems[code](named, mode)).join(" ");

/** Where nothing else was tried than to link, or to change a link. */
const OF_LINKS: readonly Problem[] = [
  "session_changed",
  "member_taken",
  "elsewhere",
  "other_member",
  "question_closed",
  "last_way_in",
];

test.each(parts)("every problem has a %s of its own", (part) => {
  for (const names of [named, unnamed]) {
    for (const mode of modes) {
      const sentences = codes.map((code) => en.problems[code](names, mode)[part]);
      expect(new Set(sentences).size).toBe(codes.length);
    }
  }
});

test.each(codes)("a sign-in that fails speaks of no link: %s", (code) => {
  expect(wordsOf(code, "signin")).not.toMatch(/link/i);
});

test.each(codes.filter((code) => !OF_LINKS.includes(code)))(
  "where it is not known what was tried, neither is named: %s",
  (code) => {
    expect(wordsOf(code, null)).not.toMatch(/link|you were not signed in/i);
  },
);

test.each(codes)(
  "a link that fails speaks of signing in only where that is to be done: %s",
  (code) => {
    const ofTheUser = [
      "session_changed",
      "sign_in_first",
      "member_taken",
      "elsewhere",
      "last_way_in",
    ];
    const words = wordsOf(code, "link");
    expect(words).not.toMatch(/you were not signed in/i);
    if (!ofTheUser.includes(code)) expect(words).not.toMatch(/sign(s|ed|ing)?[- ](you )?in\b/i);
  },
);

/** Where no connect session comes to: they are about users, their dashboards and links. */
const NOT_OF_CONNECT_SESSIONS: readonly Problem[] = [
  ...OF_LINKS,
  "sign_in_first",
  "wrong_password",
  "wrong_tokens",
  "too_many_tries",
];

test.each(codes.filter((code) => !NOT_OF_CONNECT_SESSIONS.includes(code)))(
  "a connect session that fails speaks of no link, dashboard or sign-in: %s",
  (code) => {
    expect(wordsOf(code, "connect")).not.toMatch(/link|dashboard|sign(s|ed|ing)?[- ](you )?in\b/i);
  },
);

test("every success has a sentence of its own", () => {
  const sentences = Object.values(en.successes).flatMap((sentence) =>
    Object.values(sentence(named)),
  );
  expect(new Set(sentences).size).toBe(sentences.length);
});

test("no sentence about a portal begins with a small letter, is empty or ends without a stop", () => {
  for (const names of [named, unnamed]) {
    for (const [code, mode] of codes.flatMap((code) =>
      modes.map((mode) => [code, mode] as const),
    )) {
      const { title, body, next } = en.problems[code](names, mode);
      for (const text of [title, body, next]) expect(text).toMatch(/^[A-Z]/);
      for (const text of [body, next]) expect(text).toMatch(/\.$/);
    }
  }
});

test("nothing is said in a developer's words", () => {
  const jargon =
    /\b(tokens?|oauth|openid|callback|https?|json|html|null|undefined|api|redirect|flow|session|state|server|database|client)\b/i;
  for (const text of everything()) {
    expect(text.trim()).not.toBe("");
    expect(text).not.toMatch(jargon);
  }
});

test("declining at the portal is told calmly", () => {
  for (const mode of modes) {
    expect(wordsOf("access_denied", mode)).not.toMatch(/error|failed|wrong|problem|sorry/i);
  }
});

test("a broken link with an unexpected reason still gets a sentence", () => {
  expect(en.needsYou("sunspots", named)).toMatch(/\.$/);
});

test("every reason for which a link is broken or on hold is told in a sentence of its own", () => {
  for (const sentences of [reasons.broken.map(told.broken), reasons.onHold.map(told.onHold)]) {
    expect(new Set(sentences).size).toBe(sentences.length);
    for (const sentence of sentences) expect(sentence).toMatch(/\.$/);
  }
});

test("each end of a permission is told in a sentence of its own", () => {
  const sentences = afterUnlinking().map(({ body }) => body);
  expect(new Set(sentences).size).toBe(sentences.length);
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*\.$/);
});

test("a check of several links counts them, and says one of one", () => {
  const title = (all: number, well: number, needYou: number) =>
    en.checked.title({ all, well, needYou });
  expect([title(4, 4, 0), title(4, 3, 0), title(4, 3, 1), title(4, 1, 2)]).toEqual([
    "All 4 work",
    "No clear answer from 1 of 4",
    "1 of 4 needs you",
    "2 of 4 need you",
  ]);
});

test("a user who deletes their account is told which portals will hear of it", () => {
  const last = (told: string | null, left: string | null) =>
    en.deletion.what("Portico", 2, { told, left }).at(-1)?.body;
  expect(last("Casa", null)).toMatch(/We ask Casa/);
  expect(last("Casa", "Maison")).toMatch(/We ask Casa.*At Maison only you/);
  expect(last(null, "Maison")).not.toMatch(/We ask/);
});

test("everything that can happen is told in a sentence of its own", () => {
  for (const names of [named, unnamed]) {
    const sentences = happenings(names);
    expect(new Set(sentences).size).toBe(sentences.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*\.$/);
  }
});

/** Told in all its ways, where there are several. */
function happenings(names: en.Names) {
  const told = Object.values(en.happened).flatMap((sentence) =>
    [null, "Acme CRM"].flatMap((client) => [
      sentence(names, false, client),
      sentence(names, true, client),
    ]),
  );
  return [...new Set(told)];
}

const reasons = {
  broken: [
    "invalid_grant",
    "invalid_token",
    "expired_token",
    "answer_lost",
    "refused_for_long",
    "other_client",
    "invalid_client",
    "unverified",
    "access_denied",
    "refused",
    "clock_skewed",
    "sunspots",
  ],
  onHold: [
    "refused_for_now",
    "clock_skewed",
    "rate_limited",
    "unreachable",
    "redirected",
    "failing",
  ],
};

const told = {
  broken: (reason: string) => en.needsYou(reason, named),
  onHold: (reason: string) => en.onHold(reason, named),
};

/** All the ways in that a deployment may have. */
const doors = [true, false].flatMap((login) =>
  [true, false].map((portals) => ({ login, portals })),
);

test("a front page that leads to the company's login alone sends no one to a portal to sign in", () => {
  const only = { login: true, portals: false };
  const words = [en.home.introduction(only), ...en.home.facts(only).map(({ body }) => body)];
  expect(words.join(" ")).not.toMatch(/portal account|at the portal/);
  expect(en.home.facts({ login: true, portals: true })[0]?.body).toContain(
    "at the portal or on your company’s own page",
  );
});

function afterUnlinking() {
  return Object.values(en.takenBack).map((sentence) => sentence(named, "your Casa account"));
}

function everything() {
  const ofProblems = codes.flatMap((code) =>
    modes.flatMap((mode) => Object.values(en.problems[code](named, mode))),
  );
  const ofSuccesses = Object.values(en.successes).flatMap((sentence) =>
    Object.values(sentence(named)),
  );
  const labels = [
    en.site,
    en.home,
    en.signIn,
    en.choice,
    en.notice,
    en.dashboard,
    en.card,
    en.manage,
    en.nextStep,
    en.direct,
    en.unlinking,
    en.checking,
    en.checked,
    en.afterUnlinking,
    en.account,
    en.deletion,
    en.activity,
    en.failure,
    en.notFound,
  ];
  const plain = labels
    .flatMap((group) => Object.values(group))
    .filter((text) => typeof text === "string");
  return [...ofProblems, ...ofSuccesses, ...plain, ...filledIn()];
}

/** Sentences that wait for a name or a number. */
function filledIn() {
  const consequences = [
    ...[true, false].flatMap((revokes) =>
      en.unlinking.what(named, { revokes, home: "your Casa account" }),
    ),
    ...[0, 1, 2].flatMap((count) =>
      en.deletion.what("Portico", count, { told: "Casa", left: "Maison" }),
    ),
    ...en.deletion.what("Portico", 1, { told: null, left: "Maison" }),
    ...afterUnlinking(),
    ...Object.values(en.checkedOne).map((sentence) => sentence("Casa")),
    ...Object.values(en.askedFor).map((sentence) => sentence(named)),
    ...doors.flatMap((each) => en.home.facts(each)),
  ];
  return [
    ...consequences.flatMap((consequence) => Object.values(consequence)),
    ...reasons.broken.map(told.broken),
    ...reasons.onHold.map(told.onHold),
    en.choice.all(44),
    en.checking.one("Lisboa"),
    ...[1, 2].map((count) => en.checked.needYou("Casa", count)),
    ...[1, 2].map((count) => en.checked.unknown("Casa", count)),
    en.checked.onHold("Casa"),
    en.afterUnlinking.waiting(named),
    ...Object.values(en.afterUnlinking.left).map((sentence) => sentence(named, "your Casa page")),
    ...doors.map(en.home.introduction),
    ...doors.map(en.signIn.introduction),
    ...doors.map((each) => en.signIn.trust(each, "Portico")),
    en.signIn.stillThere("Casa"),
    en.signIn.signOutThere("Casa"),
    en.unlinking.ownPage("Casa"),
    en.unlinking.title("Casa Lisboa"),
    en.unlinking.lastTitle("Casa Lisboa"),
    en.unlinking.lastBody("Portico"),
    en.account.leaveBody("Portico"),
    en.activity.introduction("Portico"),
    en.activity.times("12"),
    ...happenings(named),
    en.manage.another("Lisboa"),
    en.direct.byPassword("Casa"),
    en.direct.byKeys("Casa"),
    en.direct.choiceOfLogin("Site"),
    en.direct.choiceOfKeys("Site"),
    en.direct.passwordPromise("Casa", "Portico"),
    ...[1, 2].map((count) => en.direct.keysPromise("Casa", count)),
    ...[0, 1, 2].map((count) => en.card.listings(count, String(count))),
    ...(["production", "staging", "sandbox"] as const).map((environment) =>
      en.card.otherEnvironment(environment, named),
    ),
  ];
}

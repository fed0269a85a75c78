import type { Problem, Success } from "@/lib/auth/problems";

/** Every sentence of the pages, written for an agent. Another language is another file with these names. */

/** `portal` is the portal alone; `connection` adds the board or site, where there is one to choose. */
export type Names = { portal: string; connection: string; product: string };

export type ProblemSentences = { title: string; body: string; next: string };

/** Stands in where an ending does not say which portal it was. */
export const unnamed = "the portal";

/** At the beginning of a sentence; a portal's own name keeps its own spelling. */
const Begin = (name: string) => (name === unnamed ? "The portal" : name);

/** What happened; what it means; what to do and who has to do it. */
export const problems: Record<Problem, (names: Names) => ProblemSentences> = {
  flow_missing: ({ portal }) => ({
    title: "This was not started in this browser",
    body: `${Begin(portal)} sent you here, but this browser did not begin that visit or no longer remembers it. Nobody was signed in and nothing was linked.`,
    next: "Start again from this page. If it keeps happening, allow cookies for this site or leave private browsing.",
  }),
  flow_expired: ({ portal }) => ({
    title: "That took a little too long",
    body: `You came back from ${portal} after we had closed the visit for your safety. Nothing was linked or changed.`,
    next: "Start again and finish it in one go; your login is fine.",
  }),
  flow_used: ({ portal }) => ({
    title: "This visit is already finished",
    body: `You are looking at an answer from ${portal} that has been used before. It counts once only, so nothing was done a second time.`,
    next: "Carry on here. If something is missing, start again.",
  }),
  flow_unfinished: ({ portal }) => ({
    title: "Still working on your first click",
    body: `The same answer from ${portal} reached us twice, and the first one has not come to an end yet.`,
    next: "Wait half a minute, then open this page afresh. If nothing has changed by then, start again.",
  }),
  session_changed: ({ connection }) => ({
    title: "You are not who began this",
    body: `The person who set out to link ${connection} is no longer signed in here. To keep the link off somebody else’s dashboard, nothing was linked.`,
    next: "Check who is signed in, then link it again as yourself.",
  }),
  state_missing: ({ portal, product }) => ({
    title: "We cannot tell what this answer belongs to",
    body: `${Begin(portal)} sent you back without saying which visit it was answering. ${product} only acts on answers it can place, so nothing was changed.`,
    next: "Start again. If it happens every time, tell your administrator: it has to be put right on the portal’s side.",
  }),
  answer_malformed: ({ portal }) => ({
    title: "The answer was neither a yes nor a no",
    body: `${Begin(portal)} sent you back with an answer that is incomplete or contradicts itself. We did not act on it.`,
    next: "Start again from the button rather than with Back or a bookmark. If it returns, your administrator should report it to the portal.",
  }),
  wrong_address: ({ portal, product }) => ({
    title: "The answer came to the wrong door",
    body: `${Begin(portal)} delivered an answer meant for one connection where ${product} expects those of another. It was left unused.`,
    next: "Your administrator has to compare the return addresses registered with the portal. There is nothing for you to repair.",
  }),
  sign_in_first: ({ connection, product }) => ({
    title: "Please sign in first",
    body: `Before ${connection} can be linked, ${product} has to know whose dashboard it belongs on. Right now nobody is signed in.`,
    next: "Sign in, then link it from your dashboard.",
  }),
  not_offered: ({ product }) => ({
    title: "That is not available here",
    body: `${product} is not set up for the connection you asked for, or not for using it this way.`,
    next: "Pick one of those shown on this page. If yours is missing, ask your administrator to add it.",
  }),
  member_taken: ({ connection, product }) => ({
    title: "This login is linked to somebody else",
    body: `The ${connection} login you just used already belongs to another person’s dashboard in ${product}. It can be on one only, so both stay as they were.`,
    next: "If that other person is you, sign in with that login instead. If not, ask your administrator to look into it.",
  }),
  other_member: ({ connection, product }) => ({
    title: "That was a different login",
    body: `You already have another ${connection} login on this dashboard, and ${product} does not swap one for the other by itself. Both stay as they were.`,
    next: "Log out at the portal first, then link again with the login you mean.",
  }),
  other_environment: ({ connection }) => ({
    title: "This login comes from a test system",
    body: `What is known here about ${connection} was set up for trying things out, or the other way round. The two are kept apart, so nothing was changed.`,
    next: "Your administrator has to give the test system a name of its own.",
  }),
  unavailable: ({ product }) => ({
    title: `${product} needs a moment`,
    body: "Our own records cannot be reached just now, so we did not begin. Nothing was asked of the portal.",
    next: "Try again in a minute. If it lasts, let your administrator know.",
  }),
  not_saved: ({ portal, product }) => ({
    title: "We could not keep what you agreed to",
    body: `${Begin(portal)} said yes, but ${product} could not write it down, so the link was not made.`,
    next: "Try again in a minute. If it fails twice, your administrator has to look at our records.",
  }),
  internal: ({ product }) => ({
    title: "Something went wrong on our side",
    body: `This is a fault in ${product} and nothing you did. We stopped where we were.`,
    next: "Try again. If you see this twice, give your administrator the reference so that it can be found and repaired.",
  }),
  access_denied: ({ portal }) => ({
    title: "Nothing was linked",
    body: `Permission was not given at ${portal}, so nothing was shared and nothing here has changed. That is entirely up to you.`,
    next: "If you change your mind, start again whenever it suits you.",
  }),
  invalid_grant: ({ portal }) => ({
    title: "The permission ran out on the way",
    body: `What you agreed to at ${portal} can be used once and only for a moment, and it was no longer accepted when we did.`,
    next: "Start again; it nearly always works the second time. If it does not, your administrator should check the connection.",
  }),
  invalid_client: ({ portal, connection, product }) => ({
    title: `${Begin(portal)} does not recognise ${product}`,
    body: `Our registration for ${connection} is not accepted, so nobody can get through at the moment. Your own login is not the cause.`,
    next: "Your administrator has to correct the registration. Once that is done, start again.",
  }),
  invalid_token: ({ portal }) => ({
    title: "The permission was not honoured",
    body: `${Begin(portal)} agreed first, and then turned us away when we asked who you are.`,
    next: "Start again. If the same thing happens, ask the portal’s support whether your login may be used by other software.",
  }),
  refused: ({ portal, product }) => ({
    title: `${Begin(portal)} said no to ${product}`,
    body: "Our request arrived and was understood, but it was turned down for a reason you cannot change from here.",
    next: "Try once more. If the answer stays no, your administrator should take it up with the portal.",
  }),
  rate_limited: ({ portal }) => ({
    title: `${Begin(portal)} asks us to slow down`,
    body: "It has had too many requests for the moment and is making everybody wait. Nothing is broken.",
    next: "Wait a few minutes, then start again. Nobody has to repair anything.",
  }),
  failing: ({ portal }) => ({
    title: `${Begin(portal)} is having trouble`,
    body: "Its own service reports a fault. Your login and your other links are not affected.",
    next: "Come back in a few minutes. Only the portal can solve this; if it lasts, its support will know more.",
  }),
  timed_out: ({ portal }) => ({
    title: `${Begin(portal)} took too long to answer`,
    body: "We waited as long as is reasonable and then let go, so nothing was linked.",
    next: "Try again a little later. If it stays this slow all day, mention it to the portal’s support.",
  }),
  unreachable: ({ portal, product }) => ({
    title: `We could not reach ${portal}`,
    body: `There was no connection between ${product} and the portal. Your own internet connection is fine, or you would not be reading this.`,
    next: "Try again in a few minutes. If it lasts, your administrator should check the line between the two.",
  }),
  redirected: ({ portal, connection }) => ({
    title: `${Begin(portal)} seems to have moved`,
    body: "The address we use there now points somewhere else, and we do not carry your permission to a place we do not know.",
    next: `Your administrator has to bring the address of ${connection} up to date. It is safe to try again after that.`,
  }),
  too_large: ({ portal }) => ({
    title: `${Begin(portal)} sent far too much`,
    body: "Its answer was many times longer than such an answer can be, so we stopped reading.",
    next: "Try once more. If it happens again, your administrator should ask the portal what has changed.",
  }),
  empty: ({ portal }) => ({
    title: `${Begin(portal)} answered with nothing at all`,
    body: "It reported success and left out everything that goes with it, so there is nothing we could link.",
    next: "Start again. If the next answer is empty too, the portal has to repair it; your administrator can tell them.",
  }),
  web_page: ({ portal, product }) => ({
    title: `${Begin(portal)} showed us a page instead of answering`,
    body: "That usually means maintenance over there, or that our way in is blocked.",
    next: `Try again later today. If it goes on, your administrator should ask the portal whether it blocks ${product}.`,
  }),
  unreadable: ({ portal }) => ({
    title: `We could not read what ${portal} sent`,
    body: "The answer arrived damaged, or in a form that was never agreed on.",
    next: "Try again. If it is no better, your administrator should report it to the portal.",
  }),
  unexpected: ({ portal }) => ({
    title: `${Begin(portal)} left something out`,
    body: "We could read its answer, but a part that we rely on, such as who you are, was missing or different.",
    next: "Your administrator should report this to the portal. Try again when they have said that it is corrected.",
  }),
};

export const successes: Record<Success, (names: Names) => { title: string; body: string }> = {
  signed_in: ({ connection }) => ({
    title: "Welcome",
    body: `You are signed in through ${connection}.`,
  }),
  switched: ({ connection, product }) => ({
    title: "You are signed in as somebody else now",
    body: `The ${connection} login you just used belongs to a different person in ${product} than was here before, so this browser has changed over.`,
  }),
  linked: ({ connection }) => ({
    title: "Linked",
    body: `${Begin(connection)} is on your dashboard now and ready to work.`,
  }),
  relinked: ({ connection }) => ({
    title: "Connected again",
    body: `Your permission at ${connection} has been renewed. Everything else stays as it was.`,
  }),
  signed_out: ({ product }) => ({
    title: "You are signed out",
    body: `Your portals stay linked; ${product} keeps them working while you are away.`,
  }),
};

export const site = {
  description: "Sign in with the portal account you already have, and see that your portals work.",
  skipLink: "Skip to the content",
  staging: "Staging",
  production: "Production",
  homeLink: (product: string) => `${product}, home`,
};

export const home = {
  title: "Every portal, one front door",
  introduction:
    "Sign in with the portal account you already have. Link the others once. Then see, every morning, that all of them work.",
  signIn: "Sign in",
  factsLabel: "How it works",
  facts: [
    {
      title: "No new password",
      body: "You sign in at the portal itself. Your password is never typed, seen or kept here.",
    },
    {
      title: "Linked once",
      body: "Your team’s software works through the links you make, so nobody has to ask for your login.",
    },
    {
      title: "Plain answers",
      body: "Each portal either works or tells you what it needs, and who has to do it.",
    },
  ],
};

export const signIn = {
  title: "Sign in",
  introduction: "Use the portal account you already have.",
  button: (portal: string) => `Sign in with ${portal}`,
  pending: (portal: string) => `Taking you to ${portal}…`,
  trust: (product: string) => `You type your password at the portal. ${product} never sees it.`,
  hiddenTitle: (portal: string) => `Coming from ${portal}?`,
  hiddenBody: (home: string, product: string) =>
    `Open ${home} and choose ${product} there. You will arrive here signed in.`,
  nothing: "No portal is set up for signing in yet.",
  nothingNext: "Your administrator has to add one before anybody can come in.",
};

export const choice = {
  only: (label: string) => `${label}:`,
  search: (label: string) => `Find your ${label.toLowerCase()}`,
  searchPlaceholder: "Type part of its name",
  /** Announced while somebody types. */
  matches: (matching: number, all: number) => {
    if (matching === 0) return "No match. Try fewer letters.";
    return matching === 1 ? `1 match of ${all}` : `${matching} matches of ${all}`;
  },
};

export const notice = {
  startAgain: (name: string) => `Try ${name} again`,
  reference: (reference: string) => `Reference ${reference}`,
};

export const dashboard = {
  title: "Your portals",
  loading: "Loading your portals…",
  signedInAs: (connection: string | null) => ({
    before: "Signed in as",
    after: connection ? ` through ${connection}` : "",
  }),
  someone: "a member without a name",
  signOut: "Sign out",
  signingOut: "Signing out…",
  linkedTitle: "Linked portals",
  emptyTitle: "Nothing is linked yet",
  emptyBody: "Link your first portal and it will stand here, with a word on whether it works.",
  emptyNowhere: "There is no portal to link at the moment. Your administrator has to set one up.",
  linkFirst: "Link a portal",
  linkAnother: "Link another",
  link: (name: string) => `Link ${name}`,
  linking: (portal: string) => `Taking you to ${portal}…`,
  reconnect: (name: string) => `Reconnect ${name}`,
};

export const card = {
  noName: (portal: string) => `${portal} gave no name`,
  /** For links that would read alike otherwise. */
  oneOf: (position: number, all: number) => `link ${position} of ${all}`,
  linkedSince: "Linked since",
  exactTimes: "Exact times",
  exactTimesOf: (connection: string, member: string) => ` of ${connection}, ${member}`,
  linkedAt: "Linked",
  checkedAt: "Checked",
  works: "Works",
  checked: "checked",
  needsYou: "Needs you:",
  notChecked: "Not checked yet",
};

/** After "Needs you:". The reason is a word from our records, and a word nobody foresaw still gets a sentence. */
export function needsYou(reason: string, { portal, product }: Names) {
  switch (reason) {
    case "invalid_token":
    case "invalid_grant":
      return `${portal} no longer accepts this connection.`;
    case "invalid_client":
      return `${portal} does not recognise ${product}; tell your administrator.`;
    case "access_denied":
    case "refused":
      return `${portal} refuses what this connection asks for.`;
    default:
      return "this connection has stopped working.";
  }
}

export const moments = { justNow: "just now" };

export const failure = {
  title: "This page could not be shown",
  body: "Something went wrong on our side while putting it together. Your links are not affected.",
  dashboardTitle: "Your dashboard could not be shown",
  dashboardBody:
    "We could not read your links just now. They are safe, and your portals keep working.",
  next: "Try again. If it keeps happening, tell your administrator.",
  nextWithReference:
    "Try again. If it keeps happening, give your administrator the reference below.",
  again: "Try again",
  home: "Go to the start page",
};

export const notFound = {
  title: "There is nothing at this address",
  body: "The link may be old or mistyped. Nothing of yours has been lost.",
  home: "Go to the start page",
};

/** Where only a bare page can answer: an address that a portal's dashboard sends people to. */
export const startUrl = {
  unknown: {
    title: "There is no such board here",
    body: "The address that brought you here names a board this site is not connected to. Nobody was signed in.",
    next: "Go to the sign-in page",
  },
  not_a_visit: {
    title: "Please open this page by itself",
    body: "Signing in works in a window of its own, not inside another page. Nothing was changed.",
    next: "Go to the sign-in page",
  },
};

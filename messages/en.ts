import type { ActivityWord } from "@/lib/accounts/audit";
import type { RecentRevocation } from "@/lib/accounts/revocation/revocations";
import type { Mode, Problem, Success } from "@/lib/auth/flow/problems";

/** Every sentence of the pages, written for an agent. Another language is another file with these names. */

/** `portal` is the portal alone; `connection` adds the board or site, where there is one to choose. */
export type Names = {
  portal: string;
  connection: string;
  product: string;
  /** Whether the portal says whose login it was. */
  namesMembers: boolean;
};

export type ProblemSentences = { title: string; body: string; next: string };

/** Stands in where a result does not say which portal it was. */
export const unnamed = "the portal";

/** At the beginning of a sentence; a portal's own name keeps its own spelling. */
const Begin = (name: string) => (name === unnamed ? "The portal" : name);

/** What was tried; null when that is not known, and then no sentence says which it was. */
type Tried = Mode | null;

const notDone = (tried: Tried) =>
  ({
    signin: "You were not signed in.",
    link: "Nothing was linked.",
    connect: "It was not connected.",
    none: "Nothing was changed.",
  })[tried ?? "none"];

/** What happened; what it means; what to do and who has to do it. */
export const problems: Record<Problem, (names: Names, tried: Tried) => ProblemSentences> = {
  flow_missing: ({ portal }, tried) => ({
    title: "This was not started in this browser",
    body: `${Begin(portal)} sent you here, but this browser did not begin that visit or no longer remembers it. ${notDone(tried)}`,
    next: "Start again from this page. If it keeps happening, allow cookies for this site or leave private browsing.",
  }),
  flow_expired: ({ portal }, tried) => ({
    title: "That took a little too long",
    body: `You came back from ${portal} after we had closed the visit for your safety. ${notDone(tried)}`,
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
  session_changed: ({ connection }, tried) => ({
    title: "You are not who began this",
    ...(tried === "signin"
      ? {
          body: "The person who began this is no longer here. You were not signed in.",
          next: "Start again as yourself.",
        }
      : tried === null
        ? {
            body: "The person who began this is no longer signed in here, so nothing was changed.",
            next: "Sign in, and do it again if it is still to be done.",
          }
        : {
            body: `The person who set out to link ${connection} is no longer signed in here. To keep the link off another person’s dashboard, nothing was linked.`,
            next: "Check who is signed in, then link it again as yourself.",
          }),
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
  sign_in_first: ({ connection, product }, tried) => ({
    title: "Please sign in first",
    ...(tried === "link"
      ? {
          body: `Before ${connection} can be linked, ${product} has to know whose dashboard it belongs on. You are not signed in.`,
          next: "Sign in, then link it from your dashboard.",
        }
      : {
          body: `${product} has to know whose dashboard this is about. You are not signed in.`,
          next: "Sign in, then do it again from your dashboard.",
        }),
  }),
  not_offered: ({ product }) => ({
    title: "That is not available here",
    body: `${product} is not set up for the connection you asked for, or not for using it this way.`,
    next: "Pick one of those shown on this page. If yours is missing, ask your administrator to add it.",
  }),
  member_taken: ({ connection, product }, tried) => ({
    title:
      tried === "signin"
        ? "This login belongs to another person"
        : "This login is linked to another person",
    body: `The ${connection} login you just used already belongs to another person’s dashboard in ${product}. It can be on one only, so both stay as they were.`,
    next: "If that other person is you, sign in with that login instead. If not, ask your administrator to look into it.",
  }),
  elsewhere: ({ connection, product }, tried) => ({
    title: "This login has a dashboard of its own",
    body: `The ${connection} login you just used signs in a person at ${product} who has nothing else ${tried === "signin" ? "here" : "linked"}. Most likely that is you, on an earlier visit.`,
    next: "If it is yours, bring it here; the other dashboard, with nothing left on it, is then removed. If not, leave it.",
  }),
  other_member: ({ connection }, tried) => ({
    title: "That was a different login",
    ...(tried === "signin"
      ? {
          body: `You came back from ${connection} as another person than the one who began. You were not signed in.`,
          next: "Log out at the portal first, then try again with the login you mean.",
        }
      : {
          body: `You came back from ${connection} as another person than the one linked here. Nothing was swapped: what you have stays as it was.`,
          next: "Link this login too if you meant to. If not, log out at the portal first, then try again with the login you mean.",
        }),
  }),
  question_closed: (_, tried) => ({
    title: "That question is no longer open",
    body: "It was answered already, or asked more than ten minutes ago. Nothing was changed.",
    next: `${tried === "signin" ? "Sign in" : "Link the portal"} again, and you will be asked anew.`,
  }),
  last_way_in: ({ connection, product }, tried) => ({
    title: "This is your only way in",
    body: `You sign in to ${product} with ${connection}. Without it you could not come back to this dashboard, so it was left in place.`,
    next:
      tried === "signin"
        ? "Keep it. Or delete your account as a whole."
        : "First link another portal that you can sign in with, then unlink this one. Or delete your account as a whole.",
  }),
  wrong_password: ({ portal }, tried) => ({
    title: "That name and password were not accepted",
    body: `We passed them on to ${portal} once and kept neither. ${notDone(tried)}`,
    next: `Type both again. If ${portal} still says no, log in there directly to see whether the password has changed.`,
  }),
  wrong_tokens: ({ portal }, tried) => ({
    title: "Those keys were not accepted",
    body: `${Begin(portal)} did not say whose they are, and what you pasted was not kept. ${notDone(tried)}`,
    next: "Copy each key again, whole and without blanks. If you were given them a while ago, ask the portal for new ones.",
  }),
  too_many_tries: ({ connection, product }) => ({
    title: "Too many tries in a short time",
    body: `Many tries were not accepted here lately, by you or by others. To protect the logins of ${connection}, ${product} did not ask the portal this time.`,
    next: "Wait a quarter of an hour, then try again. If it was not you who tried, tell your administrator.",
  }),
  too_many_requests: ({ product }) => ({
    title: "Too much at once",
    body: `More was asked for within a minute than ${product} passes on, by you or by others. So it did nothing this time, and nothing here has changed.`,
    next: "Wait a minute, then press the button again. Your login is fine.",
  }),
  other_environment: ({ connection }, tried) => ({
    title:
      tried === "link"
        ? "This login was linked in another environment"
        : "This login belongs to another environment",
    ...(tried === "link"
      ? {
          body: `${Begin(connection)} has one place for real work and one for trying things out, and this login is linked here from the other one. The two are kept apart, so nothing was changed.`,
          next: "If that link stands on your dashboard, unlink it there and link again. If not, your administrator has to tell the two apart.",
        }
      : {
          body: `${Begin(connection)} has one place for real work and one for trying things out, and this login is known here from the other one. The two are kept apart. ${notDone(tried)}`,
          next: "Your administrator has to tell the two apart.",
        }),
  }),
  unavailable: ({ product }) => ({
    title: `${product} needs a moment`,
    body: "Our own records cannot be reached just now, so we did not begin. Nothing was asked of the portal.",
    next: "Try again in a minute. If it lasts, let your administrator know.",
  }),
  not_saved: ({ portal, product }, tried) => ({
    title: "We could not keep what you agreed to",
    body: `${Begin(portal)} said yes, but ${product} could not write it down. ${notDone(tried)}`,
    next: "Try again in a minute. If it fails twice, your administrator has to look at our records.",
  }),
  session_over: ({ product }, tried) => ({
    title: "This visit is over",
    body: `Too much time has passed, or it was ended elsewhere. ${notDone(tried)} ${product} keeps nothing of it.`,
    next: "Go back to the system that sent you here, and start again there.",
  }),
  other_login: ({ portal }, tried) => ({
    title: "That was another login",
    body: `You came to renew what you allowed at ${portal}, and the login you used there is not the one from before. ${notDone(tried)}`,
    next: `Log out at ${portal}, then try again with the login that you used before.`,
  }),
  unfit_id: ({ portal, product }, tried) => ({
    title: `${Begin(portal)} calls you by a name we cannot use`,
    body: `The id that ${portal} has for you holds characters that ${product} cannot match with your company’s other system. ${notDone(tried)}`,
    next: "There is nothing for you to repair. Your administrator has to look at the ids that the login sends.",
  }),
  linked_for_another: ({ portal }) => ({
    title: "This login is in use for another person",
    body: `The system that sent you here uses this ${portal} login already, for another of its users. That goes on as it was.`,
    next: "Use another login, or ask in the system that sent you here whose it is.",
  }),
  internal: ({ product }) => ({
    title: "Something went wrong on our side",
    body: `This is a fault in ${product} and nothing you did. We stopped where we were.`,
    next: "Try again. If you see this twice, give your administrator the reference so that it can be found and repaired.",
  }),
  access_denied: ({ portal, connection }, tried) => ({
    title:
      tried === "connect" ? `${Begin(connection)} was not connected` : notDone(tried).slice(0, -1),
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
    body: `Our registration for ${connection} is not accepted, so it lets no one through at the moment. Your own login is not the cause.`,
    next: "Your administrator has to correct the registration. Once that is done, start again.",
  }),
  redirect_mismatch: ({ portal, connection, product }) => ({
    title: `${Begin(portal)} does not know the way back`,
    body: `The address at which ${product} receives people from ${connection} is not the one on record there, so no one can be let through.`,
    next: "Your administrator has to have the address corrected at the portal. Then start again.",
  }),
  expired_token: ({ portal }) => ({
    title: "The permission had already ended",
    body: `${Begin(portal)} considers what it gave us to be out of date, which should not happen so soon.`,
    next: "Start again in a moment. If it repeats itself, tell the portal’s support what you see here.",
  }),
  not_admitted: ({ portal, product }, tried) => ({
    title: "That account is not one of your company’s",
    body: `${Begin(portal)} says who you are, but only accounts of your company may use ${product}. ${notDone(tried)}`,
    next: "Log out there first, then try again with your account at work. If that is the one you used, ask your administrator.",
  }),
  unverified: ({ portal, product }) => ({
    title: "We could not be sure who answered",
    body: `What reached us does not prove that it comes from ${portal} and is meant for ${product}, so we did not believe it.`,
    next: "Start again. If you see this a second time, your administrator should know about it before anybody carries on.",
  }),
  clock_skewed: ({ portal, product }) => ({
    title: "Two clocks disagree",
    body: `${Begin(portal)} turned us away because its clock and ours are too far apart, or because a request looked repeated.`,
    next: `Try again in a minute. If it stays like this, your administrator has to set the clock of the machine that ${product} runs on.`,
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
    next: "Wait a few minutes, then start again. There is nothing to repair.",
  }),
  failing: ({ portal }, tried) => ({
    title: `${Begin(portal)} is having trouble`,
    body: `Its own service reports a fault. Your login${tried === "link" ? " and your other links are" : " is"} not affected.`,
    next: "Come back in a few minutes. Only the portal can solve this; if it lasts, its support will know more.",
  }),
  timed_out: ({ portal }, tried) => ({
    title: `${Begin(portal)} took too long to answer`,
    body: `We waited as long as is reasonable and then let go. ${notDone(tried)}`,
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
  empty: ({ portal }, tried) => ({
    title: `${Begin(portal)} answered with nothing at all`,
    body: `It reported success and left out everything that goes with it. ${notDone(tried)}`,
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
    title: "You are signed in as another person now",
    body: `The ${connection} login you just used belongs to a different person in ${product} than was here before, so this browser has changed over.`,
  }),
  linked: ({ connection }) => ({
    title: "Linked",
    body: `${Begin(connection)} is on your dashboard now and ready to work.`,
  }),
  relinked: ({ connection, portal, namesMembers }) => ({
    title: "Connected again",
    body: namesMembers
      ? `Your permission at ${connection} has been renewed. Everything else stays as it was.`
      : `Your permission at ${connection} has been renewed. ${Begin(portal)} does not tell us whose login it was, so we cannot check that it is the same as before. If you used another one, reconnect with the right one.`,
  }),
  brought: ({ connection }) => ({
    title: "It is yours here now",
    body: `${Begin(connection)} has moved to this dashboard, and the empty one it came from is gone.`,
  }),
  unlinked: ({ connection, product }) => ({
    title: "Unlinked",
    body: `${product} has forgotten what ${connection} gave it and cannot act there any more.`,
  }),
  permission_kept: ({ connection, product }) => ({
    title: "Unlinked, and the permission stays",
    body: `${product} has forgotten this link. Your permission at ${connection} stays, because another link here uses it.`,
  }),
  key_forgotten: ({ connection, product }) => ({
    title: "Unlinked, and the key is forgotten",
    body: `${product} has forgotten your ${connection} key. It is your own and still works at ${connection}: if you do not need it any more, remove it there.`,
  }),
  grant_ended: ({ connection }) => ({
    title: "That system can no longer use it",
    body: `${Begin(connection)} stays linked here and goes on working. If you change your mind, start in the other system again.`,
  }),
  checked: ({ connection }) => ({
    title: "Checked",
    body: `What ${connection} has answered stands on its card.`,
  }),
  account_deleted: ({ product }) => ({
    title: "Your account is deleted",
    body: `Your links and everything they held are gone from ${product}. Portals that take permissions back when we ask have been asked. Sign in again whenever you like: you will start afresh.`,
  }),
  signed_out: ({ portal, product }) => ({
    title: "You are signed out",
    body:
      portal === unnamed
        ? `Your portals stay linked; ${product} keeps them working while you are away.`
        : `You have left ${portal} in this browser as well. Your portals stay linked, and keep working while you are away.`,
  }),
};

export const site = {
  description: "Sign in with the portal account you already have, and see that your portals work.",
  skipLink: "Skip to the content",
  environments: { production: "Production", staging: "Staging", sandbox: "Sandbox" },
  homeLink: (product: string) => `${product}, home`,
};

/** By what people come in: the company's own login, or portals. */
export type Doors = { login: boolean; portals: boolean };

const accountOf = ({ login, portals }: Doors) => {
  if (!login) return "the portal account you already have";
  return portals
    ? "your account at work, or the portal account you already have"
    : "your account at work";
};

const placeOf = ({ login, portals }: Doors) => {
  if (!login) return "at the portal";
  return portals ? "at the portal or on your company’s own page" : "on your company’s own page";
};

export const home = {
  title: "Every portal, one front door",
  introduction: (doors: Doors) => {
    const others = doors.login && !doors.portals ? "your portals" : "the others";
    return `Sign in with ${accountOf(doors)}. Link ${others} once. Then see, every morning, that all of them work.`;
  },
  signIn: "Sign in",
  factsLabel: "How it works",
  facts: (doors: Doors) => [
    {
      title: "No new password",
      body: `You sign in ${placeOf(doors)}, with the password you have there. None is kept here.`,
    },
    {
      title: "Linked once",
      body: "Your team’s software works through the links you make, and never asks for your login.",
    },
    {
      title: "Plain answers",
      body: "Each portal either works or tells you what it needs, and who has to do it.",
    },
  ],
};

export const signIn = {
  title: "Sign in",
  introduction: (doors: Doors) => `Use ${accountOf(doors)}.`,
  button: (portal: string) => `Sign in with ${portal}`,
  pending: (portal: string) => `Taking you to ${portal}…`,
  trust: (doors: Doors, product: string) =>
    `You type your password ${placeOf(doors)}. ${product} never sees it.`,
  hiddenTitle: (portal: string) => `Coming from ${portal}?`,
  hiddenBody: (home: string, product: string) =>
    `Open ${home} and choose ${product} there. You will arrive here signed in.`,
  stillThere: (portal: string) =>
    `You may still be logged in at ${portal} in this browser. If others use this computer, leave there as well.`,
  signOutThere: (portal: string) => `Sign out of ${portal} too`,
  nothing: "No portal is set up for signing in yet.",
  nothingNext: "Your administrator has to add one before anybody can come in.",
  /** Where people come in only from systems of others. */
  fromElsewhere: "You come in here from the system that you work with.",
  fromElsewhereNext:
    "Open it, and connect your portals there. There is nothing to do on this page.",
};

export const choice = {
  only: (label: string) => `${label}:`,
  search: (label: string) => `Find your ${label.toLowerCase()}`,
  searchPlaceholder: "Type part of its name",
  all: (count: number) => `${count} to choose from`,
  /** Announced while a user types. */
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
  pasteKey: (name: string) => `Paste a new ${name} key`,
  reconnect: (name: string) => `Reconnect ${name}`,
  navigation: "Your account",
  account: "Account",
  activity: "Activity",
};

/** Asking the portals whether links work. */
export const checking = {
  all: "Check now",
  one: (name: string) => `Check ${name} now`,
  pending: "Checking…",
};

/** How many links a look came to, and how they are. */
export type Tally = { all: number; well: number; needYou: number };

/** After a check of several links. `who` is their names, as a list. */
export const checked = {
  title: ({ all, well, needYou }: Tally) => {
    if (needYou > 0) return `${needYou} of ${all} ${needYou === 1 ? "needs" : "need"} you`;
    if (well < all) return `No clear answer from ${all - well} of ${all}`;
    return `All ${all} work`;
  },
  well: "There is nothing for you to do.",
  needYou: (who: string, count: number) =>
    count === 1
      ? `${who} needs you: its card says what is wrong and what to do.`
      : `${who} need you: their cards say what is wrong and what to do.`,
  onHold: (who: string) =>
    `${who} could not be asked properly. Nothing is lost, and the next use tries again.`,
  unknown: (who: string, count: number) =>
    `${who} ${count === 1 ? "takes" : "take"} longer than usual. Open this page again in a minute.`,
};

/** After a check of a single link. */
export const checkedOne = {
  well: (name: string) => ({ title: `${name} works`, body: checked.well }),
  needYou: (name: string) => ({
    title: `${name} needs you`,
    body: "Its card says what is wrong and what to do.",
  }),
  onHold: (name: string) => ({
    title: `No clear answer from ${name}`,
    body: "Nothing is lost. Its card says why, and the next use tries again.",
  }),
  unknown: (name: string) => ({
    title: `${name} takes longer than usual`,
    body: "Open this page again in a minute to see what came of it.",
  }),
};

/** For a user whom their team's software has sent here to connect something. */
export const askedFor = {
  signIn: ({ connection }: Names) => ({
    title: `Sign in to connect ${connection}`,
    body: "Your team’s software has sent you here. What it needs comes next.",
  }),
  link: ({ connection }: Names) => ({
    title: `Link ${connection}`,
    body: "You were sent here to link it. Your team’s software can use it as soon as you have.",
  }),
  reconnect: ({ connection }: Names) => ({
    title: `Connect ${connection} again`,
    body: "You were sent here because this link needs you. It takes a moment, and everything else stays as it is.",
  }),
  linked: ({ connection }: Names) => ({
    title: `${Begin(connection)} is linked`,
    body: "You were sent here to connect it, and nothing seems to be missing. If your team’s software says otherwise, check it.",
  }),
};

/** What a link can be asked for, beside working. */
export const manage = {
  summary: "Manage",
  summaryOf: (connection: string) => ` ${connection}`,
  another: (name: string) => `Link another ${name} login`,
  unlink: (name: string) => `Unlink ${name}`,
};

/** What a notice offers as the next step. */
export const nextStep = {
  bringHere: "Bring it here",
  bringing: "Bringing it here…",
  linkAsWell: "Link this login too",
  leaving: "Taking you to the portal…",
  linkAnother: "Link another portal",
  deleteAccount: "Delete my account",
  typeAgain: "Type them again",
  pasteAgain: "Paste them again",
};

/** Links that do not lead through the portal's own pages. */
export const direct = {
  title: "Other ways to link",
  byPassword: (portal: string) => `Link ${portal} with a user name and password`,
  byKeys: (portal: string) => `Link ${portal} with keys you were given`,
  choiceOfLogin: (label: string) => `${label} of this login`,
  choiceOfKeys: (label: string) => `${label} of these keys`,
  passwordPromise: (portal: string, product: string) =>
    `${product} passes your password on to ${portal} once, to be let in, and never keeps it.`,
  keysPromise: (portal: string, count: number) =>
    count === 1
      ? `If ${portal} has given you an access key, paste it here. It is locked away and never shown again.`
      : `If ${portal} has given you keys, paste them here. They are locked away and never shown again.`,
  userName: "User name",
  password: "Password",
  keys: {
    access_token: { label: "Access key" },
    refresh_token: {
      label: "Refresh key",
      hint: "Without it, the link works only until the access key runs out.",
    },
    token_secret: { label: "Secret of the access key" },
  },
  link: (name: string) => `Link ${name}`,
  asking: (portal: string) => `Asking ${portal}…`,
};

export const unlinking = {
  title: (connection: string) => `Unlink ${connection}?`,
  /** `revokes`: whether we ask the portal to take the permission back; `home`: where its member can do so. */
  what: (
    { product, portal, connection }: Names,
    { revokes, home }: { revokes: boolean; home: string },
  ) => [
    {
      title: `${product} forgets it`,
      body: "The permission you gave is removed from here at once.",
    },
    {
      title: "Your team’s software stops there",
      body: `It can no longer act at ${connection} with this login, unless you link it again.`,
    },
    revokes
      ? {
          title: `${Begin(portal)} is asked to take it back`,
          body: `We go on asking for a week if it does not answer. Your login and your listings there stay as they are.`,
        }
      : {
          title: `Nothing changes at ${portal}`,
          body: `Your login and your listings stay as they are. To take the permission back there too, open ${home} and remove ${product}.`,
        },
  ],
  ownPage: (portal: string) => `Open your permissions at ${portal}`,
  confirm: (name: string) => `Unlink ${name}`,
  pending: "Unlinking…",
  keep: "Keep it",
  lastTitle: (connection: string) => `${connection} is your only way in`,
  lastBody: (product: string) =>
    `You sign in to ${product} with it. Without it you could not come back to your dashboard, so it cannot be unlinked yet.`,
  lastNext:
    "First link another portal that you can sign in with. Or, if you want to leave, delete your account as a whole.",
};

/** What became of a permission after its link was removed. */
export const takenBack: Record<
  RecentRevocation["outcome"] | "unsupported",
  (names: Names, home: string) => { body: string; next?: string }
> = {
  waiting: ({ portal, product }) => ({
    body: `${product} has forgotten it. ${Begin(portal)} has been asked to take your permission back and has not answered yet; we go on asking for a week.`,
  }),
  revoked: ({ portal, product }) => ({
    body: `${product} has forgotten it, and ${portal} has taken your permission back.`,
  }),
  refused: ({ portal, product }, home) => ({
    body: `${product} has forgotten it. ${Begin(portal)} was asked to take your permission back, and would not.`,
    next: `To take it back yourself, open ${home} and remove ${product}.`,
  }),
  not_needed: ({ portal, product }) => ({
    body: `${product} has forgotten this link. Your permission at ${portal} stays, because another link here uses it.`,
  }),
  gave_up: ({ portal, product }, home) => ({
    body: `${product} has forgotten it. ${Begin(portal)} did not answer for a week, so it is not asked any more.`,
    next: `To take your permission back yourself, open ${home} and remove ${product}.`,
  }),
  unsupported: ({ portal, product }, home) => ({
    body: `${product} has forgotten it and cannot act there any more. At ${portal} itself nothing has changed: only you can take your permission back there.`,
    next: `To do that, open ${home} and remove ${product}.`,
  }),
};

/** What the dashboard tells of links that are gone, as long as there is something to tell. */
export const afterUnlinking = {
  waitingTitle: "Being taken back at the portals",
  /** The day follows. */
  waiting: ({ portal }: Names) => `${Begin(portal)} has not answered yet. We go on asking until`,
  leftTitle: "Left for you to take back",
  left: {
    refused: ({ portal, product }: Names, home: string) =>
      `${Begin(portal)} would not take the permission back when we asked. Open ${home} and remove ${product}.`,
    gave_up: ({ portal, product }: Names, home: string) =>
      `${Begin(portal)} did not answer for a week. Open ${home} and remove ${product}.`,
  },
  unlinked: "unlinked",
};

export const account = {
  title: "Your account",
  back: "Back to your portals",
  who: "Who you are",
  whoSource:
    "Name and e-mail are as we are told where you sign in. Change them there, and they change here the next time you do.",
  name: "Name",
  email: "E-mail",
  notTold: "Not told",
  linked: "Linked portals",
  waysIn: "You sign in with",
  activity: "See your activity",
  leaveTitle: "Delete your account",
  leaveBody: (product: string) =>
    `If you no longer work with ${product}, you can remove everything it knows about you.`,
  leave: "Delete my account",
};

function ownPortals(count: number) {
  if (count === 0) return "your links";
  return count === 1 ? "your linked portal" : `your ${count} linked portals`;
}

/** `told`: portals that we ask to take permissions back; `left`: where only their members can. Lists of names, or null. */
type AtThePortals = { told: string | null; left: string | null };

function atThePortals(product: string, { told, left }: AtThePortals) {
  const stays = "Your logins and your listings stay as they are.";
  if (told === null) {
    return {
      title: "Nothing changes at the portals",
      body: `${stays} To take a permission back there too, remove ${product} in each portal’s own settings.`,
    };
  }
  const byHand = ` At ${left} only you can do that: remove ${product} in the settings there.`;
  return {
    title: "Permissions are taken back where we can",
    body: `We ask ${told} to take back what you allowed.${left === null ? "" : byHand} ${stays}`,
  };
}

export const deletion = {
  title: "Delete your account?",
  what: (product: string, count: number, portals: AtThePortals) => [
    {
      title: "Everything here goes",
      body: `Your name, ${ownPortals(count)} and every permission you gave are removed from ${product} at once. There is no way to bring them back.`,
    },
    {
      title: "Your team’s software stops",
      body: "It can no longer act for you at any of your portals.",
    },
    atThePortals(product, portals),
  ],
  confirm: "Delete my account",
  pending: "Deleting your account…",
  keep: "Keep my account",
};

type Environment = keyof typeof site.environments;

const inEnvironment: Record<Environment, string> = {
  production: "in production",
  staging: "in staging",
  sandbox: "in the sandbox",
};

export const card = {
  noName: (portal: string) => `${portal} gave no name`,
  /** For links that would read alike otherwise. */
  oneOf: (position: number, all: number) => `link ${position} of ${all}`,
  /** The same, where nothing else is known of who it is. */
  loginOf: (position: number, all: number) => `Login ${position} of ${all}`,
  linkedSince: "Linked since",
  exactTimes: "Exact times",
  exactTimesOf: (connection: string, member: string | null) =>
    ` of ${[connection, member].filter(Boolean).join(", ")}`,
  linkedAt: "Linked",
  checkedAt: "Checked",
  works: "Works",
  checked: "checked",
  resting: "Resting",
  restingMeans: "It renews itself when it is next used. There is nothing to do.",
  onHold: "On hold:",
  needsYou: "Needs you:",
  willNeedConsent: "Will need your consent by",
  consentEnded: "Your consent ended on",
  consentMeans: "Reconnect before that, and nothing stops in between.",
  consentEndedMeans: "Reconnect it, so that nothing stops.",
  consentBy: "Consent needed by",
  notChecked: "Not checked yet",
  /** `written` is the count as the reader writes numbers. */
  listings: (count: number, written: string) =>
    count === 1 ? `${written} listing` : `${written} listings`,
  setAside: "Set aside:",
  /** For a link that was made in another environment than the portal is used in now. */
  otherEnvironment: (environment: Environment, { portal, product }: Names) =>
    `it was made ${inEnvironment[environment]}, and ${product} works with ${portal} in another environment now. It cannot be used unless your administrator changes that back. If you no longer need it, unlink it.`,
};

/** After "Needs you:". The reason is a word from our records, and an unexpected word still gets a sentence. */
export function needsYou(reason: string, { portal, connection, product }: Names) {
  switch (reason) {
    case "invalid_grant":
      return `${connection} no longer renews the permission you gave.`;
    case "invalid_token":
      return `${connection} no longer honours the permission you gave.`;
    case "expired_token":
      return `the permission you gave at ${connection} has run out.`;
    case "refused_for_long":
      return `${connection} has refused to renew the permission you gave for more than a day.`;
    case "answer_lost":
      return `${connection} was renewing your permission when its answer got lost on the way.`;
    case "other_client":
      return `${product} is registered anew at ${portal}, and your permission was for the old registration.`;
    case "invalid_client":
      return `${connection} does not recognise ${product}; tell your administrator.`;
    case "unverified":
      return `we could not be sure that it was ${connection} who answered; tell your administrator.`;
    case "access_denied":
      return `your login may not do at ${connection} what this connection needs.`;
    case "refused":
      return `${connection} no longer accepts this connection.`;
    case "clock_skewed":
      return `the clock of ${connection} and ours disagree; tell your administrator.`;
    default:
      return "this connection has stopped working.";
  }
}

/** After "On hold:". What keeps a portal from answering passes by itself, or is for others to mend. */
export function onHold(reason: string, { connection }: Names) {
  switch (reason) {
    case "clock_skewed":
      return `the clock of ${connection} and ours disagree. Your administrator has to set ours right; your link is fine.`;
    case "rate_limited":
      return `${connection} asks us to slow down. Your link is kept, and tried again at its next use.`;
    case "refused_for_now":
      return `${connection} refuses to renew the permission you gave, and does not say that it has ended. It is tried again for a day; you can also connect it again now.`;
    case "timed_out":
    case "unreachable":
      return `${connection} does not answer just now. Your link is kept, and tried again at its next use.`;
    case "redirected":
      return `${connection} seems to have moved. Your administrator has to bring its address up to date; your link is kept.`;
    default:
      return `${connection} is having trouble just now. Your link is kept, and tried again at its next use.`;
  }
}

/** The page of a connect session. `client` is the system that sent the person here. */
export const connectSession = {
  title: (client: string) => `Connect portals for ${client}`,
  titleOne: (client: string, portal: string) => `Connect ${portal} for ${client}`,
  titleAgain: (client: string, portal: string) => `Connect ${portal} again for ${client}`,
  asks: (client: string, product: string) =>
    `${client} asks you to connect your portal logins. You log in at the portal itself. ${product} keeps the permission, and ${client} can do there what you allow.`,
  who: "This is for",
  notYou: (client: string) => `If that is not you, go back and tell ${client}.`,
  permissions: "What it asks for",
  permissionsOfEach: "What each portal is asked for",
  cannotCheck: (portal: string) =>
    `${portal} does not tell us whose login it is. Use the one that you used before.`,
  portals: "Portals",
  connect: (portal: string) => `Connect ${portal}`,
  /** The same where there is little room: the name stands beside it. */
  connectThis: "Connect",
  connectAgain: (portal: string) => `Connect ${portal} again`,
  tryAgain: (portal: string) => `Try ${portal} again`,
  pending: "One moment…",
  waiting: "Connected",
  declined: "You said no",
  problem: "It did not work",
  progress: (count: number) =>
    `${count === 1 ? "1 portal is" : `${count} portals are`} connected. Go back to finish.`,
  back: (client: string) => `Go back to ${client}`,
  backWith: (client: string) => `Finish and go back to ${client}`,
  over: {
    title: "There is nothing left to do here",
    finished: (client: string) => `What you connected is ready in ${client}.`,
    ended: (client: string) =>
      `This visit is over, and nothing of it is kept. To connect a portal, start again in ${client}.`,
    expired: (client: string) =>
      `The time for this visit is over, and nothing of it is kept. To connect a portal, start again in ${client}.`,
  },
  elsewhere: {
    title: "This address is already in use",
    body: (client: string) =>
      `It was opened in another browser first, and works only there. If that was not you, tell ${client}. To go on here, start again in ${client}.`,
  },
  noCookie: {
    title: "Please allow cookies for this site",
    body: "Without them we cannot tell your browser from another one. Nothing was changed. Allow them, then press the button again.",
  },
};

/** Systems of others that may use a link. */
export const clients = {
  usedBy: "Used by",
  end: (client: string, connection: string) => `Stop ${client} using ${connection}`,
  ending: "Stopping…",
};

export const moments = { justNow: "just now" };

export const activity = {
  title: "Activity",
  introduction: (product: string) =>
    `What has happened to your links, and who did it. ${product} keeps this for your safety; it cannot be changed. What software does again and again is kept for a limited time.`,
  emptyTitle: "Nothing has happened yet",
  emptyBody: "When you link a portal, or your team’s software uses one, it will be told here.",
  older: "Older",
  newest: "Back to the newest",
  back: "Back to your portals",
  /** What has happened again and again in a day is one line, with the time of the last. */
  times: (written: string) => `${written} times, last`,
};

/** At the beginning of a sentence: who asked for a credential. */
const Software = (client: string | null) => client ?? "Your team’s software";

/**
 * What happened; `alone` when it did so without the person whose dashboard it is. `client` is the system of others that had a part in it;
 * null where it was the team's own.
 */
export const happened: Record<
  ActivityWord,
  (names: Names, alone: boolean, client: string | null) => string
> = {
  "sign_in.succeeded": ({ connection }) => `You signed in with ${connection}.`,
  "sign_out.succeeded": (_, alone) =>
    alone ? "You were signed out, because you logged out at the portal." : "You signed out.",
  "sign_out.too_many": () =>
    "The browser that had been signed in for longest was signed out, because there were more than thirty.",
  "link.succeeded": ({ connection }) => `You linked ${connection}.`,
  "relink.succeeded": ({ connection }) => `You connected ${connection} again.`,
  "import.succeeded": ({ connection }, _, client) =>
    `${Software(client)} moved its access to ${connection} here.`,
  "import.renewed": ({ connection }, _, client) =>
    `${Software(client)} had newer access to ${connection}, and the link uses it now.`,
  "export_tokens.succeeded": ({ connection }, _, client) =>
    `${Software(client)} was given its access to ${connection}, to use it without us.`,
  "bring.succeeded": ({ connection }) => `You brought ${connection} here from another dashboard.`,
  "type_password.refused": ({ connection }) =>
    `${Begin(connection)} did not accept the name and password that you typed here.`,
  "paste_keys.refused": ({ connection }) =>
    `${Begin(connection)} did not accept the keys that you pasted here.`,
  "unlink.succeeded": ({ connection }, alone) =>
    alone ? `${Begin(connection)} was unlinked.` : `You unlinked ${connection}.`,
  "grant.given": ({ connection }, _, client) => `${Software(client)} can use ${connection} now.`,
  "grant.ended": ({ connection }, alone, client) =>
    alone
      ? `${client ?? "Another system"} can no longer use ${connection}.`
      : `You stopped ${client ?? "another system"} using ${connection}.`,
  "refresh.succeeded": ({ connection }) => `${Begin(connection)} renewed the permission you gave.`,
  "refresh.refused": ({ connection }) =>
    `${Begin(connection)} did not renew the permission you gave. The link needed you to connect it again.`,
  "refresh.unavailable": ({ connection }) =>
    `${Begin(connection)} could not renew the permission you gave just then. It was put off, and nothing was lost.`,
  "refresh.unknown": ({ connection }) =>
    `${Begin(connection)} was asked to renew the permission you gave, and its answer never reached us.`,
  "check.broken": ({ connection }) =>
    `${Begin(connection)} was looked at, and no longer worked. Its card says what is wrong.`,
  "check.recovered": ({ connection }) => `${Begin(connection)} was looked at, and works again.`,
  "vend.succeeded": ({ connection }, _, client) => `${Software(client)} used ${connection}.`,
  "vend.reconnect_needed": ({ connection }, _, client) =>
    `${Software(client)} could not use ${connection}: the link needed you to connect it again.`,
  "vend.portal_unavailable": ({ connection }, _, client) =>
    `${Software(client)} could not use ${connection}: the portal did not answer.`,
  "revoke.revoked": ({ connection }) =>
    `${Begin(connection)} took back the permission you gave, as we asked.`,
  "revoke.refused": ({ connection }) =>
    `${Begin(connection)} would not take back the permission you gave. You can do that there.`,
  "revoke.not_needed": ({ connection }) =>
    `The permission you gave at ${connection} was left in place, because a link here uses it.`,
  "revoke.gave_up": ({ connection }) =>
    `${Begin(connection)} did not answer for a week, so we destroyed what was kept here. You can take the permission back there.`,
  "revoke_unused.revoked": ({ connection }) =>
    `${Begin(connection)} took back a permission that nothing here uses any more, as we asked. Your links are not affected.`,
  "revoke_unused.refused": ({ connection }) =>
    `${Begin(connection)} would not take back a permission that nothing here uses any more. You can do that there. Your links are not affected.`,
  "revoke_unused.not_needed": ({ connection }) =>
    `A permission you gave at ${connection} was left in place, because a link here uses it.`,
  "revoke_unused.gave_up": ({ connection }) =>
    `${Begin(connection)} did not answer for a week about a permission that nothing here uses any more, so we destroyed what was kept here. You can take it back there.`,
  "revoke.unsupported": ({ connection }) =>
    `The permission you gave at ${connection} can be taken back only there, by you.`,
};

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
/** What stands where a portal's answer or a portal's button leads to, when there is too much at once. */
export const tooManyRequests = (seconds: number) => ({
  title: "Too much at once",
  body: `More has arrived here within a minute than we pass on to the portals, from you or from others. Nothing was changed, and your login is fine. Please wait ${seconds === 1 ? "a second" : `${seconds} seconds`}, then load this page again.`,
  next: "Or start again from the sign-in page",
});

export const startUrl = {
  unknown: {
    title: "There is no such board here",
    body: "The address that brought you here names a board this site is not connected to. You were not signed in.",
    next: "Go to the sign-in page",
  },
  not_a_visit: {
    title: "Please open this page by itself",
    body: "Signing in works in a window of its own, not inside another page. Nothing was changed.",
    next: "Go on in this window",
    newWindow: "Or open a new window",
  },
};

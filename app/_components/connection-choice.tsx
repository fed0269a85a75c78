import type { Offer } from "@/lib/portals/offer";
import { ChoiceSearch } from "./choice-search";
import { ChoiceSelect } from "./choice-select";
import { EnvironmentChip } from "./environment-chip";
import { optionGroups } from "./option-groups";
import type { Viewer } from "./viewer";

/** As many options as the eye takes in at once; beyond that people want to type. */
const BROWSABLE = 12;

type Props = {
  offer: Offer;
  /** What was used last, or is asked for: chosen already. */
  preferred: string | null;
  viewer: Viewer;
  /** Set where a page offers the same portal more than once, with what the choice is for there. */
  again?: { id: string; of: "ofLogin" | "ofKeys" };
};

/** Which board or site: a word if there is one, a list if there are some, a search above it if there are many. */
export function ConnectionChoice({ offer, preferred, viewer, again }: Props) {
  const { t } = viewer;
  const { choice, options } = offer;
  const [first] = options;
  if (!first) return null;

  if (options.length === 1 || choice === null) {
    return (
      <>
        <input type="hidden" name="connection" value={first.connection} />
        {choice && (
          <p className="flex flex-wrap items-center gap-2">
            <span className="text-ink-soft">
              {t("choice.only", { label: t(`choice.${choice}`) })}
            </span>
            <span className="font-medium">{first.label}</span>
            <EnvironmentChip environment={first.environment} t={t} />
          </p>
        )}
      </>
    );
  }

  const chosen = options.find(({ connection, linked }) => connection === preferred && !linked);
  const control = {
    id: `${again?.id ?? "choice"}-${offer.id}`,
    label: again ? t(`choice.${again.of}.${choice}`) : t(`choice.${choice}`),
    groups: optionGroups(options, viewer),
    placeholder: t(`choice.choose.${choice}`),
  };
  return (
    <>
      <input type="hidden" name="portal" value={offer.id} />
      {options.length > BROWSABLE ? (
        <ChoiceSearch
          {...control}
          preselected={chosen?.connection ?? ""}
          words={searchWords(offer, viewer)}
        />
      ) : (
        <ChoiceSelect {...control} required defaultValue={chosen?.connection ?? ""} />
      )}
    </>
  );
}

const COUNT = "\u0000";

function searchWords({ choice, options }: Offer, { t }: Viewer) {
  const all = options.length;
  const [before = "", after = ""] = t("choice.matches.some", { all, matching: COUNT }).split(COUNT);
  return {
    label: t(`choice.search.${choice ?? "board"}`),
    hint: t("choice.searchHint"),
    all: t("choice.all", { count: all }),
    noMatch: t("choice.matches.none"),
    matches: [before, after] as const,
  };
}

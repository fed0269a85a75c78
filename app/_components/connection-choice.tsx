import type { Offer } from "@/lib/portals/offer";
import { choice } from "@/messages/en";
import { ChoiceSearch } from "./choice-search";
import { ChoiceSelect } from "./choice-select";
import { EnvironmentChip } from "./environment-chip";

/** As many options as the eye takes in at once; beyond that people want to type. */
const BROWSABLE = 12;

type Props = {
  offer: Offer;
  preferred: string | null;
  /** Set where a page offers the same portal more than once. */
  id?: string;
  label?: (choice: string) => string;
};

/** Which board or site: a word if there is one, a list if there are some, a search above it if there are many. */
export function ConnectionChoice({ offer, preferred, id = "choice", label = (it) => it }: Props) {
  const { choiceLabel, options } = offer;
  const [first] = options;
  if (!first) return null;

  if (options.length === 1) {
    return (
      <>
        <input type="hidden" name="connection" value={first.connection} />
        {choiceLabel && (
          <p className="flex flex-wrap items-center gap-2">
            <span className="text-ink-soft">{choice.only(choiceLabel)}</span>
            <span className="font-medium">{first.label}</span>
            <EnvironmentChip environment={first.environment} />
          </p>
        )}
      </>
    );
  }

  const preselected = options.find(({ connection }) => connection === preferred) ?? first;
  const control = {
    id: `${id}-${offer.portal.id}`,
    label: choiceLabel ? label(choiceLabel) : offer.portal.name,
    options,
  };
  return options.length > BROWSABLE ? (
    <ChoiceSearch {...control} preselected={preselected.connection} />
  ) : (
    <ChoiceSelect {...control} defaultValue={preselected.connection} />
  );
}

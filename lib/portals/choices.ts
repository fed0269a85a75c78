import type { Portal, PublishedChoice } from "./portal";
import { prefixOf, stemOf, type VariableReader } from "./variables";

/** A choice that this deployment may offer; one it lists must be complete, another only counts once it has credentials. */
export type Choosable = {
  value: string;
  label: string;
  listed: boolean;
  published: PublishedChoice | null;
};

/** The choices of a portal, in the order of the screen, or one null where there is none to make. */
export function choicesOf(portal: Portal, reader: VariableReader): (Choosable | null)[] {
  if (!portal.choice) return [null];
  const { listedIn, published } = portal.choice;
  const name = `${prefixOf(portal)}_${listedIn}`;
  const listed = (reader.text(name) ?? "").split(/[\s,]+/).filter(Boolean);
  const all = Object.keys(published ?? {});
  if (listed.length === 0 && portal.choice.published && portal.choice.unlisted === "all") {
    return all.map((value) => choosable(portal, value, false, reader));
  }
  if (listed.length === 0) refuseHalfSet(portal, name, reader);
  return [...new Set(listed)]
    .filter((value) => isListable(value, { name, listed, all }, reader))
    .map((value) => choosable(portal, value, true, reader));
}

function choosable(
  portal: Portal,
  value: string,
  listed: boolean,
  reader: VariableReader,
): Choosable {
  const published = portal.choice?.published?.[value] ?? null;
  const given = reader.text(`${stemOf(`${portal.id}-${value}`)}_LABEL`);
  return { value, label: given ?? published?.label ?? titleCase(value), listed, published };
}

/** Credentials for every choice, and no choice to use them for. */
function refuseHalfSet(portal: Portal, name: string, reader: VariableReader) {
  const halfSet = portal.credentials
    .map((each) => `${prefixOf(portal)}_${each}`)
    .filter((each) => reader.text(each));
  if (halfSet.length === 0) return;
  reader.refuse(
    `${name} is not set, but ${halfSet.join(" and ")} ${halfSet.length > 1 ? "are" : "is"}.`,
  );
}

function isListable(
  value: string,
  { name, listed, all }: { name: string; listed: string[]; all: string[] },
  reader: VariableReader,
) {
  const times = listed.filter((other) => other === value).length;
  if (times > 1) {
    reader.refuse(`${name} lists "${value}" ${times === 2 ? "twice" : `${times} times`}.`);
  }
  if (all.length > 0) {
    if (all.includes(value)) return true;
    reader.refuse(`${name} lists "${value}": there are ${all.join(", ")}.`);
    return false;
  }
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(value)) return true;
  reader.refuse(`${name} lists "${value}": use small letters, digits and single hyphens.`);
  return false;
}

/** "cote-dazur" as "Cote Dazur", until it has a label. */
export function titleCase(value: string) {
  return value.replace(
    /(^|-)([a-z])/g,
    (_, dash, letter) => (dash ? " " : "") + letter.toUpperCase(),
  );
}

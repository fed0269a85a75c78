import type { Translator } from "@/lib/language/translators";
import type { Environment } from "@/lib/portals/portal";
import { Chip } from "./chip";

type Props = { environment: Environment; t: Translator };

/** Marks what is for trying things out. What is real needs no mark. */
export function EnvironmentChip({ environment, t }: Props) {
  if (environment === "production") return null;
  return <Chip>{t(`site.environments.${environment}`)}</Chip>;
}

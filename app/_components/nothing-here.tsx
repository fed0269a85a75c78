import { markAbsent } from "@/lib/process/server/unavailable.mjs";
import { currentViewer } from "./current-viewer";
import { MessagePage } from "./message-page";

/** What a page shows when it has found nothing at its address. `notFound` would leave its body empty until a script runs. */
export function NothingHere() {
  markAbsent();
  return <NothingPage />;
}

/** The same without the status. Next makes its `not-found` along with every page, whether it is shown or not. */
export async function NothingPage() {
  const { t } = await currentViewer();
  return (
    <MessagePage title={t("notFound.title")} body={t("notFound.body")} home={t("notFound.home")} />
  );
}

export async function nothingHereMetadata() {
  const { t } = await currentViewer();
  return { title: t("notFound.title") };
}

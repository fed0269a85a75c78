import { notFound, redirect } from "next/navigation";
import { dashboardFor, signInPathFor } from "@/lib/auth/flow/return-path";
import { connectionNames } from "@/lib/auth/pages/offers";
import { currentUserIfKnown } from "@/lib/auth/session/current-user";

/** Where a team's software sends somebody to connect a portal: the API's `connect_url`. Whoever is not signed in does that first. */
export default async function ConnectPage({ params }: PageProps<"/connect/[connection]">) {
  const { connection } = await params;
  if (!connectionNames(connection)) notFound();
  redirect((await currentUserIfKnown()) ? dashboardFor(connection) : signInPathFor(connection));
}

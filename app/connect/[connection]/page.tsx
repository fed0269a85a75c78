import { redirect } from "next/navigation";
import { connectIn, dashboardFor, signInPathFor } from "@/lib/auth/flow/return-path";
import { currentUserIfKnown } from "@/lib/auth/session/current-user";
import { NothingHere, nothingHereMetadata } from "../../_components/nothing-here";

export const generateMetadata = nothingHereMetadata;

/** Where a team's software sends a user to connect a portal: the API's `connect_url`. A user who is not signed in signs in first. */
export default async function ConnectPage({ params }: PageProps<"/connect/[connection]">) {
  const { connection } = await params;
  if (!connectIn({ connect: connection })) return <NothingHere />;
  redirect((await currentUserIfKnown()) ? dashboardFor(connection) : signInPathFor(connection));
}

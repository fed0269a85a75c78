import { notFound, redirect } from "next/navigation";
import { connectIn, dashboardFor, signInPathFor } from "@/lib/auth/flow/return-path";
import { currentUserIfKnown } from "@/lib/auth/session/current-user";

/** Where a team's software sends a user to connect a portal: the API's `connect_url`. A user who is not signed in signs in first. */
export default async function ConnectPage({ params }: PageProps<"/connect/[connection]">) {
  const { connection } = await params;
  if (!connectIn({ connect: connection })) notFound();
  redirect((await currentUserIfKnown()) ? dashboardFor(connection) : signInPathFor(connection));
}

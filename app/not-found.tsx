import type { Metadata } from "next";
import { notFound } from "@/messages/en";
import { MessagePage } from "./_components/message-page";

export const metadata: Metadata = { title: notFound.title };

export default function NotFoundPage() {
  return <MessagePage {...notFound} />;
}

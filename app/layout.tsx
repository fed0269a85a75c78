import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { productName } from "@/lib/auth/pages/offers";
import { site } from "@/messages/en";
import { TimeZone } from "./_components/time-zone";
import "./globals.css";

// The product's name is read at each request, so that building needs no environment.
export const dynamic = "force-dynamic";

export function generateMetadata(): Metadata {
  const name = productName();
  return {
    title: { default: name, template: `%s · ${name}` },
    applicationName: name,
    description: site.description,
    robots: { index: false, follow: false },
  };
}

// The canvas of app/globals.css: a browser's own frame cannot read our variables.
export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f6f3ed" },
    { media: "(prefers-color-scheme: dark)", color: "#171513" },
  ],
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        {/* The page is shown when all of it is there: parts beside each other would move as the rest arrives. */}
        <link rel="expect" href="#page-end" blocking="render" />
      </head>
      <body className="min-h-dvh bg-canvas font-sans text-base text-ink antialiased">
        <a
          href="#content"
          className="fixed top-2 left-2 z-10 -translate-y-20 rounded-lg bg-accent px-4 py-3 font-medium text-accent-on focus:translate-y-0"
        >
          {site.skipLink}
        </a>
        {children}
        <TimeZone />
        <span id="page-end" hidden />
      </body>
    </html>
  );
}

import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { productName } from "@/lib/auth/pages/offers";
import { currentViewer } from "./_components/current-viewer";
import { IconSprite } from "./_components/icon";
import { LanguageSwitch } from "./_components/language-switch";
import { OutsideLinks } from "./_components/outside-links";
import { TimeZone } from "./_components/time-zone";
import "./globals.css";

// The product's name is read at each request, so that building needs no environment.
export const dynamic = "force-dynamic";

export async function generateMetadata(): Promise<Metadata> {
  const { t } = await currentViewer();
  const name = productName();
  return {
    title: { default: name, template: `%s · ${name}` },
    applicationName: name,
    description: t("site.description"),
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

export default async function RootLayout({ children }: { children: ReactNode }) {
  const viewer = await currentViewer();
  return (
    <html lang={viewer.language}>
      <head>
        {/*
         * The page is shown when all of it is there: parts beside each other would move as the rest arrives. On a phone
         * nothing stands beside anything, and what arrives comes below.
         */}
        <link rel="expect" href="#page-end" blocking="render" media="(min-width: 40rem)" />
      </head>
      <body className="flex min-h-dvh flex-col bg-canvas font-sans text-base text-ink antialiased">
        <a
          href="#content"
          className="fixed top-2 left-2 z-10 -translate-y-20 rounded-lg bg-accent px-4 py-3 font-medium text-accent-on focus:translate-y-0"
        >
          {viewer.t("site.skipToContent")}
        </a>
        <div className="flex-1">{children}</div>
        <footer className="px-4 pt-8 pb-6">
          <OutsideLinks t={viewer.t} />
          <LanguageSwitch viewer={viewer} />
        </footer>
        <IconSprite />
        <TimeZone />
        <span id="page-end" hidden />
      </body>
    </html>
  );
}

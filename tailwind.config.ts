import type { Config } from "tailwindcss";

/**
 * The design tokens. Each colour names its job; its two values, by daylight and by night, are in app/globals.css.
 * These colours replace the framework's own, so that a raw one cannot be used by accident.
 */
export default {
  content: ["./app/**/*.tsx"],
  theme: {
    colors: {
      transparent: "transparent",
      current: "currentColor",
      canvas: "var(--canvas)",
      surface: "var(--surface)",
      sunken: "var(--sunken)",
      line: "var(--line)",
      control: "var(--control)",
      stone: "var(--stone)",
      ink: { DEFAULT: "var(--ink)", soft: "var(--ink-soft)", faint: "var(--ink-faint)" },
      accent: {
        DEFAULT: "var(--accent)",
        strong: "var(--accent-strong)",
        on: "var(--accent-on)",
        soft: "var(--accent-soft)",
        ink: "var(--accent-ink)",
      },
      good: { DEFAULT: "var(--good)", soft: "var(--good-soft)", line: "var(--good-line)" },
      care: {
        DEFAULT: "var(--care)",
        strong: "var(--care-strong)",
        on: "var(--care-on)",
        soft: "var(--care-soft)",
        line: "var(--care-line)",
      },
      "on-dark": "var(--on-dark)",
      "on-light": "var(--on-light)",
    },
    extend: {
      fontFamily: {
        sans: [
          "system-ui",
          "-apple-system",
          "Segoe UI",
          "Roboto",
          "Helvetica Neue",
          "Arial",
          "sans-serif",
        ],
        serif: ["ui-serif", "New York", "Iowan Old Style", "Charter", "Georgia", "serif"],
      },
      boxShadow: { card: "var(--shadow-card)" },
    },
  },
} satisfies Config;

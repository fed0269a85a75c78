/** The applications of the App Manager. One is for all sites and has exactly one "Authorization Callback URI". */

export type Application = { id: string; secret: string; apiKey: string; callback: string };

/** One for each app: `simulated-olx` for the first, `simulated-olx-2` for the second, and so on. */
export function applicationsOf(appOrigins: readonly string[]): readonly Application[] {
  return appOrigins.map((origin, index) => {
    const suffix = index === 0 ? "" : `-${index + 1}`;
    return {
      id: `simulated-olx${suffix}`,
      secret: `simulated-secret-olx${suffix}`,
      apiKey: `simulated-api-key-olx${suffix}`,
      callback: `${origin}/users/auth/olx/callback`,
    };
  });
}

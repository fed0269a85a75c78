/**
 * A page from a place that can only answer with text: a route handler. It stands alone, without the app's style sheet,
 * and takes the system's colours.
 */
export function plainPage(
  status: number,
  { title, body, next }: { title: string; body: string; next: string },
) {
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>
  html { background: Canvas; color: CanvasText }
  body { max-width: 32rem; margin: 15vh auto 0; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }
  h1 { font: 1.875rem/1.2 ui-serif, Georgia, serif }
  a { display: inline-block; padding: 0.75rem 0; color: inherit }
</style>
<main>
  <h1>${title}</h1>
  <p>${body}</p>
  <p><a href="/sign-in" target="_top">${next}</a></p>
</main>
</html>
`;
  return new Response(html, {
    status,
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
  });
}

/** What Next costs by itself, of a page that is made when it is asked for. */

export const dynamic = "force-dynamic";

export default function Page() {
  return (
    <main>
      <h1>A page</h1>
      <p>It says nothing of use, and asks no database for it.</p>
    </main>
  );
}

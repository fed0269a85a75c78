import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { onRequestError } from "@/instrumentation";

let printed: MockInstance;

beforeEach(() => {
  vi.stubEnv("NEXT_RUNTIME", "nodejs");
  printed = vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** As Next tells of an error, with a secret in every place that can hold one. */
async function tell(error: unknown) {
  await onRequestError(
    error,
    {
      path: "/connect/s/secret?code=secret",
      method: "POST",
      headers: { cookie: "secret", authorization: "Bearer secret" },
    },
    {
      routerKind: "App Router",
      routePath: "/connect/s/[secret]",
      routeType: "action",
      renderSource: "react-server-components",
      revalidateReason: undefined,
    },
  );
  expect(printed).toHaveBeenCalledTimes(1);
  return String(printed.mock.calls[0]?.[0]);
}

test("an error that nothing has caught is one line, with its place and without its message", async () => {
  const error = Object.assign(new TypeError("no such secret"), {
    digest: "1562965103",
    code: "E1",
  });
  const line = await tell(error);
  expect(JSON.parse(line)).toEqual({
    at: expect.any(String),
    level: "error",
    event: "request.failed",
    method: "POST",
    route: "/connect/s/[secret]",
    kind: "action",
    router: "App Router",
    digest: "1562965103",
    thrown: "TypeError",
    code: "E1",
    where: expect.stringContaining("request-error.test.ts"),
  });
  expect(line.replace("/[secret]", "")).not.toContain("secret");
});

test("a digest that Next has not made is not told", async () => {
  const error = Object.assign(new Error("gone"), { digest: "NEXT_REDIRECT;replace;/?code=secret" });
  const line = await tell(error);
  expect(JSON.parse(line)).not.toHaveProperty("digest");
  expect(line).not.toContain("code=");
});

test("what is thrown without being an error is told by its kind alone", async () => {
  expect(JSON.parse(await tell("a secret"))).toMatchObject({ thrown: "string" });
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";

beforeEach(() => {
  vi.resetModules(); // settings are read once
});

afterEach(() => {
  vi.unstubAllEnvs();
});

async function addressIn(headers: Record<string, string>, setting = "X-Forwarded-For") {
  vi.stubEnv("CLIENT_ADDRESS_HEADER", setting);
  const { visitorAddress } = await import("./visitor-address");
  return visitorAddress(new Headers(headers));
}

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["203.0.113.9, 198.51.100.7,192.0.2.1", "192.0.2.1"], // what a visitor has sent stands before it
  [" 192.0.2.1 ", "192.0.2.1"],
  ["192.0.2.1:50123", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["[::FFFF:c000:201]:443", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8:0001:0002::1", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["[2001:db8::1]:443", "2001:db8:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
])("%j is counted as %s", async (value, address) => {
  expect(await addressIn({ "x-forwarded-for": value })).toBe(address);
});

test.each([
  "",
  "unknown",
  "_hidden",
  "192.0.2",
  "192.0.2.256",
  "192.0.2.1, ",
  "192.0.2.1; 192.0.2.2",
  "[192.0.2.1]",
  "2001:db8::1::2",
  "for=192.0.2.1",
  "1".repeat(5_000),
  "<script>",
])("%j is no address", async (value) => {
  expect(await addressIn({ "x-forwarded-for": value })).toBeNull();
});

test("only the header that the setting names counts, and without the setting none", async () => {
  const headers = { "x-forwarded-for": "192.0.2.1", "cf-connecting-ip": "198.51.100.7" };
  expect(await addressIn(headers, "cf-connecting-ip")).toBe("198.51.100.7");
  vi.resetModules();
  expect(await addressIn(headers, "")).toBeNull();
});

import { expect, test } from "vitest";
import { tracesErrors, tracesWanted } from "./wanted";

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector.example:4318" };

test.each([
  [{}, false],
  [{ OTEL_SERVICE_NAME: "portico" }, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: " " }, false],
  [endpoint, true],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://collector.example/v1/traces" }, true],
  [{ OTEL_TRACES_EXPORTER: "otlp" }, true],
  [{ ...endpoint, OTEL_TRACES_EXPORTER: "none" }, false],
  [{ ...endpoint, OTEL_SDK_DISABLED: "TRUE" }, false],
  [{ ...endpoint, OTEL_SDK_DISABLED: "false" }, true],
])("with %j traces are wanted: %s", (variables, wanted) => {
  expect(tracesWanted(variables)).toBe(wanted);
  expect(tracesErrors(variables)).toEqual([]);
});

test.each([
  [{ OTEL_TRACES_EXPORTER: "console" }, /^OTEL_TRACES_EXPORTER must be otlp or none/],
  [
    { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" },
    /^OTEL_EXPORTER_OTLP_PROTOCOL must be http\/protobuf/,
  ],
  [
    {
      ...endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/json",
    },
    /^OTEL_EXPORTER_OTLP_TRACES_PROTOCOL must be http\/protobuf/,
  ],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" },
    /^OTEL_EXPORTER_OTLP_ENDPOINT must be an address/,
  ],
  [
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://me:hidden@collector.example" },
    /^OTEL_EXPORTER_OTLP_TRACES_ENDPOINT must be an address/,
  ],
])("what cannot be done is refused: %j", (variables, sentence) => {
  const errors = tracesErrors(variables);
  expect(errors).toEqual([expect.stringMatching(sentence)]);
  expect(errors.join()).not.toContain("hidden");
});

test("what is wrong does not matter where no traces are wanted", () => {
  const variables = { OTEL_SDK_DISABLED: "true", OTEL_EXPORTER_OTLP_ENDPOINT: "collector" };
  expect(tracesErrors(variables)).toEqual([]);
});

import type { Variables } from "@/lib/env";

const ENDPOINTS = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

const PROTOCOLS = ["OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"];

const RULES = [
  {
    name: "OTEL_TRACES_EXPORTER",
    holds: (text: string) => text === "otlp",
    must: "otlp or none: traces are sent in no other way.",
  },
  ...PROTOCOLS.map((name) => ({
    name,
    holds: (text: string) => text === "http/protobuf",
    must: "http/protobuf: traces are sent in no other way.",
  })),
  ...ENDPOINTS.map((name) => ({
    name,
    holds: isEndpoint,
    must: "an address such as http://localhost:4318, without a name and password.",
  })),
];

/**
 * Whether traces are sent, by the variables that OpenTelemetry defines for every program
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). Its SDK reads the rest of them itself.
 */
export function tracesWanted(variables: Variables): boolean {
  const { exporter, endpoint, disabled } = said(variables);
  return !disabled && exporter !== "none" && (exporter !== null || endpoint !== undefined);
}

/** Every sentence about what is wrong with these variables. */
export function tracesErrors(variables: Variables): string[] {
  if (!tracesWanted(variables)) return [];
  return RULES.filter(({ name, holds }) => {
    const text = textOf(variables, name);
    return text !== null && !holds(text);
  }).map(({ name, must }) => `${name} must be ${must}`);
}

function said(variables: Variables) {
  return {
    disabled: textOf(variables, "OTEL_SDK_DISABLED")?.toLowerCase() === "true",
    exporter: textOf(variables, "OTEL_TRACES_EXPORTER"),
    endpoint: ENDPOINTS.map((name) => textOf(variables, name)).find((text) => text !== null),
  };
}

function textOf(variables: Variables, name: string): string | null {
  return variables[name]?.trim() || null;
}

function isEndpoint(address: string) {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password } = new URL(address);
  return /^https?:$/.test(protocol) && username === "" && password === "";
}

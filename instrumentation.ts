import type { Instrumentation } from "next";

/** Runs once when the server starts. With settings that are wrong, or no database, it must not go on listening. */
export async function register() {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { printErrorsAsLines } = await import("@/lib/process/log");
    const { startOrExit } = await import("@/lib/process/startup");
    const { writeBeforeExit } = await import("@/lib/process/shutdown");
    if (process.env.NODE_ENV === "production") printErrorsAsLines();
    writeBeforeExit();
    await startOrExit();
  }
}

/** Is told of every error that nothing has caught while a request was answered. */
export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { reportRequestError } = await import("@/lib/process/request-error");
    reportRequestError(error, request, context);
  }
};

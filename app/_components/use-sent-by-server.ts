"use client";

import { useState, useSyncExternalStore } from "react";

const never = () => () => {};

/** Whether a component's first markup came from the server, so that a person may have used it before its script ran. */
export function useSentByServer(): boolean {
  const hydrating = useSyncExternalStore(
    never,
    () => false,
    () => true,
  );
  const [sentByServer] = useState(hydrating);
  return sentByServer;
}

import { guardOutput } from "../lib/process/server/output.mjs";

/** Loaded before a program that goes on running, with `node --import` or as its first import. */

guardOutput();

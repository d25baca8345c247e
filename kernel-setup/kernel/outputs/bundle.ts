// What a value looks like: a bundle of the same thing in several media types, of which the front end shows the richest.

import { plainText } from "../plain-text";
import type { Json } from "../wire";

/** Deno's convention: a value that has this method says itself what it looks like. It may be asynchronous. */
export const DISPLAY = Symbol.for("Jupyter.display");

/** True for an object whose keys all read like media types: it is a bundle itself. */
export function isBundle(value: unknown): value is Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => /^[a-z]+\/[\w.+-]+$/i.test(key));
}

/** The bundle of a value; at once where it can be made at once. */
export function bundle(value: unknown): Json | Promise<Json> {
  const show = hasDisplay(value) ? value[DISPLAY] : undefined;
  if (typeof show !== "function") return { "text/plain": plainText(value) };
  const made: unknown = show.call(value);
  return made instanceof Promise ? made.then((data) => checkJson(data)) : checkJson(made);
}

function hasDisplay(value: unknown): value is { [DISPLAY]: unknown } {
  return ((typeof value === "object" && value !== null) || typeof value === "function") && DISPLAY in value;
}

function checkJson(data: unknown): Json {
  if (typeof data === "object" && data !== null && !Array.isArray(data)) return data as Json;
  throw new TypeError(
    `Symbol.for("Jupyter.display") has to return an object from media types to data, for example ` +
      `{ "text/html": "<b>hi</b>" }; it returned ${plainText(data)}`,
  );
}

// What a value looks like: a bundle of the same thing in several media types, of which the front end shows the richest; as text
// for whoever knows no other, cut where it is too long for a notebook.
import { inspect } from "node:util";
import type { Json } from "./wire";

/** Deno's convention: a value that has this method says itself what it looks like. It may be asynchronous. */
const DISPLAY = Symbol.for("Jupyter.display");

/** Characters of `text/plain` beyond which a value is cut. */
const TEXT_LIMIT = 20_000;

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

/** A value as a learner wants to read it: four levels, lines that fit, long arrays cut. */
export function plainText(value: unknown): string {
  const text = inspect(value, {
    depth: 4,
    maxArrayLength: 100,
    maxStringLength: 10_000,
    breakLength: 100,
    compact: 3,
  });
  return cut(text, TEXT_LIMIT);
}

/** The text, or its beginning and how long it was. */
export function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${beginning(text, limit)}\n… cut: ${text.length} characters in all`;
}

/** The lines, or the first of them and how much there was. */
export function cutLines(lines: string[], limit: number): string[] {
  let length = 0;
  for (const [index, line] of lines.entries()) {
    length += line.length + 1;
    if (length <= limit) continue;
    const all = lines.reduce((sum, each) => sum + each.length + 1, 0);
    return [...lines.slice(0, index), `… cut: ${lines.length} lines, ${all} characters in all`];
  }
  return lines;
}

/** The first characters; no half of a character that UTF-16 writes in two. */
function beginning(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

// What a CSV file says, whatever program wrote it: its characters, and what parts its fields.

import { readFileSync } from "node:fs";
import { at } from "../indexing";

const BYTE_ORDER_MARKS: readonly [encoding: string, ...bytes: number[]][] = [
  ["utf-8", 0xef, 0xbb, 0xbf],
  ["utf-16le", 0xff, 0xfe],
  ["utf-16be", 0xfe, 0xff],
];

/** What parts fields, in the order in which they are preferred where they are equally frequent. */
const DELIMITERS = [",", ";", "\t", "|"] as const;

/**
 * The text of a file in UTF-8 or UTF-16, with a byte order mark or without; what is neither is read as Windows-1252, the
 * Latin-1 of spreadsheets.
 *
 * @throws Error when the file cannot be read.
 */
export function readText(file: string): string {
  const bytes = readFileSync(file);
  const marked = BYTE_ORDER_MARKS.find(([, ...mark]) => mark.every((byte, place) => bytes[place] === byte));
  const encoding = marked?.[0] ?? (looksLikeUtf16(bytes) ? (bytes[0] === 0 ? "utf-16be" : "utf-16le") : undefined);
  if (encoding !== undefined) return new TextDecoder(encoding).decode(bytes); // leaves the mark out
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return windows1252(bytes);
  }
}

/** The characters of the bytes 0x80 to 0x9F; five have none and stand for themselves, as in the Encoding Standard. */
const WINDOWS_1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/** Node's own decoder takes these bytes for control characters, as Latin-1 has them. */
function windows1252(bytes: Buffer): string {
  const latin1 = bytes.toString("latin1");
  return latin1.replace(/[\x80-\x9f]/g, (one) => at(WINDOWS_1252, one.charCodeAt(0) - 0x80));
}

/** Every other byte of the beginning is 0, as in Latin letters of two bytes. */
function looksLikeUtf16(bytes: Uint8Array): boolean {
  const zeros = [0, 0];
  const start = bytes.subarray(0, 200);
  for (const [place, byte] of start.entries()) if (byte === 0) zeros[place % 2] = (zeros[place % 2] as number) + 1;
  return Math.max(...zeros) > start.length / 4 && Math.min(...zeros) === 0;
}

/** What parts the fields of a table: the most frequent one in its first line, outside of quotation marks. */
export function delimiterOf(text: string): string {
  const [line = ""] = text.replace(/"(?:[^"]|"")*"/g, "").split(/\r\n|\r|\n/, 1);
  const count = (delimiter: string): number => line.split(delimiter).length;
  return DELIMITERS.reduce((best, other) => (count(other) > count(best) ? other : best), at(DELIMITERS, 0));
}

/** `1,5`, `-12.345,67`, `1,5e3` */
const DECIMAL_COMMA = /^[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+(?:e[+-]?\d+)?$/i;
/** `12`, `12.345` where a point parts thousands. */
const WHOLE = /^[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)$/;
/** `1,234`, `12,345,678`: where commas part the fields, a comma in a number may part thousands. */
const GROUPED = /^[+-]?\d{1,3}(?:,\d{3})+$/;

/** Whether it is worth looking for such columns: where commas part the fields, a number with one stands in quotation marks. */
export const mayHaveDecimalCommas = (text: string, delimiter: string): boolean =>
  (delimiter === "," ? /"\s*[+-]?[\d.]*\d,\d/ : /\d,\d/).test(text);

/** Whether the fields of a column are numbers with decimal commas, as much of the world writes them; empty ones do not count. */
export function hasDecimalCommas(fields: readonly string[], delimiter: string): boolean {
  const given = fields.map((field) => field.trim()).filter((field) => field !== "");
  const decimal = given.filter((field) => DECIMAL_COMMA.test(field));
  if (!given.every((field) => (DECIMAL_COMMA.test(field) || WHOLE.test(field)) && isRead(field))) return false;
  return delimiter === "," ? decimal.some((field) => !GROUPED.test(field)) : decimal.length > 0;
}

/** Such a field with a decimal point and no plus sign, which Papa Parse would leave a text: `+12.345,6` becomes `12345.6`. */
export const withDecimalPoint = (field: string): string =>
  field.trim().replace(/^\+/, "").replaceAll(".", "").replace(",", ".");

/** Papa Parse leaves larger numbers texts. */
const isRead = (field: string): boolean => Math.abs(Number(withDecimalPoint(field))) < 2 ** 53;

/** A line of a table, which goes over several of the file where a field has line breaks in it. */
interface Row {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly fields: number;
}

/** The rows of a table that are not empty. */
export function csvRows(text: string, delimiter: string): Row[] {
  const quoted = /(?<=^|[,;\t|\r\n])"(?:[^"]|"")*"/g;
  // What stands in quotation marks parts nothing, but its line breaks count.
  const plain = text.replace(quoted, (field) => {
    const breaks = "\0".repeat((field.match(/\r\n|\r|\n/g) ?? []).length);
    return /^"\s*"$/.test(field) ? breaks : `"${breaks}`;
  });
  let line = 1;
  return plain.split(/\r\n|\r|\n/).flatMap((row): Row[] => {
    const begins = line;
    line += 1 + (row.match(/\0/g) ?? []).length;
    const fields = row.split(delimiter);
    return fields.every((field) => /^[\s\0]*$/.test(field)) ? [] : [{ line: begins, fields: fields.length }];
  });
}

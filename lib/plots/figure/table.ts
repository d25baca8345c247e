// A small table, as HTML for a notebook and as text for a terminal.

import { at } from "../../indexing";
import { escapeHtml } from "../../notebook";
import { digitsToTellApart, roundToDigits } from "./digits";

/** Stands where rows or columns were left out. */
export const LEFT_OUT = "…";
/** In a column of numbers, these are no text. */
const BLANK = [LEFT_OUT, ""];

/**
 * Rows of cells under headings. Numbers are written with thousands separators and stand at the right; with `digits`, those of a
 * column have equally many decimals, so that their points stand under each other.
 */
export interface Table {
  /** Stands above it. */
  readonly title?: string;
  /** The headings. */
  readonly columns: readonly string[];
  /** A cell for each column. */
  readonly rows: readonly (readonly (string | number)[])[];
  /**
   * Significant digits of numbers; more where two of a column would look alike, and all that stand before the point. Default: whole
   * thousands are parted, and there are at most three decimals (three digits of what is less than 0.1).
   */
  readonly digits?: number;
  /** How many digits of a number mean anything: 15, of `float32` 9. Default 15. */
  readonly mostDigits?: number;
  /** A last row that sums up. */
  readonly total?: readonly (string | number)[];
}

/** The table as an HTML element. */
export function tableHtml(table: Table): string {
  const { head, body, foot, numeric } = cellTexts(table);
  const row = (cells: readonly string[], tag: "th" | "td"): string =>
    `<tr>${cells.map((cell, column) => `<${tag} style="text-align: ${numeric[column] ? "right" : "left"}">${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  return (
    `<table style="font-variant-numeric: tabular-nums">` +
    captionHtml(table.title) +
    `<thead>${row(head, "th")}</thead>` +
    `<tbody>${body.map((cells) => row(cells, "td")).join("")}</tbody>` +
    `${foot ? `<tfoot>${row(foot, "th")}</tfoot>` : ""}</table>`
  );
}

/** In one line from the left, over a narrow table's edge too, without making the table wider. */
function captionHtml(title: string | undefined): string {
  if (title === undefined) return "";
  const text = `<div style="width: 0; white-space: nowrap">${escapeHtml(title)}</div>`;
  return `<caption style="text-align: left">${text}</caption>`;
}

/** The table as lines of text, columns aligned. */
export function tableText(table: Table): string {
  const { head, body, foot, numeric } = cellTexts(table);
  const lines = [head, ...body, ...(foot ? [foot] : [])];
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const text = lines.map((cells) =>
    cells
      .map((cell, column) => (numeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
  const rule = "─".repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  text.splice(1, 0, rule);
  if (foot) text.splice(-1, 0, rule);
  return [...(table.title === undefined ? [] : [table.title]), ...text].join("\n");
}

interface Written {
  readonly head: readonly string[];
  readonly body: readonly (readonly string[])[];
  readonly foot: readonly string[] | undefined;
  /** Which columns hold numbers (and gaps) only. */
  readonly numeric: readonly boolean[];
}

/** All cells as text. */
function cellTexts({ columns, rows, total, digits, mostDigits: most = 15 }: Table): Written {
  const numbers = columns.map((_, column) =>
    rows.map((cells) => cells[column]).filter((cell) => typeof cell === "number"),
  );
  const enough = numbers.map((column) =>
    digits === undefined ? 0 : digitsToTellApart(column.filter(Number.isFinite), digits, most),
  );
  const decimals = numbers.map((column, place) =>
    digits === undefined ? undefined : commonDecimals(column, at(enough, place)),
  );
  const cellText = (cell: string | number, column: number): string => {
    if (typeof cell === "string") return cell;
    if (digits === undefined) return needsExponent(cell) ? String(roundToDigits(cell, 3)) : cell.toLocaleString("en");
    const shared = decimals[column];
    return shared === undefined || !Number.isFinite(cell)
      ? decimalText(cell, enough[column] ?? digits)
      : cell.toFixed(shared);
  };
  return {
    head: columns,
    body: rows.map((cells) => cells.map(cellText)),
    foot: total?.map(cellText),
    numeric: numbers.map((column, place) => {
      const texts = rows.filter((cells) => typeof cells[place] === "string" && !BLANK.includes(cells[place]));
      return column.length > 0 && texts.length === 0;
    }),
  };
}

/**
 * So many decimals that the largest number has its digits; fewer where none needs them. None in common where the smallest
 * would be left with less than two digits: such a column spans many sizes.
 */
function commonDecimals(numbers: readonly number[], digits: number): number | undefined {
  const sizes = numbers.map(Math.abs).filter((size) => size > 0 && Number.isFinite(size));
  const exact = Math.max(0, ...sizes.map(exactDecimals));
  if (exact <= FEW_DECIMALS && sizes.every((size) => size < 1e15)) return exact;
  const texts = sizes.map((size) => decimalText(size, digits));
  if (texts.some((text) => text.includes("e"))) return undefined;
  const needed = Math.max(0, ...texts.map((text) => text.split(".")[1]?.length ?? 0));
  const whole = Math.max(1, ...sizes.map((size) => Math.floor(Math.log10(size)) + 1));
  const decimals = Math.min(needed, Math.max(0, digits - whole));
  return decimals === needed || sizes.every((size) => size * 10 ** decimals >= 10) ? decimals : undefined;
}

/** A price or a temperature has so few decimals of its own: they are all written. */
const FEW_DECIMALS = 4;

function exactDecimals(value: number): number {
  const text = String(value);
  return text.includes("e-") ? Number.POSITIVE_INFINITY : (text.split(".")[1]?.length ?? 0);
}

function decimalText(value: number, digits: number): string {
  return String(roundToDigits(value, digits));
}

/** Three decimals would leave next to nothing of it. */
function needsExponent(value: number): boolean {
  return value !== 0 && Math.abs(value) < 0.1;
}

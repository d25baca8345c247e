// A small table, as HTML for a notebook and as text for a terminal.

import { escapeHtml } from "../html";

/** Rows of cells under headings. Numbers are written with thousands separators and stand at the right. */
export interface Table {
  /** Stands above it. */
  readonly title?: string;
  /** The headings. */
  readonly columns: readonly string[];
  /** A cell for each column. */
  readonly rows: readonly (readonly (string | number)[])[];
  /** Significant digits of numbers. Default: whole thousands are parted, and there are at most three decimals. */
  readonly digits?: number;
  /** A last row that sums up. */
  readonly total?: readonly (string | number)[];
}

/** The table as an HTML element. */
export function tableHtml(table: Table): string {
  const row = (cells: readonly (string | number)[], tag: "th" | "td"): string =>
    `<tr>${cells.map((cell, column) => `<${tag} style="text-align: ${isNumeric(table, column) ? "right" : "left"}">${escapeHtml(written(table, cell))}</${tag}>`).join("")}</tr>`;
  return (
    `<table>${table.title === undefined ? "" : `<caption>${escapeHtml(table.title)}</caption>`}` +
    `<thead>${row(table.columns, "th")}</thead>` +
    `<tbody>${table.rows.map((cells) => row(cells, "td")).join("")}</tbody>` +
    `${table.total ? `<tfoot>${row(table.total, "th")}</tfoot>` : ""}</table>`
  );
}

/** The table as lines of text, columns aligned. */
export function tableText(table: Table): string {
  const lines = [table.columns, ...table.rows, ...(table.total ? [table.total] : [])].map((cells) =>
    cells.map((cell) => written(table, cell)),
  );
  const widths = table.columns.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const text = lines.map((cells) =>
    cells
      .map((cell, column) =>
        isNumeric(table, column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  const rule = "─".repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  text.splice(1, 0, rule);
  if (table.total) text.splice(-1, 0, rule);
  return [...(table.title === undefined ? [] : [table.title]), ...text].join("\n");
}

function isNumeric(table: Table, column: number): boolean {
  return table.rows.length > 0 && table.rows.every((cells) => typeof cells[column] === "number");
}

function written({ digits }: Table, cell: string | number): string {
  if (typeof cell === "string") return cell;
  return digits === undefined ? cell.toLocaleString("en") : String(Number(cell.toPrecision(digits)));
}

// What a figure or a table looks like in a notebook; and the method by which it shows itself as the last expression of a
// cell.

import { DISPLAY, type MimeBundle } from "../../notebook";
import type { Figure } from "./figure";
import { plainTextOf } from "./literal-text";
import { type Table, tableHtml, tableText } from "./table";

/** The MIME type under which notebooks know Plotly figures. */
const PLOTLY = "application/vnd.plotly.v1+json";

/** A figure or a table in the forms in which it can be shown. */
export function bundleOf(output: Figure | Table): MimeBundle {
  if ("rows" in output) return { "text/html": tableHtml(output), "text/plain": tableText(output) };
  return { [PLOTLY]: output, "text/plain": figureText(output) };
}

/** The same figure or table, which now draws itself when it is the last expression of a cell. It stays plain data. */
export function displayable<Output extends Figure | Table>(output: Output): Output {
  return Object.defineProperty(output, DISPLAY, { value: () => bundleOf(output), enumerable: false });
}

/** One line for where no figure can be drawn. */
function figureText({ data, layout }: Figure): string {
  const title = typeof layout.title === "string" ? layout.title : layout.title?.text;
  const kinds = [...new Set(data.map((trace) => trace.type ?? "scatter"))].join(", ");
  return `[Figure: ${title ? plainTextOf(title) : "untitled"} (${data.length} ${data.length === 1 ? "trace" : "traces"}: ${kinds})]`;
}

// Puts figures and tables under the running cell.
import { display } from "../notebook";
import type { Figure } from "./figure";
import { type Table, tableHtml, tableText } from "./table";

/** The MIME type under which notebooks know Plotly figures. */
const PLOTLY = "application/vnd.plotly.v1+json";

/** Shows a figure or a table under the running cell; in a terminal, its text. */
export function show(output: Figure | Table): void {
  if ("rows" in output) display({ "text/html": tableHtml(output), "text/plain": tableText(output) });
  else display({ [PLOTLY]: output, "text/plain": figureText(output) });
}

/** One line for where no figure can be drawn. */
function figureText({ data, layout }: Figure): string {
  const title = typeof layout.title === "string" ? layout.title : layout.title?.text;
  const kinds = [...new Set(data.map((trace) => trace.type ?? "scatter"))].join(", ");
  return `[Figure: ${title ?? "untitled"} (${data.length} ${data.length === 1 ? "trace" : "traces"}: ${kinds})]`;
}

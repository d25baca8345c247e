// What a figure, a table or a sound looks like in a notebook; and the method by which it shows itself as the last expression of
// a cell.

import { lastOf } from "../../indexing";
import { DISPLAY, display, type MimeBundle } from "../../notebook";
import { type AudioPlayer, playerHtml, playerText } from "./audio-player";
import type { Figure } from "./figure";
import { plainTextOf } from "./literal-text";
import { type Table, tableHtml, tableText } from "./table";

/** What can be shown. */
type Output = Figure | Table | AudioPlayer;

/** The MIME type under which notebooks know Plotly figures. */
const PLOTLY = "application/vnd.plotly.v1+json";

/** A figure or a table in the forms in which it can be shown. */
export function bundleOf(output: Figure | Table): MimeBundle {
  if ("rows" in output) return { "text/html": tableHtml(output), "text/plain": tableText(output) };
  return { [PLOTLY]: output, "text/plain": figureText(output) };
}

/** The same of anything that can be shown: one under the other, where it takes more than one. */
export function bundlesOf(output: Output): MimeBundle[] {
  if (!("source" in output)) return [bundleOf(output)];
  return [bundleOf(output.figure), { "text/html": playerHtml(output), "text/plain": playerText(output) }];
}

/** The same, which now shows itself when it is the last expression of a cell. It stays plain data. */
export function displayable<Kind extends Output>(output: Kind): Kind {
  const value = (): MimeBundle => {
    const bundles = bundlesOf(output);
    for (const bundle of bundles.slice(0, -1)) display(bundle);
    return lastOf(bundles);
  };
  return Object.defineProperty(output, DISPLAY, { value, enumerable: false });
}

/** One line for where no figure can be drawn. */
function figureText({ data, layout }: Figure): string {
  const title = typeof layout.title === "string" ? layout.title : layout.title?.text;
  const kinds = [...new Set(data.map((trace) => trace.type ?? "scatter"))].join(", ");
  return `[Figure: ${title ? plainTextOf(title) : "untitled"} (${data.length} ${data.length === 1 ? "trace" : "traces"}: ${kinds})]`;
}

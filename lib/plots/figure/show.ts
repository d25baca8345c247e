// Puts figures, tables and sounds under the running cell.
import { checkArguments, either, fields, list, STRING } from "../../arguments";
import { display } from "../../notebook";
import type { AudioPlayer } from "./audio-player";
import { bundlesOf } from "./displayable";
import type { Figure } from "./figure";
import type { Table } from "./table";

const ANY = (): undefined => undefined;
const FIGURE = fields({ data: list("traces", fields({})), layout: fields({}) });
const OUTPUT = either(
  FIGURE,
  fields({ columns: list("headings", ANY), rows: list("rows", ANY) }),
  fields({ figure: FIGURE, title: STRING, source: STRING }),
);

/**
 * Shows a figure, a table or a sound under the running cell; in a terminal, its text. As the last expression of a cell, it
 * shows itself without this.
 *
 * @example
 * ```ts
 * show({ columns: ["layer", "parameters"], rows: [["dense1", 100_480], ["dense2", 8256]] })
 * ```
 */
export function show(output: Figure | Table | AudioPlayer): void {
  checkArguments("show", { output }, { output: OUTPUT });
  for (const bundle of bundlesOf(output)) display(bundle);
}

// Puts figures and tables under the running cell.
import { checkArguments, either, fields, list } from "../../arguments";
import { display } from "../../notebook";
import { bundleOf } from "./displayable";
import type { Figure } from "./figure";
import type { Table } from "./table";

const ANY = (): undefined => undefined;
const OUTPUT = either(
  fields({ data: list("traces", fields({})), layout: fields({}) }),
  fields({ columns: list("headings", ANY), rows: list("rows", ANY) }),
);

/**
 * Shows a figure or a table under the running cell; in a terminal, its text. As the last expression of a cell, it shows
 * itself without this.
 *
 * @example
 * ```ts
 * show({ columns: ["layer", "parameters"], rows: [["dense1", 100_480], ["dense2", 8256]] })
 * ```
 */
export function show(output: Figure | Table): void {
  checkArguments("show", { output }, { output: OUTPUT });
  display(bundleOf(output));
}

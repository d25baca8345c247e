// Puts figures and tables under the running cell.
import { display } from "../notebook";
import { bundleOf } from "./draws-itself";
import type { Figure } from "./figure";
import type { Table } from "./table";

/**
 * Shows a figure or a table under the running cell; in a terminal, its text. As the last expression of a cell, it shows
 * itself without this.
 */
export function show(output: Figure | Table): void {
  display(bundleOf(output));
}

// The rows of a DataFrame by the values of one of its columns: danfojs takes no column without a name, and leaves missing values
// anywhere.
import type { DataFrame } from "danfojs-node";
import { checkArguments, FLAG, type Kind, kind, settings } from "../arguments";

/** As danfojs takes them. */
export interface SortOptions {
  ascending?: boolean;
  inplace?: boolean;
}

/** What of danfojs's DataFrame its types keep to themselves. */
interface Frame {
  readonly columns: readonly unknown[];
  $getColumnData(column: string, returnSeries: false): unknown[];
  $setValues(values: unknown): void;
  $setIndex(index: unknown): void;
  iloc(rows: { rows: number[] }): DataFrame;
  copy(): DataFrame;
}

/** `frame.sortValues(column, options)`: equal values stay in their order, and missing ones come last either way. */
export function sortValues(this: Frame, column: string, options: SortOptions = {}): DataFrame | undefined {
  checkArguments("sortValues", { column, options }, { column: columnOf(this), options: OPTIONS });
  const { ascending = true, inplace = false } = options;
  const values = this.$getColumnData(column, false);
  const order = values.map((_, row) => row).sort((a, b) => compare(values[a], values[b], ascending ? 1 : -1));
  const sorted = order.length === 0 ? this.copy() : this.iloc({ rows: order });
  if (!inplace) return sorted;
  this.$setValues(sorted.values);
  this.$setIndex(sorted.index);
  return undefined;
}

const OPTIONS = settings({ ascending: FLAG, inplace: FLAG });

/** The name of one of a frame's columns. */
export function columnOf({ columns }: { readonly columns: readonly unknown[] }): Kind {
  const names = columns.map((name) => JSON.stringify(name)).join(", ");
  return kind(`the name of a column: ${names}`, (value) => columns.includes(value));
}

const isMissing = (value: unknown): boolean => value === null || value === undefined || Number.isNaN(value);

function compare(a: unknown, b: unknown, direction: number): number {
  if (isMissing(a) || isMissing(b)) return Number(isMissing(a)) - Number(isMissing(b));
  const [x, y] = typeof a === "string" || typeof b === "string" ? [String(a), String(b)] : [Number(a), Number(b)];
  return x === y ? 0 : x < y ? -direction : direction;
}

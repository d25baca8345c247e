// What is mended of danfojs 1.2.0 when it is loaded: a column may have any name (danfojs #550, #671), `describe` leaves out what
// is missing, rows are sorted by any column, groups are of columns that there are, and `readCSV` reads what spreadsheets write.

import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type * as danfojs from "danfojs-node";
import type { DataFrame, Series } from "danfojs-node";
import { checkArguments, kind } from "../arguments";
import { messageOf } from "../error-message";
import { at } from "../indexing";
import { temporaryFolder } from "../own-folder";
import { csvRows, delimiterOf, hasDecimalCommas, mayHaveDecimalCommas, readText, withDecimalPoint } from "./csv-text";
import { columnOf, sortValues } from "./frame-order";

type Danfo = typeof danfojs;
type ReadCsv = Danfo["readCSV"];

/** What Papa Parse takes, which reads for danfojs; danfojs's types keep some of it to themselves. */
type Settings = NonNullable<Parameters<ReadCsv>[1]> & {
  readonly delimiter?: string;
  readonly dynamicTyping?: unknown;
  readonly transform?: (field: string, column: string | number) => string;
};

/** What of danfojs' DataFrame its types keep to themselves. */
interface Inner {
  readonly columns: readonly unknown[];
  $setInternalColumnDataProperty(column?: string): void;
  $getColumnDtype(column: string): string;
  $getColumnData(column: string, returnSeries: false): unknown[];
  groupby(columns: string[]): unknown;
}

interface InnerSeries {
  readonly dtypes: readonly string[];
  readonly values: readonly unknown[];
  describe(): Series;
}

/** Mends the classes of all DataFrames and Series. */
export function mend({ DataFrame, Series, Utils }: Danfo): void {
  // Danfojs takes what has a `constructor` of its own, as rows with a column of that name have, for no object.
  const { isObject } = Utils.prototype;
  Utils.prototype.isObject = function (value: object): boolean {
    return isObject.call(this, value) || (Object(value) === value && Object.getPrototypeOf(value) === Object.prototype);
  };
  const prototype = ownerOf(DataFrame.prototype, "$setInternalColumnDataProperty") as Inner;
  const { $setInternalColumnDataProperty: define, groupby } = prototype;
  Object.assign(prototype, {
    // `frame.year` is the column of that name, but nothing that a DataFrame has anyway: `frame.column("values")` is that one.
    $setInternalColumnDataProperty(this: Inner, column?: string) {
      const names = column === undefined ? this.columns : [column];
      for (const name of names) if (typeof name === "string" && name !== "" && !(name in this)) define.call(this, name);
    },
    describe(this: Inner): DataFrame {
      const names = (this.columns as readonly string[]).filter((name) => this.$getColumnDtype(name) !== "string");
      const statistics = names.map((name) => statisticsOf(this.$getColumnData(name, false)));
      const rows = STATISTICS.map((_, row) => statistics.map((column) => column[row] as number));
      return new DataFrame(rows, { columns: names, index: [...STATISTICS] });
    },
    sortValues,
    groupby(this: Inner, columns: string[]) {
      for (const column of Array.isArray(columns) ? columns : [columns])
        checkArguments("groupby", { column }, { column: columnOf(this) });
      return groupby.call(this, [columns].flat());
    },
  });
  const series = ownerOf(Series.prototype, "describe") as InnerSeries;
  const { describe } = series;
  series.describe = function () {
    if (this.dtypes[0] === "string") return describe.call(this);
    return new Series(statisticsOf(this.values), { index: [...STATISTICS] });
  };
}

/** The prototype that a method is defined on. */
function ownerOf(prototype: object, method: string): object {
  return Object.hasOwn(prototype, method) ? prototype : ownerOf(Object.getPrototypeOf(prototype) as object, method);
}

/** For Papa Parse, which reads for danfojs. */
const WIDE = { encoding: "utf16le" } as object;

const STATISTICS = ["count", "mean", "std", "min", "median", "max", "variance"] as const;

/** Of the numbers and truth values of a column, in the order of `STATISTICS`; of none of them only the count is a number. */
function statisticsOf(column: readonly unknown[]): number[] {
  const values = column
    .filter((value) => typeof value === "number" || typeof value === "boolean")
    .map(Number)
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  // Of a sample, as danfojs and pandas have it.
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const variance = count > 1 ? squares / (count - 1) : Number.NaN;
  const middle =
    count > 0 ? at(values, Math.floor((count - 1) / 2)) + at(values, Math.ceil((count - 1) / 2)) : Number.NaN;
  const [least = Number.NaN, most = Number.NaN] = [values[0], values.at(-1)];
  return [count, mean, Math.sqrt(variance), least, middle / 2, most, variance];
}

/** Whether numbers are not to be read as such, or whoever calls reads them. */
const keepsTexts = ({ dynamicTyping, transform, frameConfig }: Settings): boolean =>
  dynamicTyping === false || transform !== undefined || frameConfig?.dtypes?.includes("string") === true;

/**
 * `readCSV` for files of any of the usual encodings and delimiters, with decimal points or commas; addresses are left to danfojs.
 *
 * @param original danfojs' own.
 */
export function readsAnyCsv(original: ReadCsv): ReadCsv {
  return async (file, options = {}) => {
    checkArguments("readCSV", { file, options }, { file: PATH, options: OPTIONS });
    if (/^https?:/.test(file)) return original(file, options);
    const text = textOf(file);
    const defaults = { delimiter: delimiterOf(text), skipEmptyLines: "greedy" as const };
    const settings: Settings & typeof defaults = { ...defaults, ...options, ...WIDE };
    if (hasPlainRows(options) && settings.delimiter) checkRows(file, text, settings.delimiter);
    const folder = temporaryFolder("cellwise-csv");
    try {
      // Two bytes a character: danfojs reads pieces of 64 KiB and would cut others in the middle.
      const copy = join(folder.path, "table.csv");
      writeFileSync(copy, text, "utf16le");
      if (!mayHaveDecimalCommas(text, settings.delimiter) || keepsTexts(options)) return await original(copy, settings);
      const { columns, values } = await original(copy, { ...settings, dynamicTyping: false } as Settings);
      const decimal = (columns as string[]).filter((_, i) => {
        const fields = (values as unknown[][]).map((row) => (typeof row[i] === "string" ? row[i] : ""));
        return hasDecimalCommas(fields, settings.delimiter);
      });
      if (decimal.length === 0) return await original(copy, settings);
      console.warn(
        `readCSV: decimal commas were read in ${decimal.join(", ")} (1,5 is 1.5, and 1.234 is 1234). To keep the texts: { dynamicTyping: false }.`,
      );
      const transform = (field: string, column: string | number): string =>
        decimal.includes(String(column)) ? withDecimalPoint(field) : field;
      return await original(copy, { ...settings, transform } as Settings);
    } finally {
      folder.remove();
    }
  };
}

const PATH = kind("the path of a CSV file, or its address", (value) => typeof value === "string" && value !== "");
const OPTIONS = kind('an object with options, such as { delimiter: ";" }', (value) => Object(value) === value);

/** The system's errors name neither the function nor the remedy. */
function textOf(file: string): string {
  const seen = `(seen from ${process.cwd()})`;
  if (!existsSync(file))
    throw new Error(`readCSV: there is no file ${file} ${seen}. Give the path of one, or its address (https://…).`);
  if (statSync(file).isDirectory())
    throw new Error(
      `readCSV: ${file} is a folder ${seen}. Give the path of a file in it, such as ${join(file, "table.csv")}.`,
    );
  try {
    return readText(file);
  } catch (error) {
    throw new Error(`readCSV: ${file} cannot be read: ${messageOf(error)}. Give the path of a file that may be read.`, {
      cause: error,
    });
  }
}

/** Whether lines are rows and the first of them the heading, as far as the options say. */
const hasPlainRows = (options: object): boolean =>
  !["header", "comments", "quoteChar", "escapeChar", "newline", "preview", "skipFirstNLines", "beforeFirstChunk"].some(
    (name) => name in options,
  );

/** @throws Error when a table has no rows, or one of another number of fields than its heading. */
function checkRows(file: string, text: string, delimiter: string): void {
  const [heading, ...rows] = csvRows(text, delimiter);
  if (!heading) throw new Error(`readCSV: ${file} is empty. Give a file with a heading and at least one row.`);
  if (rows.length === 0)
    throw new Error(
      `readCSV: ${file} has one line alone, which is taken for the heading (${heading.fields} field(s)), and no rows under it. ` +
        "Give a file with a heading and at least one row.",
    );
  const ragged = rows.filter(({ fields }) => fields !== heading.fields);
  const [first] = ragged;
  if (!first) return;
  throw new Error(
    `readCSV: line ${first.line} of ${file} has ${first.fields} field(s), its heading ${heading.fields}` +
      `${ragged.length > 1 ? ` (and ${ragged.length - 1} more have another number)` : ""}; what parts them was taken to be ` +
      `${JSON.stringify(delimiter)}. Mend the file (a field with ${JSON.stringify(delimiter)} in it stands in quotation marks), or ` +
      'say what parts the fields: { delimiter: ";" }.',
  );
}

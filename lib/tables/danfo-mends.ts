// What is mended of danfojs 1.2.0 when it is loaded: a column may have any name (danfojs #550, #671), `describe` leaves out what
// is missing, and `readCSV` reads what spreadsheets write.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type * as danfojs from "danfojs-node";
import type { DataFrame } from "danfojs-node";
import { temporaryFolder } from "../own-folder";
import { delimiterOf, hasDecimalCommas, mayHaveDecimalCommas, readText, withDecimalPoint } from "./csv-text";

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
}

/** Mends the class of all DataFrames. */
export function mend({ DataFrame }: Danfo): void {
  let prototype = DataFrame.prototype as unknown as object;
  while (!Object.hasOwn(prototype, "$setInternalColumnDataProperty")) prototype = Object.getPrototypeOf(prototype);
  const define = (prototype as Inner).$setInternalColumnDataProperty;
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
  });
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
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const middle = (values[Math.floor((count - 1) / 2)] as number) + (values[Math.ceil((count - 1) / 2)] as number);
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
    if (typeof file !== "string" || /^https?:/.test(file)) return original(file, options);
    if (!existsSync(file)) throw new Error(`readCSV: there is no file ${file} (seen from ${process.cwd()}).`);
    const text = readText(file);
    const folder = temporaryFolder("cellwise-csv");
    try {
      // Two bytes a character: danfojs reads pieces of 64 KiB and would cut others in the middle.
      const copy = join(folder.path, "table.csv");
      writeFileSync(copy, text, "utf16le");
      const defaults = { delimiter: delimiterOf(text), skipEmptyLines: "greedy" as const };
      const settings: Settings & typeof defaults = { ...defaults, ...options, ...WIDE };
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

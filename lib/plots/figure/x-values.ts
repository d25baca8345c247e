// Where the values of a figure stand on its horizontal axis: numbers, names or dates.

import type { Datum } from "plotly.js-dist";
import { either, kind, list, NUMBER, NUMERIC, STRING } from "../../arguments";
import { distinct, literalName } from "./literal-text";

/** What a series may have as its values. */
export const HEIGHTS = list(
  "numbers, null where there is none",
  either(
    kind("null", (value) => value === null),
    NUMERIC,
  ),
);

/** What a series may have as a place on the horizontal axis. */
export const PLACE = either(
  STRING,
  NUMBER,
  kind("a finite number, a text or a valid date", (value) => value instanceof Date && !Number.isNaN(value.getTime())),
);
export const PLACES = list("places", PLACE);

/** Numbers, names, or dates (as `Date`, or all of them as text in the form `2026-01-31`). */
export type Places = ArrayLike<number> | readonly (string | Date)[];

const DATE = /^\d{4}-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?)?$/;

/** What places are: Plotly would guess, and take the names `1E1` and `2A1` for numbers. */
export function kindOf(places: Places): "linear" | "date" | "category" {
  const all = Array.from<number | string | Date>(places);
  if (all.every((place) => typeof place === "number")) return "linear";
  return all.every((place) => place instanceof Date || DATE.test(String(place))) ? "date" : "category";
}

/** The places as Plotly takes them: one for each, also where names are written alike. */
export function plotlyValues(places: Places, kind = kindOf(places)): Datum[] {
  const all = Array.from<number | string | Date, number | string>(places, (place) =>
    place instanceof Date ? place.toISOString().slice(0, 19) : place,
  );
  return kind === "category" ? distinct(all.map((place) => literalName(String(place)))) : all;
}

/**
 * @param caller the function that was called.
 * @throws RangeError when there is nothing to draw, or a series has not one value for each place.
 */
export function checkSeries(caller: string, places: Places, series: Record<string, ArrayLike<unknown>>): void {
  const names = Object.keys(series);
  if (names.length === 0 || places.length === 0)
    throw new RangeError(
      `${caller} was given a list of ${names.length} series and one of ${places.length} places; it needs at least one of each.`,
    );
  for (const [name, values] of Object.entries(series))
    if (values.length !== places.length)
      throw new RangeError(
        `${caller}: "${name}" is a list of ${values.length} for a list of ${places.length} places; give one value for each place ` +
          "(null where there is none).",
      );
}

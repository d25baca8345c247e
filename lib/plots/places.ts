// Where the values of a figure stand on its horizontal axis: numbers, names or dates.
import type { Datum } from "plotly.js-dist";

/** Numbers, names, or dates (as `Date`, or as text in the form `2026-01-31`). */
export type Places = ArrayLike<number> | readonly (string | Date)[];

/** The places as Plotly takes them. */
export function written(places: Places): Datum[] {
  return Array.from<number | string | Date, Datum>(places, (place) =>
    place instanceof Date ? place.toISOString().slice(0, 19) : place,
  );
}

/**
 * @param caller the function that was called.
 * @throws RangeError when there is nothing to draw, or a series has not one value for each place.
 */
export function checkSeries(caller: string, places: Places, series: Record<string, ArrayLike<unknown>>): void {
  const names = Object.keys(series);
  if (names.length === 0 || places.length === 0)
    throw new RangeError(
      `${caller} was given ${names.length} series and ${places.length} places; it needs at least one of each.`,
    );
  for (const [name, values] of Object.entries(series))
    if (values.length !== places.length)
      throw new RangeError(
        `${caller}: "${name}" has ${values.length} values for ${places.length} places; give one value for each place ` +
          "(null where there is none).",
      );
}

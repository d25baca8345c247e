// The colours of the course, on a light page and on a dark one: figures, progress, claims and checks share them.
import { at } from "./indexing";

/**
 * Colours told apart by colour-blind readers too (Okabe and Ito, "Color Universal Design", 2008), without their yellow and
 * black, which vanish on a white and on a dark page. Lines should differ in dash or marker as well.
 */
export const PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"] as const;

/** Text: a contrast of 4.3 : 1 on JupyterLab's white page and on its dark one (#111111) alike. */
export const TEXT = "#7a7a7a";

/** The colour number `number`; after the last comes the first again. */
export function colour(number: number): string {
  return at(PALETTE, number % PALETTE.length);
}

/** The colour number `number`, transparent: for areas that others lie on. */
export function paleColour(number: number, opacity = 0.3): string {
  const [red, green, blue] = [1, 3, 5].map((start) => Number.parseInt(colour(number).slice(start, start + 2), 16));
  return `rgba(${red}, ${green}, ${blue}, ${opacity})`;
}

/** A colour (`#rrggbb`) mixed with white: not seen through, so that black text stands on it on any page. */
export function tint(of: string, share = 0.35): string {
  const mixed = [1, 3, 5].map((start) => 255 - share * (255 - Number.parseInt(of.slice(start, start + 2), 16)));
  return `rgb(${mixed.map(Math.round).join(", ")})`;
}

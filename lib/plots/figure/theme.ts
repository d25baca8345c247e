// The one look of all figures. Backgrounds are transparent, so that a figure stands on the light or dark page of the
// notebook; greys and colours are chosen to be seen on both.

import type { ColorScale, Layout, LayoutAxis, UpdateMenu } from "plotly.js-dist";
import { PALETTE, paleColour, TEXT } from "../../colours";
import { at } from "../../indexing";
import { literalText } from "./literal-text";

export const LINE = "rgba(128, 128, 128, 0.3)";

/** Lines and markers that differ without their colour too. */
const DASHES = ["solid", "dash", "dot", "dashdot", "longdashdot", "longdash"] as const;
const MARKERS = ["circle", "diamond", "square", "triangle-up", "x", "star", "triangle-down"] as const;

/** Paper to ink, for images. */
export const INK: ColorScale = [
  [0, "#ffffff"],
  [1, "#000000"],
];

/** From nothing, the page itself, to all. The colours rise fast at first: most shares are small. */
export const STRENGTH: ColorScale = [
  [0, "rgba(86, 180, 233, 0)"],
  [0.05, "rgba(86, 180, 233, 0.35)"],
  [0.25, "rgba(43, 147, 205, 0.65)"],
  [1, "rgb(0, 114, 178)"],
];

/** From the most negative through nothing, the page itself, to the most positive. */
export const SIGNED: ColorScale = [
  [0, "rgb(213, 94, 0)"],
  [0.5, "rgba(213, 94, 0, 0)"],
  [0.5, "rgba(0, 114, 178, 0)"],
  [1, "rgb(0, 114, 178)"],
];

/** Paper to thin ink, for images that something lies over. */
export const PALE_INK: ColorScale = [
  [0, "#ffffff"],
  [1, "#8c8c8c"],
];

/** From orange over white to blue, for values with a sign; the middle is to stand at 0. */
export const AROUND_ZERO: ColorScale = [
  [0, PALETTE[1]],
  [0.5, "#ffffff"],
  [1, PALETTE[0]],
];

/** The dash of line number `number`. */
export function dash(number: number): (typeof DASHES)[number] {
  return at(DASHES, number % DASHES.length);
}

/** The marker of group number `number`: with the colours, 42 pairs before one comes again. */
export function marker(number: number): (typeof MARKERS)[number] {
  return at(MARKERS, number % MARKERS.length);
}

/** A legend under the plot, at the left, if there is one; the bottom margin has to have room for it. */
export function legendBelow(shown = true): Pick<Partial<Layout>, "showlegend" | "legend"> {
  if (!shown) return { showlegend: false };
  const legend = { orientation: "h", yref: "container", y: 0.01, yanchor: "bottom", x: 0, xanchor: "left" } as const;
  return { showlegend: true, legend };
}

/** Buttons in a row from the left; where they stand and what they do is the figure's own. */
export function buttonRow(own: Partial<UpdateMenu>): UpdateMenu {
  return {
    type: "buttons",
    showactive: false,
    x: 0,
    xanchor: "left",
    font: { color: TEXT },
    bgcolor: "rgba(128, 128, 128, 0.1)",
    bordercolor: LINE,
    ...own,
  };
}

/** From nothing to orange, for maps that lie over images. */
export const VEIL: ColorScale = [
  [0, paleColour(1, 0)],
  [1, paleColour(1, 0.9)],
];

/** The layout that every figure starts from. */
export function baseLayout(title: string, size: { width: number; height: number }): Partial<Layout> {
  return {
    title: { text: literalText(title), font: { size: 16 }, x: 0.02, xanchor: "left" }, // the tool bar is on the right
    ...size,
    hoverlabel: { namelength: -1 }, // whole names
    paper_bgcolor: "rgba(0, 0, 0, 0)",
    plot_bgcolor: "rgba(0, 0, 0, 0)",
    font: { color: TEXT, size: 12 },
    colorway: [...PALETTE],
    margin: { l: 64, r: 24, t: 56, b: 56 },
  };
}

/** An axis with a title (its unit in brackets, where it has one) and quiet grid lines, if any. */
export function axis(title: string, { grid = true } = {}): Partial<LayoutAxis> {
  const lines = grid ? { gridcolor: LINE } : { showgrid: false };
  return {
    title: { text: literalText(title), standoff: 12 },
    ...lines,
    linecolor: LINE,
    zeroline: false,
    automargin: true,
  };
}

/**
 * A logarithmic axis, whose ticks between powers of ten are 2 and 5 where there is room for them, not all nine. Below a
 * thousandth they are written as powers, 10⁻⁶, where Plotly would have letters: μ.
 */
export function logarithmic(values: readonly (number | null)[]): Partial<LayoutAxis> {
  const sizes = values.filter((value) => value !== null && value > 0 && value < Number.POSITIVE_INFINITY) as number[];
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0);
  const smallest = sizes.reduce((a, b) => Math.min(a, b), largest);
  const decades = Math.log10(largest / smallest);
  return {
    type: "log",
    ...(decades > 0.7 && decades < 3 ? { dtick: "D2" } : {}),
    ...(smallest < 1e-3 ? { exponentformat: "power" } : {}),
  };
}

/** An axis that only places things: no title, numbers or lines. */
export function bareAxis(): Partial<LayoutAxis> {
  return { visible: false, fixedrange: true };
}

// The one look of all figures. Backgrounds are transparent, so that a figure stands on the light or dark page of the
// notebook; greys and colours are chosen to be seen on both.
import type { ColorScale, Layout, LayoutAxis } from "plotly.js-dist";

/**
 * Colours told apart by colour-blind readers too (Okabe and Ito, "Color Universal Design", 2008), without their yellow and
 * black, which vanish on a white and on a dark page. Lines should differ in dash or marker as well.
 */
export const PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"] as const;

/** Text: a contrast of 4.3 : 1 on JupyterLab's white page and on its dark one (#111111) alike. */
const TEXT = "#7a7a7a";
const LINE = "rgba(128, 128, 128, 0.3)";

/** Paper to ink, for images. */
export const INK: ColorScale = [
  [0, "#ffffff"],
  [1, "#000000"],
];

/** The colour number `number`; after the last comes the first again. */
export function colour(number: number): string {
  return PALETTE[number % PALETTE.length] as string;
}

/** The layout that every figure starts from. */
export function baseLayout(title: string, size: { width: number; height: number }): Partial<Layout> {
  return {
    title: { text: title, font: { size: 16 }, x: 0.02, xanchor: "left" }, // the tool bar is on the right
    ...size,
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
  return { title: { text: title }, ...lines, linecolor: LINE, zeroline: false, automargin: true };
}

/** An axis that only places things: no title, numbers or lines. */
export function bareAxis(): Partial<LayoutAxis> {
  return { visible: false, fixedrange: true };
}

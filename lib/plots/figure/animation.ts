// A figure that goes through moments: a slider under it, and a button that plays them. Plotly does it alone in the page,
// without a kernel, so that it works in a notebook that was only opened.

import type { Data, Frame, Layout, Slider, UpdateMenu } from "plotly.js-dist";
import { TEXT } from "../../colours";
import type { Figure } from "./figure";
import { literalText } from "./literal-text";
import { buttonRow, LINE } from "./theme";

/** One moment: what is drawn in place of the traces that change. */
export interface Moment {
  readonly label: string;
  readonly data: readonly Data[];
}

/** The height of slider and button under the plot, in pixels. */
export const SLIDER_PIXELS = 96;
/** The width of the buttons at its left. */
const BUTTONS_PIXELS = 96;
const PLAY_MILLISECONDS = 250;
/** More moments than these make a figure large and a slider hard to move; then about so many are taken, evenly. */
const MOST_MOMENTS = 60;

/**
 * The figure at the last of its moments and, if there are several, with a slider over them. Its bottom margin grows by {@link SLIDER_PIXELS} then.
 *
 * @param figure with the traces that stay and, at `traces`, any that change.
 * @param traces the numbers of the traces that change.
 * @param all the moments: for each, as many traces as change, in their order. Of more than 60 some are left out.
 * @param prefix stands before the label of the moment that is seen.
 */
export function withMoments(figure: Figure, traces: readonly number[], all: readonly Moment[], prefix = ""): Figure {
  const every = Math.ceil(all.length / MOST_MOMENTS);
  const moments = all.filter((_, number) => number === 0 || (all.length - 1 - number) % every === 0);
  const last = moments.at(-1);
  if (!last) return figure;
  const data = figure.data.map((trace, number) => ({ ...trace, ...last.data[traces.indexOf(number)] }) as Data);
  if (moments.length === 1) return { ...figure, data };
  const { margin, height = 450, ...layout } = figure.layout;
  const shape: Partial<Layout> = {
    ...layout,
    height: height + SLIDER_PIXELS,
    margin: { ...margin, b: (margin?.b ?? 56) + SLIDER_PIXELS },
    sliders: [
      sliderBelow({
        active: moments.length - 1,
        pad: { t: 48, b: 8, l: BUTTONS_PIXELS },
        currentvalue: { prefix: literalText(prefix), xanchor: "left", offset: 6, font: { color: TEXT } },
        steps: moments.map(({ label }) => ({ label: literalText(label), method: "animate", args: [[label], AT_ONCE] })),
      }),
    ],
    updatemenus: [playButton()],
  };
  return { data, layout: shape, frames: moments.map((moment) => frame(moment, traces)) };
}

function frame({ label, data }: Moment, traces: readonly number[]): Partial<Frame> {
  return { name: label, traces: [...traces], data: [...data] };
}

/** At once, and also what Plotly does not redraw by itself, such as heatmaps. */
const AT_ONCE = { mode: "immediate", frame: { duration: 0, redraw: true }, transition: { duration: 0 } };

/** A slider under the plot; what its steps are and do is the figure's own. */
export function sliderBelow(own: Partial<Slider>): Slider {
  return {
    x: 0,
    len: 1,
    xanchor: "left",
    y: 0,
    yanchor: "top",
    font: { color: TEXT },
    bgcolor: LINE,
    activebgcolor: TEXT,
    bordercolor: TEXT,
    borderwidth: 0,
    tickcolor: TEXT,
    ...own,
  } as Slider;
}

function playButton(): UpdateMenu {
  const play = { ...AT_ONCE, frame: { duration: PLAY_MILLISECONDS, redraw: true }, fromcurrent: true };
  return buttonRow({
    direction: "left",
    y: 0,
    yanchor: "top",
    pad: { t: 72 },
    buttons: [
      { label: "▶", method: "animate", args: [null, play] },
      { label: "❚❚", method: "animate", args: [[null], AT_ONCE] },
    ],
  });
}

// A sound as it is drawn: its wave, and below it how much of each frequency there is, over one axis of time. Both are made as
// coarse as the page shows them, so that a long sound takes no more room in a notebook than a short one.

import type { ColorScale, Data } from "plotly.js-dist";
import { colour, paleColour } from "../../colours";
import { at } from "../../indexing";
import { type Spectrogram, spectrogram } from "../../sound/spectrogram";
import { monoOf, type Sound } from "../../sound/wav";
import { roundToDigits } from "../figure/digits";
import type { Figure } from "../figure/figure";
import { axis, baseLayout } from "../figure/theme";

/** Of the wave, about as many as there are pixels. */
const WAVE_COLUMNS = 700;
/** Of the spectrogram. */
const COLUMNS = 240;
const ROWS = 80;
/** What is so much weaker than the strongest is not drawn. */
const WEAKEST_DECIBELS = -60;
const WINDOW_SECONDS = 0.025;
const HOP_SECONDS = 0.01;

/** From nothing, the page itself, to the strongest. */
const POWER: ColorScale = [
  [0, paleColour(1, 0)],
  [1, paleColour(1, 1)],
];

/** Wave and spectrogram of a sound of at least 2 samples; of several channels, of their mean. */
export function soundFigure(sound: Sound, title: string): Figure {
  const { sampleRate } = sound;
  const samples = monoOf(sound);
  const seconds = samples.length / sampleRate;
  const layout = baseLayout(title, { width: 800, height: 420 });
  return {
    data: [waveOf(samples, sampleRate), powerOf(sound, seconds)],
    layout: {
      ...layout,
      margin: { ...layout.margin, l: 80 },
      showlegend: false,
      xaxis: { ...axis("time (s)"), anchor: "y2", range: [0, seconds] },
      yaxis: { ...axis("wave"), domain: [0.64, 1] },
      yaxis2: { ...axis("frequency (Hz)", { grid: false }), domain: [0, 0.56], range: [0, sampleRate / 2] },
    },
  };
}

/** All samples, or of each column the lowest and the highest. */
function waveOf(samples: Float32Array, sampleRate: number): Data {
  const size = Math.max(2, Math.ceil(samples.length / WAVE_COLUMNS));
  const y: number[] = [];
  for (let start = 0; start < samples.length; start += size) {
    const column = samples.subarray(start, start + size);
    if (size > 2)
      y.push(
        column.reduce((a, b) => Math.min(a, b)),
        column.reduce((a, b) => Math.max(a, b)),
      );
    else y.push(...column);
  }
  return {
    type: "scatter",
    mode: "lines",
    x0: 0,
    dx: size / 2 / sampleRate,
    y: y.map((value) => roundToDigits(value, 3)),
    line: { color: colour(0), width: 1 },
    hovertemplate: "%{x:.3f} s: %{y}<extra></extra>",
  };
}

/** The power in decibels, of which the strongest has 0. */
function powerOf(sound: Sound, seconds: number): Data {
  const window = Math.min(WINDOW_SECONDS, seconds);
  const found = spectrogram(sound, { window, hop: Math.min(HOP_SECONDS, window) });
  const [frames, frequencies] = found.shape;
  const [across, up] = [Math.ceil(frames / COLUMNS), Math.ceil(frequencies / ROWS)];
  const rows = meansOf(found, across, up);
  const strongest = rows.flat().reduce((a, b) => Math.max(a, b), 0);
  const decibels = (power: number): number =>
    power > 0 ? Math.max(WEAKEST_DECIBELS, Math.round(10 * Math.log10(power / strongest))) + 0 : WEAKEST_DECIBELS; // no −0
  const step = at(found.frequencies, 1);
  return {
    type: "heatmap",
    yaxis: "y2",
    // Where the middle of each cell is.
    x0: window / 2 + ((across - 1) / 2) * found.hop,
    dx: across * found.hop,
    y0: ((up - 1) / 2) * step,
    dy: up * step,
    z: rows.map((row) => row.map(decibels)),
    zmin: WEAKEST_DECIBELS,
    zmax: 0,
    colorscale: POWER,
    colorbar: { title: { text: "dB" }, outlinewidth: 0, thickness: 12, len: 0.56, y: 0, yanchor: "bottom" },
    hovertemplate: "%{x:.2f} s, %{y:.0f} Hz: %{z} dB<extra></extra>",
  };
}

/** The mean power of so many frames and frequencies each, frequency by frequency. */
function meansOf({ values, shape: [frames, frequencies] }: Spectrogram, across: number, up: number): number[][] {
  const [columns, rows] = [Math.ceil(frames / across), Math.ceil(frequencies / up)];
  const sums = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  const counts = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  for (let t = 0; t < frames; t++)
    for (let k = 0; k < frequencies; k++) {
      const [column, sum, count] = [
        Math.floor(t / across),
        at(sums, Math.floor(k / up)),
        at(counts, Math.floor(k / up)),
      ];
      sum[column] = at(sum, column) + at(values, t * frequencies + k);
      count[column] = at(count, column) + 1;
    }
  return sums.map((row, k) => row.map((sum, t) => sum / at(at(counts, k), t)));
}

// The loss of a running training as a small picture. It is SVG by hand and no Plotly figure: JupyterLab draws a figure that is
// replaced in place only once, and this one changes several times a second, at no cost to the training.

import { PALETTE } from "../../colours";
import { at } from "../../indexing";

/** Values that the line keeps: when there are more, neighbours are averaged. */
const MOST_VALUES = 256;
const WIDTH = 620;
const HEIGHT = 190;
const [LEFT, RIGHT, TOP, BOTTOM] = [56, 20, 22, 34]; // half the label of epoch 10,000 at the right
const [PALE, TRAINING, VALIDATION] = [PALETTE[5], PALETTE[0], PALETTE[1]];

/** Collects losses, in constant time and memory, and draws them over the epochs. */
export class LossCurve {
  readonly #stepsPerEpoch: number;
  readonly #epochs: number;
  /** Means over so many steps each. */
  #means: number[] = [];
  #group = 1;
  #sum = 0;
  #count = 0;
  readonly #training: number[] = [];
  readonly #validation: number[] = [];

  constructor(stepsPerEpoch: number, epochs: number) {
    this.#stepsPerEpoch = stepsPerEpoch;
    this.#epochs = epochs;
  }

  /** After a step. */
  step(loss: number): void {
    this.#sum += loss;
    if (++this.#count < this.#group) return;
    this.#means.push(this.#sum / this.#group);
    [this.#sum, this.#count] = [0, 0];
    if (this.#means.length < MOST_VALUES) return;
    const means = this.#means;
    this.#means = Array.from({ length: MOST_VALUES / 2 }, (_, i) => {
      return (at(means, 2 * i) + at(means, 2 * i + 1)) / 2;
    });
    this.#group *= 2;
  }

  /** After an epoch: its mean, and the loss on the validation set. */
  epoch(training: number, validation: number | undefined): void {
    this.#training.push(training);
    if (validation !== undefined) this.#validation.push(validation);
  }

  /** The picture; empty before there are two values to draw a line between. */
  svg(): string {
    const values = [...this.#means, ...this.#training, ...this.#validation].filter(Number.isFinite);
    if (this.#means.length < 2 || values.length < 2) return "";
    // A loss falls by factors: its axis is logarithmic where it can be.
    const logarithmic = values.every((value) => value > 0);
    const height = (value: number): number => (logarithmic ? Math.log10(value) : value);
    const [low, high] = [Math.min(...values.map(height)), Math.max(...values.map(height))];
    const x = (epochs: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * epochs) / this.#epochs;
    const y = (value: number): number =>
      TOP + (HEIGHT - TOP - BOTTOM) * (high > low ? (high - height(value)) / (high - low) : 0.5);
    const placePoints = (losses: readonly number[], epochsOf: (index: number) => number): Place[] =>
      losses.map((loss, index): Place => [x(epochsOf(index)), y(loss)]).filter((place) => place.every(Number.isFinite));
    const steps = placePoints(this.#means, (index) => ((index + 0.5) * this.#group) / this.#stepsPerEpoch);
    const training = placePoints(this.#training, (epoch) => epoch + 0.5);
    const validation = placePoints(this.#validation, (epoch) => epoch + 1);
    const few = this.#training.length <= 40;
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" role="img" ` +
      `style="display: block; max-width: 100%; font-size: 12px" fill="currentColor">` +
      `<title>loss over epochs</title>${this.#axes(x, logarithmic ? [10 ** low, 10 ** high] : [low, high], y)}` +
      line(steps, PALE, `stroke-width="1.5" opacity="0.7"`) +
      line(training, TRAINING, `stroke-width="2"`) +
      line(validation, VALIDATION, `stroke-width="2" stroke-dasharray="6 4"`) +
      (few
        ? training
            .map(([cx, cy]) => `<circle cx="${cx.toFixed(1)}" cy="${cy.toFixed(1)}" r="3.5" fill="${TRAINING}"/>`)
            .join("")
        : "") +
      (few ? validation.map(([cx, cy]) => diamond(cx, cy)).join("") : "") +
      `${legend(this.#training.length > 0, this.#validation.length > 0)}</svg>`
    );
  }

  #axes(x: (epochs: number) => number, [low, high]: [number, number], y: (value: number) => number): string {
    const bottom = HEIGHT - BOTTOM;
    const every = Math.ceil(this.#epochs / 10);
    const epochs = Array.from({ length: Math.floor(this.#epochs / every) + 1 }, (_, i) => i * every);
    const losses = low < high ? [low, high] : [low];
    return (
      `<g stroke="currentColor" opacity="0.35"><path d="M${LEFT} ${TOP}V${bottom}H${WIDTH - RIGHT}" fill="none"/></g>` +
      epochs.map((epoch) => text(x(epoch), bottom + 15, "middle", String(epoch))).join("") +
      text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 5, "middle", "epochs") +
      losses.map((loss) => text(LEFT - 6, y(loss) + 4, "end", String(Number(loss.toPrecision(3))))).join("") +
      text(LEFT, TOP - 9, "start", "loss")
    );
  }
}

type Place = [x: number, y: number];

function line(places: readonly Place[], colour: string, style: string): string {
  if (places.length < 2) return "";
  const points = places.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  return `<polyline points="${points}" fill="none" stroke="${colour}" ${style}/>`;
}

function diamond(x: number, y: number): string {
  return `<path d="M${x.toFixed(1)} ${(y - 4.5).toFixed(1)}l4.5 4.5l-4.5 4.5l-4.5 -4.5z" fill="${VALIDATION}"/>`;
}

function text(x: number, y: number, anchor: "middle" | "end" | "start", words: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${words}</text>`;
}

/** Names in the colours of their lines, at the upper right. */
function legend(training: boolean, validation: boolean): string {
  const names: [string, string][] = [
    ["training, steps", PALE],
    ...(training ? [["training, epochs", TRAINING] as [string, string]] : []),
    ...(validation ? [["validation", VALIDATION] as [string, string]] : []),
  ];
  const spans = names.map(([name, colour]) => `<tspan fill="${colour}">■ </tspan><tspan>${name}   </tspan>`).join("");
  return `<text x="${WIDTH - RIGHT}" y="${TOP - 9}" text-anchor="end" xml:space="preserve">${spans}</text>`;
}

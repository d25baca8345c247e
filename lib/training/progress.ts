// What the learner sees while a model trains: in a notebook a bar and the curve of the loss, redrawn in place, with a table of
// the finished epochs under them; in a terminal a line for each epoch.

import { PALETTE } from "../colours";
import { at, lastOf } from "../indexing";
import { display, escapeHtml, notebookKernel } from "../notebook";
import type { BatchReport, Engine, EpochReport, Measures } from "./history";

// ## The curve of the loss
// A small picture: SVG by hand and no Plotly figure, since JupyterLab draws a figure that is replaced in place only once, and
// this one changes several times a second, at no cost to the training.

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

// ## As HTML
// A pure function of what is known. Colours come from JupyterLab's theme, so that it is readable in light and dark.

/** All that the progress display shows. */
export interface ProgressState {
  readonly phase: "training" | "validating" | "done" | "stopped" | "interrupted" | "failed";
  /** The running epoch and step, counted from 1 (a step of 0: none has ended). */
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** Means over the running epoch so far. */
  readonly running: Measures | undefined;
  readonly millisecondsPerStep: number | undefined;
  readonly batchSize: number;
  readonly engine: Engine;
  readonly seconds: number;
  readonly secondsLeft: number | undefined;
  /** The loss so far as an SVG element; empty when it is not shown. */
  readonly curve: string;
  readonly finished: readonly {
    epoch: number;
    training: Measures;
    validation: Measures | undefined;
    seconds: number;
  }[];
}

/** Rows of finished epochs that are shown; of a longer training, the last ones. */
const ROWS = 20;

/** The bar, the line beside it, the curve and the table of epochs. */
export function progressHtml(state: ProgressState): string {
  const total = state.epochs * state.stepsPerEpoch;
  const done = (state.epoch - 1) * state.stepsPerEpoch + state.step;
  return (
    `<div class="cellwise-progress" style="font-variant-numeric: tabular-nums">` +
    `<progress max="${total}" value="${done}" style="width: 16em; vertical-align: middle"></progress> ` +
    `<span>${headline(state)}</span>${state.curve}${epochTable(state)}</div>`
  );
}

function headline(state: ProgressState): string {
  const { phase, epoch, epochs, step, stepsPerEpoch, millisecondsPerStep, batchSize, secondsLeft } = state;
  const rate =
    millisecondsPerStep !== undefined &&
    `${number((1000 * batchSize) / millisecondsPerStep)} examples/s (${number(millisecondsPerStep)} ms/step, ${state.engine})`;
  const running = phase === "training" || phase === "validating";
  const parts = [
    running ? `epoch ${epoch}/${epochs}, step ${step}/${stepsPerEpoch}` : ending(state),
    phase === "validating" && "measuring the validation set",
    running && state.running && Object.entries(state.running).map(([name, value]) => `${name} ${value.toFixed(4)}`),
    rate,
    running && secondsLeft !== undefined && `${clock(secondsLeft)} left`,
  ];
  return parts
    .flat()
    .filter((part): part is string => typeof part === "string")
    .map(escapeHtml)
    .join(" · ");
}

function ending({ phase, epoch, epochs, step, stepsPerEpoch, seconds }: ProgressState): string {
  if (phase === "done") return `${epochs} ${epochs === 1 ? "epoch" : "epochs"} in ${clock(seconds)}`;
  return `${phase} in epoch ${epoch}/${epochs}, after step ${step}/${stepsPerEpoch}, ${clock(seconds)}`;
}

function epochTable({ finished }: ProgressState): string {
  const first = finished[0];
  if (!first) return "";
  const names = Object.keys(first.training);
  const heads = ["epoch", ...names, ...(first.validation ? names.map((name) => `validation ${name}`) : []), "time"];
  const rows = finished.slice(-ROWS).map(({ epoch, training, validation, seconds }) => {
    const measures = [training, ...(validation ? [validation] : [])];
    const values = measures.flatMap((set) => names.map((name) => (set[name] ?? Number.NaN).toFixed(4)));
    return [String(epoch), ...values, clock(seconds)];
  });
  const row = (cells: string[], tag: "th" | "td"): string =>
    `<tr>${cells.map((cell) => `<${tag} style="text-align: right">${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const omitted =
    finished.length > ROWS
      ? `<caption style="text-align: left">the last ${ROWS} of ${finished.length} epochs</caption>`
      : "";
  return `<table>${omitted}<thead>${row(heads, "th")}</thead><tbody>${rows.map((cells) => row(cells, "td")).join("")}</tbody></table>`;
}

/** A duration: `0.04 s`, `8.4 s`, `1:05 min`, `2:00:09 h`. */
export function clock(seconds: number): string {
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const pad = (part: number): string => String(part).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(rest)} h` : `${minutes}:${pad(rest)} min`;
}

/** A rate with as many digits as one reads: `3456`, `18.3`, `0.84`. */
function number(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

// ## The display

const REDRAW_MILLISECONDS = 200;
let displays = 0;

/** Shows one call of `fit`. */
export class Progress {
  readonly #epochs: number;
  readonly #examples: number;
  readonly #batchSize: number;
  readonly #step: { readonly engine: Engine };
  readonly #inNotebook = notebookKernel() !== undefined;
  readonly #id = `cellwise-progress-${++displays}`;
  readonly #started = performance.now();
  readonly #finished: { report: EpochReport; seconds: number }[] = [];
  #epochStarted = performance.now();
  #drawn = Number.NEGATIVE_INFINITY;
  #latest: BatchReport | undefined;
  /** Time spent in steps alone, without validation, since the first step's end: the first one warms up. */
  #stepping = 0;
  #stepsTimed = 0;
  #stepEnded: number | undefined;
  #phase: ProgressState["phase"] = "training";
  /** Only a notebook shows it. */
  readonly #curve: LossCurve | undefined;

  constructor(epochs: number, examples: number, batchSize: number, step: { readonly engine: Engine }) {
    this.#epochs = epochs;
    this.#examples = examples;
    this.#batchSize = batchSize;
    this.#step = step;
    this.#curve = this.#inNotebook ? new LossCurve(Math.ceil(examples / batchSize), epochs) : undefined;
  }

  /** After each step. */
  batchEnd(report: BatchReport): void {
    const now = performance.now();
    if (this.#stepEnded !== undefined) {
      this.#stepping += now - this.#stepEnded;
      this.#stepsTimed++;
    }
    this.#stepEnded = now;
    this.#latest = report;
    this.#curve?.step(report.batch.loss);
    this.#phase = "training";
    if (now - this.#drawn >= REDRAW_MILLISECONDS) this.#draw();
  }

  /** Before the validation set is measured. */
  validationBegin(): void {
    this.#phase = "validating";
    this.#draw();
  }

  /** After each epoch. */
  epochEnd(report: EpochReport): void {
    const now = performance.now();
    this.#finished.push({ report, seconds: (now - this.#epochStarted) / 1000 });
    this.#epochStarted = now;
    this.#curve?.epoch(report.training.loss, report.validation?.loss);
    this.#stepEnded = undefined;
    this.#draw();
    if (!this.#inNotebook) console.log(this.#epochLine());
  }

  /**
   * After the last epoch, an interrupt or an error. Only a training that failed keeps its curve: of the others there is a
   * history, which draws a better one.
   */
  end(outcome: "ended" | "interrupted" | "failed"): void {
    const whole = this.#finished.length === this.#epochs;
    this.#phase = outcome !== "ended" ? outcome : whole ? "done" : "stopped";
    this.#draw();
    if (!this.#inNotebook && !whole) console.log(this.#headline());
  }

  #draw(): void {
    this.#drawn = performance.now();
    if (!this.#inNotebook) return;
    display({ "text/html": progressHtml(this.#state()), "text/plain": this.#headline() }, { id: this.#id });
  }

  #state(): ProgressState {
    const stepsPerEpoch = Math.ceil(this.#examples / this.#batchSize);
    const { epoch = 1, step = 0, running } = this.#latest ?? {};
    return {
      phase: this.#phase,
      epoch,
      epochs: this.#epochs,
      step,
      stepsPerEpoch,
      running,
      millisecondsPerStep: this.#stepsTimed > 0 ? this.#stepping / this.#stepsTimed : undefined,
      batchSize: this.#batchSize,
      engine: this.#step.engine,
      seconds: (performance.now() - this.#started) / 1000,
      secondsLeft: this.#secondsLeft((epoch - 1) * stepsPerEpoch + step, this.#epochs * stepsPerEpoch),
      curve: (["training", "validating", "failed"].includes(this.#phase) && this.#curve?.svg()) || "",
      finished: this.#finished.map(({ report, seconds }) => ({ ...report, seconds })),
    };
  }

  /** From whole epochs, which include validation, as soon as there is one; from single steps before. */
  #secondsLeft(stepsDone: number, stepsInAll: number): number | undefined {
    const left = stepsInAll - stepsDone;
    if (this.#finished.length > 0) {
      const seconds = this.#finished.reduce((sum, epoch) => sum + epoch.seconds, 0) / this.#finished.length;
      return (left / stepsInAll) * this.#epochs * seconds;
    }
    return this.#stepsTimed > 0 ? (left * this.#stepping) / this.#stepsTimed / 1000 : undefined;
  }

  #headline(): string {
    const { phase, epoch, epochs, step, stepsPerEpoch, running, seconds } = this.#state();
    const where = `${phase}: epoch ${epoch}/${epochs}, step ${step}/${stepsPerEpoch}`;
    return [where, running && measureTexts(running), clock(seconds)].filter(Boolean).join(" · ");
  }

  #epochLine(): string {
    const { epochs, millisecondsPerStep, secondsLeft } = this.#state();
    const { report, seconds } = lastOf(this.#finished);
    const width = String(epochs).length;
    const parts = [
      `epoch ${String(report.epoch).padStart(width)}/${epochs}`,
      measureTexts(report.training),
      report.validation && measureTexts(report.validation, "validation "),
      clock(seconds),
      millisecondsPerStep !== undefined && `${number(millisecondsPerStep)} ms/step`,
      secondsLeft && `${clock(secondsLeft)} left`,
    ];
    return parts.filter(Boolean).join(" · ");
  }
}

function measureTexts(measures: Measures, prefix = ""): string {
  return Object.entries(measures)
    .map(([name, value]) => `${prefix}${name} ${value.toFixed(4)}`)
    .join(" · ");
}

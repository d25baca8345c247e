// What the learner sees while a model trains: in a notebook a bar and the curve of the loss, redrawn in place, with a table of
// the finished epochs under them; in a terminal a line for each epoch.
import { lastOf } from "../../indexing";
import { display, notebookKernel } from "../../notebook";
import type { Engine } from "../history";
import type { Measures } from "../named-measures";
import type { BatchReport, EpochReport } from "../reports";
import { LossCurve } from "./loss-curve";
import { clock, number, type ProgressState, progressHtml } from "./progress-html";

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
  readonly #curve: LossCurve;

  constructor(epochs: number, examples: number, batchSize: number, step: { readonly engine: Engine }) {
    this.#epochs = epochs;
    this.#examples = examples;
    this.#batchSize = batchSize;
    this.#step = step;
    this.#curve = new LossCurve(Math.ceil(examples / batchSize), epochs);
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
    this.#curve.step(report.batch.loss);
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
    this.#curve.epoch(report.training.loss, report.validation?.loss);
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
      curve: ["training", "validating", "failed"].includes(this.#phase) ? this.#curve.svg() : "",
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

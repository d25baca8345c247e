// The progress of a training as HTML: a pure function of what is known. Colours come from JupyterLab's theme, so that it is
// readable in light and dark.
import { escapeHtml } from "../../html";
import type { Engine } from "../history";
import type { Measures } from "../named-measures";

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
export function number(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

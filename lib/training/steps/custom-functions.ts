// Custom losses and metrics may take numbers from JavaScript that change: a weight that a callback lowers, a count of
// calls. A recording holds them as they were. So such functions are recorded again now and then, each for itself, and compared.

import { fingerprint } from "../../graph/fingerprint";
import { tuple } from "../../indexing";
import type { Measure } from "../../losses/declarations";
import { compiledParts } from "../../losses/measures";
import { Replacements } from "../../tfjs/replacements";
import { tf } from "../../tfjs/tf";
import { UncompilableError } from "../../tfjs/uncompilable";

type Form = Pick<tf.Tensor, "shape" | "dtype">;

interface Seen {
  readonly forms: readonly Form[];
  readonly mark: string | undefined;
}

/** The custom functions that a model was compiled with. */
export class CustomFunctions {
  readonly #model: tf.LayersModel;
  readonly #seen = new Map<Measure, Seen>();
  /** Whether JavaScript has had a turn in which numbers may have changed. */
  #due = false;

  constructor(model: tf.LayersModel) {
    this.#model = model;
  }

  /** Runs a step that is being recorded, noting the shapes that the functions are called with. */
  watch<Result>(run: () => Result): Result {
    const { loss, metrics, lossFunctions, metricsTensors } = compiledParts(this.#model);
    const own = new Set([...functionsIn(loss), ...functionsIn(metrics)]);
    const noteCalls = (measure: Measure): Measure => {
      if (!own.has(measure)) return measure;
      const notingCalls = (truth: tf.Tensor, output: tf.Tensor): tf.Tensor => {
        const forms = [truth, output].map(({ shape, dtype }) => ({ shape, dtype }));
        this.#seen.set(measure, { forms, mark: undefined });
        return measure(truth, output);
      };
      return Object.assign(notingCalls, measure); // with what it says of itself
    };
    const replacements = new Replacements();
    for (const i of lossFunctions.keys()) replacements.replace(lossFunctions, i, noteCalls);
    for (const entry of metricsTensors) replacements.replace(entry, 0, noteCalls);
    try {
      return run();
    } finally {
      replacements.restore();
    }
  }

  /** Call it after a step was recorded: what the functions do from now on is compared with what they do now. */
  remember(): void {
    for (const [measure, { forms, mark }] of this.#seen) {
      if (mark === undefined) this.#seen.set(measure, { forms, mark: markOf(measure, forms) });
    }
    this.#due = true;
  }

  /** Call it when JavaScript may have changed numbers. */
  changesPossible(): void {
    this.#due = true;
  }

  /** @throws UncompilableError that names a function which would be recorded otherwise by now */
  check(): void {
    if (!this.#due) return;
    this.#due = false;
    for (const [measure, { forms, mark }] of this.#seen) {
      if (mark === undefined || markOf(measure, forms) === mark) continue;
      throw new UncompilableError(
        "takes numbers from JavaScript that have changed since it was recorded (a tf.variable may change)",
        measure.name || "a loss or metric of your own",
      );
    }
  }
}

/** The functions in what `compile` was given: one, a list, or an object of them. */
function functionsIn(given: unknown): Measure[] {
  if (typeof given === "function") return [given as Measure];
  return given !== null && typeof given === "object" ? Object.values(given).flatMap(functionsIn) : [];
}

function markOf(measure: Measure, forms: readonly Form[]): string {
  const examples = forms.map(({ shape, dtype }) => tf.zeros(shape, dtype));
  try {
    return fingerprint((...tensors) => [measure(...tuple(tensors, 2))], examples);
  } finally {
    tf.dispose(examples);
  }
}

// A compiled model, as the training loop trains it: its step as one graph, or operation by operation, and what it is checked by.

import { CompiledFunction } from "../../graph/compiled-function";
import { fingerprint } from "../../graph/fingerprint";
import { tuple } from "../../indexing";
import {
  bringNewestWeights,
  frozenParts,
  RunningLayers,
  refuseKeptLayers,
  refuseStateful,
  trainableVariables,
  variablesOf,
} from "../../layers/model-layers";
import { LAYER_REWRITES } from "../../layers/tfjs-forms/layer-rewrites";
import type { Measure } from "../../losses/declarations";
import { compiledParts, measureNames, measuresOf } from "../../losses/measures";
import { plainFieldsOf, restorePlainFields } from "../../tfjs/mends/engine";
import { Replacements } from "../../tfjs/replacements";
import { tf } from "../../tfjs/tf";
import { UncompilableError } from "../../tfjs/uncompilable";
import { batchSizeFor, checkInputs, checkTargets, isStateful } from "../data-checks";
import { forwardPass } from "../evaluation/forward";
import { BatchMeans } from "../history";
import { trainOn } from "../steps/train-on";
import type { Trainee, TrainingStep } from "./trainee";

// ## Fields of an optimizer
// A custom one may count or decay something in a field of its own. A recording would repeat the first step's value.

/**
 * Runs a step that is being recorded.
 *
 * @throws UncompilableError when a number, flag or text in the optimizer's fields is another one afterwards; it is set back
 */
function refuseChangingFields<Result>(optimizer: tf.Optimizer, run: () => Result): Result {
  const before = plainFieldsOf(optimizer);
  const result = run();
  const after = plainFieldsOf(optimizer);
  const name = [...new Set([...before.keys(), ...after.keys()])].find((one) => before.get(one) !== after.get(one));
  if (name === undefined) return result;
  restorePlainFields(optimizer, before);
  const change = `from ${String(before.get(name))} to ${String(after.get(name))}`;
  throw new UncompilableError(`changes its field "${name}" within a step, ${change}`, optimizer.constructor.name);
}

// ## Custom losses and metrics
// They may take numbers from JavaScript that change: a weight that a callback lowers, a count of calls. A recording holds them
// as they were. So they are recorded again now and then, each for itself, and compared.

type Form = Pick<tf.Tensor, "shape" | "dtype">;

interface Seen {
  readonly forms: readonly Form[];
  readonly mark: string | undefined;
}

/** The custom functions that a model was compiled with. */
class CustomFunctions {
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

// ## The step as one graph
// Forward pass, loss, metrics, gradients and the optimizer's update, as the model was compiled with them.

interface CompiledStepOptions {
  /** Seed of dropout and every other random layer; default: a new one. */
  readonly seed?: number;
}

/**
 * A training step that runs as one TensorFlow graph. It is recorded at the first batch of each shape; between steps the
 * weights live in the graph, and come back to the model with `sync`.
 *
 * @param model a model on which `compile` has been called
 * @throws UncompilableError from `run`, at the first batch of a shape, when the step cannot be recorded: it names the layer
 * or operation and why; and at a later batch, when a custom loss or metric would be recorded differently by now. The step
 * has changed nothing then, and an eager step can take over.
 */
export function compiledStep(model: tf.LayersModel, options: CompiledStepOptions = {}): TrainingStep {
  const layers = new RunningLayers(model);
  const own = new CustomFunctions(model);
  const measures = measuresOf(model);
  const step = (tensors: tf.Tensor[]): tf.Tensor[] => [own.watch(() => stepToRecord(model, tensors))];
  const compiled = new CompiledFunction(
    (...tensors) => layers.watch(() => refuseKeptLayers(model, () => step(tensors))),
    {
      ...options,
      where: () => layers.innermost,
      rewrites: LAYER_REWRITES,
    },
  );
  return {
    engine: "compiled",
    run(inputs, targets) {
      own.check();
      const { traces } = compiled;
      const [values] = tuple(compiled.run([...inputs, ...targets], frozenParts(model)), 1);
      if (compiled.traces > traces) own.remember();
      const measured = new BatchMeans(measures, values.dataSync());
      values.dispose();
      return measured;
    },
    sync() {
      compiled.sync();
      own.changesPossible();
    },
    dispose: () => compiled.dispose(),
  };
}

/** The step that the eager engine takes; an error where a graph could not follow it. */
function stepToRecord(model: tf.LayersModel, tensors: tf.Tensor[]): tf.Tensor1D {
  refuseStateful(model);
  const [inputs, targets] = [tensors.slice(0, model.inputs.length), tensors.slice(model.inputs.length)];
  return refuseChangingFields(model.optimizer, () => trainOn(model, inputs, targets));
}

// ## The step as tfjs runs it, one operation after another

/** A step for any compiled model. It works on the model's own weights, so there is nothing to sync and nothing to free. */
export function eagerStep(model: tf.LayersModel): TrainingStep {
  const measures = measuresOf(model);
  let first = true;
  return {
    engine: "eager",
    run(inputs, targets) {
      bringNewestWeights(model);
      const train = () => trainOn(model, inputs, targets);
      const numbers = tf.tidy(() => (first ? refuseKeptLayers(model, train) : train()));
      first = false;
      try {
        return new BatchMeans(measures, numbers.dataSync());
      } finally {
        numbers.dispose();
      }
    },
    sync() {},
    dispose() {},
  };
}

// ## The trainee

/** @throws Error when the model was not compiled. */
export function modelTrainee(model: tf.LayersModel): Trainee {
  return {
    measures: measureNames(model),
    inOrder: isStateful(model),
    owner: model,
    optimizers: [model.optimizer],
    variables: () => variablesOf(model),
    check(dataset, use) {
      checkInputs(model, dataset);
      checkTargets(model, dataset);
      if (use === "training") trainableVariables(model);
    },
    batchSize: (dataset, sizes) => batchSizeFor(model, dataset, sizes),
    compiledStep: (seed) => compiledStep(model, { seed }),
    eagerStep: () => eagerStep(model),
    // Where the step could not be compiled, the forward pass is not tried.
    createMeasure: (batches, engine) => forwardPass(model, engine === "eager" ? 0 : batches),
  };
}

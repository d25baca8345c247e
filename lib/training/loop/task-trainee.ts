// A custom task, as the training loop trains it.

import { CompiledFunction, syncVariables } from "../../graph/compiled-function";
import { atLeast, tuple } from "../../indexing";
import { variablesOf } from "../../layers/model-layers";
import { LAYER_REWRITES } from "../../layers/tfjs-forms/layer-rewrites";
import { ofRank } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { BatchMeans } from "../history";
import { scalarsOf } from "../steps/compile-step";
import { checkTask, type TrainingTask } from "../task";
import type { Trainee, TrainingStep } from "./trainee";

// ## Its step, as one graph or operation by operation

type Run = (inputs: tf.Tensor[], targets: tf.Tensor[]) => tf.Scalar[];

/** A step of a task that runs as one graph, recorded at the first batch of each shape. */
function compiledTaskStep(task: TrainingTask, seed: number, run: Run = task.step.bind(task)): TrainingStep {
  let inputCount = 0; // a graph takes the targets behind the inputs
  const compiled = new CompiledFunction(
    (...tensors) => [packMeasures(task, run(tensors.slice(0, inputCount), tensors.slice(inputCount)), tensors)],
    { seed, rewrites: LAYER_REWRITES },
  );
  return {
    engine: "compiled",
    run(inputs, targets) {
      inputCount = inputs.length;
      const [numbers] = tuple(compiled.run([...inputs, ...targets], flagsOf(task)), 1);
      return meansOf(task, numbers);
    },
    sync: () => compiled.sync(),
    dispose: () => compiled.dispose(),
  };
}

/** A step of a task that works on the variables themselves. */
function eagerTaskStep(task: TrainingTask, run: Run = task.step.bind(task)): TrainingStep {
  return {
    engine: "eager",
    run(inputs, targets) {
      syncVariables(variablesOfTask(task));
      return meansOf(
        task,
        tf.tidy(() => packMeasures(task, run(inputs, targets), inputs)),
      );
    },
    sync() {},
    dispose() {},
  };
}

/** All that a task trains or uses. */
function variablesOfTask({ models, variables = [] }: TrainingTask): tf.Variable[] {
  return [...new Set([...models.flatMap(variablesOf), ...variables])];
}

/** What of a task is frozen, as a text: the same text, the same step. */
const flagsOf = (task: TrainingTask): string =>
  variablesOfTask(task)
    .map(({ trainable }) => Number(trainable))
    .join("");

/** For `BatchMeans`: the measures, as its means, and as many examples as the batch has behind each. */
function packMeasures({ name, measures }: TrainingTask, returned: tf.Scalar[], tensors: tf.Tensor[]): tf.Tensor1D {
  const scalars = scalarsOf(returned);
  if (scalars.length !== measures.length)
    throw new RangeError(
      `The step of the task ${name} returned ${scalars.length} number(s) for its ${measures.length} measures ` +
        `(${measures.join(", ")}). Return one scalar for each, in this order.`,
    );
  const [loss, ...others] = atLeast(
    scalars.map((value) => value.toFloat()),
    1,
  );
  const means = [loss, tf.scalar(0), ...others]; // no penalties beside the loss
  const count = tf.scalar(tensors[0]?.shape[0] ?? 1);
  return ofRank(tf.stack([...means, ...means.map(() => count)]), 1);
}

function meansOf({ measures }: TrainingTask, numbers: tf.Tensor): BatchMeans {
  try {
    return new BatchMeans({ losses: [{}], metrics: measures.slice(1).map(() => ({})) }, numbers.dataSync());
  } finally {
    numbers.dispose();
  }
}

// ## The trainee

/** @throws RangeError when the task lacks something. */
export function taskTrainee(task: TrainingTask): Trainee {
  checkTask(task);
  const { measure } = task;
  return {
    measures: task.measures,
    inOrder: false,
    owner: task,
    optimizers: task.optimizers,
    variables: () => variablesOfTask(task),
    check(dataset, use) {
      if (use === "validation" && measure === undefined)
        throw new RangeError(
          `The task ${task.name} has no measure; validation on ${dataset.name} needs one: what step returns, without an update.`,
        );
      task.check?.(dataset);
    },
    batchSize: (_, { given, usual }) => given ?? usual,
    compiledStep: (seed) => compiledTaskStep(task, seed),
    eagerStep: () => eagerTaskStep(task),
    createMeasure(_, engine) {
      const run = (measure as NonNullable<typeof measure>).bind(task);
      const step = engine === "eager" ? eagerTaskStep(task, run) : compiledTaskStep(task, 0, run);
      return { measure: (inputs, targets) => step.run(inputs, targets), dispose: () => step.dispose() };
    },
  };
}

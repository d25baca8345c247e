// A custom task, as the training loop trains it.
import { stepFor } from "../steps/engine";
import { compiledTaskStep, eagerTaskStep, variablesOfTask } from "../steps/task-step";
import { checkTask, type TrainingTask } from "../task";
import type { Trainee } from "./trainee";

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
    createStep: (engine, seed) =>
      stepFor(
        engine,
        () => compiledTaskStep(task, seed),
        () => eagerTaskStep(task),
      ),
    createMeasure(_, engine) {
      const run = (measure as NonNullable<typeof measure>).bind(task);
      const step = engine === "eager" ? eagerTaskStep(task, run) : compiledTaskStep(task, 0, run);
      return { measure: (inputs, targets) => step.run(inputs, targets), dispose: () => step.dispose() };
    },
  };
}

// tfjs's optimizers while a step is recorded: they write their updates into the graph.
import { withSlotsOf } from "../../tfjs/mends/optimizer-slots";
import type { Replacements } from "../../tfjs/replacements";
import { tf } from "../../tfjs/tf";
import { rules } from "./optimizers";
import type { Counted, Updates } from "./updates";

type Gradients = tf.NamedTensorMap | { name: string; tensor: tf.Tensor }[];
type Optimizer = { applyGradients(gradients: Gradients): void };

/** Makes tfjs's optimizers write their updates into the graph until the replacements are restored. */
export function replaceOptimizers(replacements: Replacements, updates: Updates): void {
  for (const { optimizer, update } of rules) {
    replacements.replace(
      optimizer.prototype as Optimizer,
      "applyGradients",
      () =>
        function (this: unknown, gradients) {
          const named = Array.isArray(gradients)
            ? gradients
            : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
          const registered = tf.engine().registeredVariables;
          const targets = named.map(({ name, tensor }, index) => ({
            index,
            variable: registered[name] as tf.Variable,
            gradient: tensor ? updates.recorder.source(tensor) : undefined,
          }));
          const variables = targets.map(({ variable }) => variable);
          withSlotsOf(this as object, variables, () => update(this, targets, updates));
          updates.optimizers.push(this as Counted);
        },
    );
  }
}

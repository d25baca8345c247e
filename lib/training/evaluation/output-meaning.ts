// What a model's outputs stand for: its last layer's activation says so, or else the loss that it was compiled with.

import { at } from "../../indexing";
import { declaredLoss, type Meaning } from "../../losses/declarations";
import { givenLoss } from "../../losses/measures";
import { activationOf } from "../../tfjs/layers";
import { compiledPartsIfAny } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";

/** What `predict` knows of the numbers that it hands out. */
interface OutputMeaning {
  readonly meaning: Meaning;
  /** The class number of positions that the loss leaves out. */
  readonly ignoredLabel: number | undefined;
}

/** @param output the number of the output */
export function meaningOf(model: tf.LayersModel, output: number): OutputMeaning {
  const compiled = compiledPartsIfAny(model);
  const { outputs: byLoss = "numbers", ignoredLabel } = compiled ? declaredLoss(givenLoss(compiled, output)) : {};
  const tensor = at(model.outputs, output);
  const activation = activationBehind(tensor);
  if (activation === "softmax") return { meaning: "scores of classes", ignoredLabel };
  // Several sigmoids are each by themselves, unless the loss takes one of them for the class.
  if (activation === "sigmoid" && (byLoss === "numbers" || tensor.shape.at(-1) === 1))
    return { meaning: "probabilities", ignoredLabel };
  return { meaning: byLoss, ignoredLabel };
}

/** The activation that a tensor comes out of, also by way of layers that only shape or average it. */
function activationBehind({ sourceLayer, inputs, shape, outputTensorIndex }: tf.SymbolicTensor): string | undefined {
  if (sourceLayer instanceof tf.LayersModel) return activationBehind(at(sourceLayer.outputs, outputTensorIndex ?? 0));
  if (sourceLayer.getClassName() === "Softmax") return "softmax";
  const own = activationOf(sourceLayer);
  const passes = own === undefined || own === "linear";
  const [before, ...others] = inputs;
  if (!passes || !before || others.length > 0 || sourceLayer.weights.length > 0) return own;
  return before.shape.at(-1) === shape.at(-1) ? activationBehind(before) : own;
}

// A compiled model: its losses, and whether it is compiled at all.
import { at } from "../indexing";
import type { CompiledModel } from "./private/compiled-fields";
import { tf } from "./tf";

/** A model's loss for one output, as `compile` was given it: by itself, in a list, or by the output's name. */
export function givenLoss({ loss, outputNames }: CompiledModel, output: number): unknown {
  if (Array.isArray(loss)) return loss[output];
  return typeof loss === "object" ? loss[at(outputNames, output)] : loss;
}

/** @throws Error when the model was not compiled. */
export function compiledParts(model: tf.LayersModel): CompiledModel {
  const parts = compiledPartsIfAny(model);
  if (parts) return parts;
  throw new Error(
    `The model ${model.name} has no loss and optimizer yet. Compile it first: ` +
      'model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] }).',
  );
}

/** `undefined` for a model that was not compiled. */
export function compiledPartsIfAny(model: tf.LayersModel): CompiledModel | undefined {
  const core = model instanceof tf.Sequential ? (model as unknown as { model?: tf.LayersModel }).model : model;
  return core?.optimizer && core.lossFunctions?.length ? (core as unknown as CompiledModel) : undefined;
}

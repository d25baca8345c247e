// A trained model for programs that know TensorFlow but not tfjs.

import { checkArguments, MODEL, STRING } from "../../arguments";
import { type ServedTensor, writeSavedModel } from "../../graph/saved-model";
import { at } from "../../indexing";
import { bringNewestWeights, refuseStateful } from "../../layers/model-layers";
import { LAYER_REWRITES } from "../../layers/tfjs-forms/layer-rewrites";
import { tensorsOf } from "../../tfjs/tensors";
import type { tf } from "../../tfjs/tf";
import { UncompilableError } from "../../tfjs/uncompilable";

/**
 * Writes a model as a TensorFlow SavedModel: Python's `tf.saved_model.load(folder).signatures["serving_default"]` and
 * TensorFlow Serving read it. It takes and gives tensors by the names of the model's input and output layers, for batches of
 * any size; the weights are in the one file `saved_model.pb`, as constants, which limits the model to 2 GB.
 *
 * The weights written are the newest, those of a compiled step too.
 *
 * @param folder made when it is not there; one that `saveSavedModel` has written is written anew, whole or not at all
 * @throws UncompilableError when a layer cannot be recorded, or an input has an axis of unknown size besides the batch; Error
 * when `folder` is anything else: a file, a link, the working folder or one above it, a home, a mounted disk, a folder that
 * holds what `saveSavedModel` did not write. Nothing is written or removed then.
 *
 * @example
 * ```ts
 * saveSavedModel(buildMlp(), "digits")
 * ```
 */
export function saveSavedModel(model: tf.LayersModel, folder: string): void {
  checkArguments("saveSavedModel", { model, folder }, { model: MODEL, folder: STRING });
  refuseStateful(model);
  bringNewestWeights(model);
  const inputNames = layerNames(model.inputs);
  const inputs = model.inputs.map((input, i): ServedTensor => {
    const name = at(inputNames, i);
    const shape = input.shape.slice(1).map((size) => {
      if (size === null)
        throw new UncompilableError(`has an axis of unknown size in [${input.shape.join(", ")}]`, name);
      return size;
    });
    return { name, shape, dtype: input.dtype === "int32" || input.dtype === "bool" ? input.dtype : "float32" };
  });
  const forward = (...tensors: tf.Tensor[]): tf.Tensor[] => tensorsOf(model.apply(tensors));
  writeSavedModel(forward, inputs, layerNames(model.outputs), folder, LAYER_REWRITES);
}

/** The names of the layers that tensors come from; a layer's second tensor gets a number. */
function layerNames(tensors: readonly tf.SymbolicTensor[]): string[] {
  const names: string[] = [];
  for (const { sourceLayer } of tensors) {
    const taken = names.filter((name) => name === sourceLayer.name || name.startsWith(`${sourceLayer.name}:`)).length;
    names.push(taken === 0 ? sourceLayer.name : `${sourceLayer.name}:${taken}`);
  }
  return names;
}

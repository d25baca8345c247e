// Models that carry state from batch to batch (`stateful: true`): all their batches have the size they were built for, and follow
// one another in order.
import type { Dataset } from "../data/dataset";
import { statefulLayer } from "../layers/model-layers";
import type { tf } from "../tfjs/tf";

/** Whether a model carries state from batch to batch. */
export const isStateful = (model: tf.LayersModel): boolean => statefulLayer(model) !== undefined;

/**
 * The batch size to run a model with.
 *
 * @param given what was asked for, if anything was
 * @param usual for models of any batch size
 * @throws RangeError when a stateful model was built for another size, or the data set is not a whole number of its batches
 */
export function batchSizeFor(
  model: tf.LayersModel,
  dataset: Dataset,
  { given, usual }: { given?: number | undefined; usual: number },
): number {
  const layer = statefulLayer(model);
  const built = model.inputs[0]?.shape[0];
  if (layer === undefined || typeof built !== "number") return given ?? usual;
  const why = `The model ${model.name} carries state from batch to batch (its layer ${layer.name} is stateful) and was built for`;
  if (given !== undefined && given !== built)
    throw new RangeError(
      `${why} batches of ${built}; batchSize ${given} was given. Leave it out, or build the model with batchInputShape: [${given}, …].`,
    );
  if (dataset.size % built !== 0) {
    const below = dataset.size - (dataset.size % built);
    throw new RangeError(
      `${why} batches of ${built}; the ${dataset.size} examples of ${dataset.name} are no whole number of them. ` +
        (below > 0 ? `Take ${below} of them, dataset.take(${below}), or ` : `Give at least ${built} examples, or `) +
        "build the model with a batch size that divides them.",
    );
  }
  return built;
}

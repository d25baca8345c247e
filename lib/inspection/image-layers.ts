// The layers of a model whose outputs are images: convolutions, poolings and what stands between them.
import { batchShapeText } from "../arguments";
import type { tf } from "../tfjs/tf";

/** The shape of a layer's output, the batch axis first; undefined where there are several outputs. */
function outputShape(layer: tf.layers.Layer): (number | null)[] | undefined {
  const shape = layer.outputShape;
  return Array.isArray(shape[0]) ? undefined : (shape as (number | null)[]);
}

function givesImages(layer: tf.layers.Layer): boolean {
  return outputShape(layer)?.length === 4;
}

/** Whether a layer is a convolution of images: plain, depthwise, separable or transposed. */
function isConvolution(layer: tf.layers.Layer): boolean {
  return layer.getClassName().includes("Conv2D") && givesImages(layer);
}

/** The convolutions and poolings of a model, in the order in which it lists them. */
export function convolutionsAndPoolings(caller: string, model: tf.LayersModel): tf.layers.Layer[] {
  convolutions(caller, model);
  return model.layers.filter(
    (layer) => isConvolution(layer) || (layer.getClassName().includes("Pooling2D") && givesImages(layer)),
  );
}

/**
 * The convolutions of a model, at least one.
 *
 * @throws RangeError when it has none.
 */
export function convolutions(caller: string, model: tf.LayersModel): tf.layers.Layer[] {
  const found = model.layers.filter(isConvolution);
  if (found.length === 0)
    throw new RangeError(
      `${caller}: the model ${model.name} has 0 convolutions among its layers (${model.layers.map(({ name }) => name).join(", ")}); ` +
        "it needs at least one, as in what buildCnn makes.",
    );
  return found;
}

/**
 * A layer of a model by its name or its number in `model.layers`.
 *
 * @throws RangeError when there is no such layer, or its outputs are no images.
 */
export function imageLayer(caller: string, model: tf.LayersModel, wanted: string | number): tf.layers.Layer {
  const layer = model.layers.find(({ name }, number) => name === wanted || number === wanted);
  if (layer && givesImages(layer)) return layer;
  const names = convolutions(caller, model)
    .map(({ name }) => `"${name}"`)
    .join(", ");
  if (layer)
    throw new RangeError(
      `${caller}: the layer "${layer.name}" gives ${batchShapeText(outputShape(layer) ?? [])}; images are ` +
        `[batch, height, width, channels]. The model's convolutions are ${names}.`,
    );
  const missing =
    typeof wanted === "number"
      ? `number ${wanted}, only 0 to ${model.layers.length - 1} (as in model.layers)`
      : `"${wanted}"`;
  throw new RangeError(`${caller}: the model ${model.name} has no layer ${missing}. Its convolutions are ${names}.`);
}

// The layers of a network that give maps: numbers with a place in the image.
import { writtenBatch } from "../layers/checks";
import type { tf } from "../tf";

/** A layer by its name, or by its number in `model.layers`. */
export type LayerChoice = string | number;

/** The layers whose output is `[batch, height, width, channels]`: convolutions, or convolutions and poolings. */
export function layersWithMaps(model: tf.LayersModel, kinds: "Conv" | "Conv|Pool"): tf.layers.Layer[] {
  return model.layers.filter(
    (layer) => new RegExp(kinds).test(layer.getClassName()) && outputShape(layer).length === 4,
  );
}

/**
 * @param otherwise what is meant when no layer is named.
 * @throws RangeError when there is no such layer, or it gives no maps.
 */
export function findLayer(
  caller: string,
  model: tf.LayersModel,
  choice: LayerChoice | undefined,
  otherwise: tf.layers.Layer | undefined,
): tf.layers.Layer {
  const found =
    choice === undefined
      ? otherwise
      : typeof choice === "number"
        ? model.layers[choice]
        : model.layers.find(({ name }) => name === choice);
  const known = layersWithMaps(model, "Conv|Pool").map(({ name }) => name);
  if (known.length === 0)
    throw new RangeError(`${caller}: the model ${model.name} has no convolution. Give a convolutional network.`);
  if (found === undefined)
    throw new RangeError(
      `${caller}: the model ${model.name} has no layer ${JSON.stringify(choice)}; its layers with maps are ${known.join(", ")}.`,
    );
  if (outputShape(found).length !== 4)
    throw new RangeError(
      `${caller}: the layer ${found.name} gives ${writtenBatch(outputShape(found))}; maps are [batch, height, width, channels]. ` +
        `Layers with maps are ${known.join(", ")}.`,
    );
  return found;
}

function outputShape({ outputShape }: tf.layers.Layer): readonly (number | null)[] {
  const [first] = outputShape;
  return (Array.isArray(first) ? first : outputShape) as (number | null)[]; // a list of shapes where there are several outputs
}

// Layers inside a custom layer that tfjs does not know of: it silently neither trains nor saves their weights (tensorflow/tfjs
// #8253). They show when the layer reads such a weight while it runs.

import { keepingOf } from "../../tfjs/mends/layers";
import { Replacements } from "../../tfjs/replacements";
import { tf } from "../../tfjs/tf";

/**
 * Runs a model's forward pass.
 *
 * @throws RangeError that names the layer, the first weight that a layer uses and the model does not have, and what to do. Weights
 * of a layer that was frozen on purpose are left alone.
 */
export function refuseKeptLayers<Result>(model: tf.LayersModel, run: () => Result): Result {
  const known = new Set(model.weights);
  const running: tf.layers.Layer[] = [];
  const replacements = new Replacements();
  replacements.replace(
    tf.layers.Layer.prototype,
    "apply",
    (apply) =>
      function (this: tf.layers.Layer, ...parameters) {
        const depth = running.push(this);
        const result = apply.apply(this, parameters);
        running.length = depth - 1;
        return result;
      },
  );
  replacements.replace(
    tf.LayerVariable.prototype,
    "read",
    (read) =>
      function (this: tf.LayerVariable) {
        const innermost = running.at(-1);
        if (innermost?.trainable && this.trainable && !known.has(this)) throw keptError(model, running, this);
        return read.call(this);
      },
  );
  try {
    return run();
  } finally {
    replacements.restore();
  }
}

function keptError(model: tf.LayersModel, running: readonly tf.layers.Layer[], weight: tf.LayerVariable): RangeError {
  const layers = running.filter((layer) => layer !== model);
  const { owner, kept } = keepingOf(tf, layers, new Set(model.weights));
  const name = owner?.name ?? model.name;
  return new RangeError(
    `The layer ${name} of the model ${model.name} computes with ${weight.originalName}, a weight of ` +
      `${kept === undefined ? "another layer" : `the layer ${kept.name}`} that it keeps to itself: it would be neither trained ` +
      `nor saved with the model. Let the class of ${name} extend CompositeLayer and, in build, hand each such layer over: ` +
      "this.buildPart(layer, inputShape). One that is to stay as it is: layer.trainable = false.",
  );
}

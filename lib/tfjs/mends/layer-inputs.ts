// What a layer says of what is no tensor: tfjs looks into it and fails somewhere inside ("Cannot read properties of undefined").
// And of a layer that fails while it makes its weights, those already made are freed: nothing else could.

import type * as tfjs from "@tensorflow/tfjs-node";
import { both, checkArguments, either, kind, list, TENSOR, valueText } from "../../arguments";
import { messageOf } from "../../error-message";

type Layer = tfjs.layers.Layer;

/** The part of a layer that is patched; some of it is private in tfjs-layers. */
interface Mended extends Pick<Layer, "name" | "built"> {
  apply(this: Layer, inputs: unknown, options?: object): unknown;
  assertInputCompatibility(this: Layer, inputs: unknown): void;
  addWeight(this: Layer, name: string, shape: tfjs.Shape, ...rest: unknown[]): tfjs.LayerVariable;
}

/** More numbers than this, 2 GB of them, are a slip in some size, and may end the process. */
const MOST_NUMBERS = 2 ** 29;

const bidirectional = (tf: typeof tfjs): Layer =>
  tf.layers.bidirectional({ layer: tf.layers.simpleRNN({ units: 1 }) as tfjs.RNN });

/** Mends tfjs, once for all. */
export function mendLayerInputs(tf: typeof tfjs): void {
  const symbolic = kind("a symbolic tensor", (value) => value instanceof tf.SymbolicTensor);
  const input = either(symbolic, TENSOR);
  const some = kind("a list of at least one tensor", (value) => Object(value).length > 0);
  const inputs = { inputs: either(both(some, list("tensors", input)), input) };
  const prototype = tf.layers.Layer.prototype as unknown as Mended;
  const { apply, addWeight, assertInputCompatibility } = prototype;
  const unbuildable = new WeakSet<Layer>();

  prototype.apply = function (given, options) {
    checkArguments(this.name, { inputs: given }, inputs);
    if (unbuildable.has(this))
      throw new Error(`The layer ${this.name} could not make its weights when it was first applied. Make a new one.`);
    if (this.built) return apply.call(this, given, options);
    const { registeredVariables } = tf.engine();
    const before = new Set(Object.values(registeredVariables));
    try {
      return apply.call(this, given, options);
    } catch (error) {
      if (!this.built) {
        unbuildable.add(this);
        for (const variable of Object.values(registeredVariables)) if (!before.has(variable)) variable.dispose();
      }
      throw error;
    }
  };

  // These look into their inputs before they hand them on.
  for (const { prototype } of [tf.RNN, Object.getPrototypeOf(bidirectional(tf)).constructor as typeof tf.RNN]) {
    const layer = prototype as unknown as Mended;
    const { apply } = layer;
    layer.apply = function (given, options) {
      checkArguments(this.name, { inputs: given }, inputs);
      return apply.call(this, given, options);
    };
  }

  prototype.assertInputCompatibility = function (given) {
    try {
      assertInputCompatibility.call(this, given);
    } catch (error) {
      throw new RangeError(
        `The layer ${this.name} was given ${valueText(given)}. ${messageOf(error).replace(/\.$/, "")}. Reshape the input, or ` +
          "make a layer of its own for it.",
      );
    }
  };

  prototype.addWeight = function (name, shape, ...rest) {
    const numbers = shape.reduce<number>((product, size) => product * (size ?? 1), 1);
    if (numbers > MOST_NUMBERS)
      throw new RangeError(
        `${this.name}: its weight ${name} of shape [${shape.join(", ")}] has ${numbers.toLocaleString("en-GB")} numbers, ` +
          `${Math.round((4 * numbers) / 2 ** 30).toLocaleString("en-GB")} GB of memory; 2 GB are the most. Give it smaller sizes.`,
      );
    return addWeight.call(this, name, shape, ...rest);
  };
}

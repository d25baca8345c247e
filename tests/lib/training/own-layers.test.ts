// Layers of a learner's own, whose fields have the names by which tfjs's wrappers, models and our composite layers hold others:
// what is in them is nobody else's business.
import { evaluate, fit, tf } from "cellwise";
import { close, numbers, quiet } from "../small-models";

/** Twice its input. */
class Double extends tf.layers.Layer {
  static className = "DoubleOfTheTest";
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => ([inputs].flat()[0] as tf.Tensor).mul(2));
  }
}

describe("a layer of one's own", () => {
  const circle = new Double();
  for (const [what, fields] of Object.entries({
    "parts that are a number": { parts: 5 },
    "parts that are a text, and layers that are a count": { parts: "abc", layers: 3 },
    "parts that are missing": { parts: null, layers: null, layer: null },
    "a layer that is a name": { layer: "dense", forwardLayer: 1, backwardLayer: {} },
    "itself in a field": Object.assign(circle, { layer: circle, parts: [circle] }),
  }))
    it(`may have ${what}`, async () => {
      const own = fields instanceof Double ? fields : Object.assign(new Double(), fields);
      const dense = tf.layers.dense({ units: 1, useBias: false, inputShape: [1], kernelInitializer: "ones" });
      const model = tf.sequential({ layers: [dense, own] });
      model.compile({ optimizer: tf.train.sgd(0.5), loss: "meanSquaredError" });
      const data = numbers([1], [4]);
      close((await evaluate(model, data)).loss, 4); // (2 w - 4)² with w = 1
      // The gradient is 4 (2 w - 4) = -8: the step of 0.5 makes w = 5, and the next loss 36.
      for (const engine of ["compiled", "eager"] as const) {
        const { epochs } = await fit(model, data, { engine, epochs: 1, ...quiet });
        close(epochs.loss?.[0], engine === "compiled" ? 4 : 36);
      }
      model.dispose();
    });
});

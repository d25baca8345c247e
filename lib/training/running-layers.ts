// Which layer of a model is at work while the model runs.
import type { tf } from "../tf";

/** Knows which layer is at work, so that a message can name it. */
export class RunningLayers {
  readonly #stack: string[] = [];

  constructor(readonly model: tf.LayersModel) {}

  get innermost(): string | undefined {
    return this.#stack.at(-1);
  }

  /** Runs a function with all layers reporting. */
  watch<Result>(run: () => Result): Result {
    this.#stack.length = 0;
    const layers = this.model.layers;
    for (const layer of layers) {
      const call = layer.call;
      layer.call = (...parameters) => {
        this.#stack.push(layer.name);
        const result = call.apply(layer, parameters);
        this.#stack.pop();
        return result;
      };
    }
    try {
      return run();
    } finally {
      for (const layer of layers) delete (layer as Partial<tf.layers.Layer>).call;
    }
  }
}

// A model's layers while the model is recorded: which one is at work, and recurrent ones in their faster form.
import { Replacements } from "../graph/replacement";
import type { tf } from "../tf";
import { replaceRecurrentLayers } from "./recurrent-layers";

/** Knows which layer is at work, so that a message can name it. */
export class RunningLayers {
  readonly #stack: string[] = [];

  constructor(readonly model: tf.LayersModel) {}

  get innermost(): string | undefined {
    return this.#stack.at(-1);
  }

  /** Runs a function with all layers reporting, and recurrent ones on the recurrences of lib/graph. */
  watch<Result>(run: () => Result): Result {
    this.#stack.length = 0;
    const layers = this.model.layers;
    const replacements = new Replacements();
    replaceRecurrentLayers(replacements);
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
      replacements.restore();
      for (const layer of layers) delete (layer as Partial<tf.layers.Layer>).call;
    }
  }
}

// Which layer of a model is at work while the model runs, and which ones no graph can hold.

import { Replacements } from "../../tfjs/replacements";
import { tf } from "../../tfjs/tf";
import { UncompilableError } from "../../tfjs/uncompilable";
import { CompositeLayer } from "../composite-layer";

/** A layer may hold others: a wrapper one or two, a model used as a layer a list; a composite layer its parts. */
interface Holding {
  readonly layers?: unknown;
  readonly layer?: unknown;
  readonly forwardLayer?: unknown;
  readonly backwardLayer?: unknown;
  readonly stateful?: boolean;
}

/** All layers, those that are held by others included, each once. */
export function* allLayers(
  layers: readonly tf.layers.Layer[],
  seen = new Set<tf.layers.Layer>(),
): Generator<tf.layers.Layer> {
  for (const layer of layers) {
    if (seen.has(layer)) continue;
    seen.add(layer);
    yield layer;
    yield* allLayers(heldBy(layer), seen);
  }
}

/** A learner's own layer may have fields of these names too, with anything in them. */
function heldBy(holder: tf.layers.Layer): tf.layers.Layer[] {
  const { layers, layer, forwardLayer, backwardLayer } = holder as Holding;
  const parts = holder instanceof CompositeLayer ? holder.parts : [];
  return [layers, layer, forwardLayer, backwardLayer, parts].flat().filter((one) => one instanceof tf.layers.Layer);
}

/**
 * Refuses layers that carry state from batch to batch outside their weights.
 *
 * @throws UncompilableError that names the first of them
 */
export function refuseStateful(model: tf.LayersModel): void {
  const layer = statefulLayer(model);
  if (layer !== undefined) throw new UncompilableError("carries state from batch to batch", layer.name);
}

/** The first layer that carries state from batch to batch, if there is one. */
export function statefulLayer(model: tf.LayersModel): tf.layers.Layer | undefined {
  for (const layer of allLayers(model.layers))
    if ((layer as Holding).stateful && !(layer instanceof tf.LayersModel)) return layer;
  return undefined;
}

/** Makes recurrent layers refuse the same in any recording, also in one that knows no model, until the replacements are restored. */
export function refuseStatefulCalls(replacements: Replacements): void {
  interface Recurrent {
    readonly name: string;
    readonly stateful: boolean;
    call(...parameters: unknown[]): unknown;
  }
  const layer = tf.layers.rnn({ cell: tf.layers.simpleRNNCell({ units: 1 }) });
  replacements.replace(
    Object.getPrototypeOf(layer) as Recurrent,
    "call",
    (original) =>
      function (this: Recurrent, ...parameters) {
        if (this.stateful) throw new UncompilableError("carries state from batch to batch", this.name);
        return original.apply(this, parameters);
      },
  );
}

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
    const calls = new Replacements();
    for (const layer of allLayers(this.model.layers))
      calls.replace(layer, "call", (call) => (...parameters) => {
        this.#stack.push(layer.name);
        const result = call.apply(layer, parameters);
        this.#stack.pop(); // not after an error: the message then still names the layer
        return result;
      });
    try {
      return run();
    } finally {
      calls.restore();
    }
  }
}

// The layers of a model and their weights: which there are, which is at work while the model runs, which ones no graph can hold or no
// model knows of, which look tokens up, and which learn.

import { syncVariables } from "../graph/compiled-function";
import type { Recurrent } from "../tfjs/layers";
import { keepingOf } from "../tfjs/mends/layers";
import { methodsOf, Replacements } from "../tfjs/replacements";
import { hasState, layersIn, variableOf } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";
import { UncompilableError } from "../tfjs/uncompilable";
import { CompositeLayer } from "./composite-layer";

/** All layers, those that are held by others included, each once. */
function* allLayers(layers: readonly tf.layers.Layer[], seen = new Set<tf.layers.Layer>()): Generator<tf.layers.Layer> {
  for (const layer of layers) {
    if (seen.has(layer)) continue;
    seen.add(layer);
    yield layer;
    yield* allLayers(layersIn(layer), seen);
    if (layer instanceof CompositeLayer) yield* allLayers(layer.parts, seen);
  }
}

/** All layers of a model, those that others are made of included, each once. */
export function layersOf(model: tf.LayersModel): tf.layers.Layer[] {
  return [...allLayers(model.layers)];
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
  for (const layer of allLayers(model.layers)) if (hasState(layer) && !(layer instanceof tf.LayersModel)) return layer;
  return undefined;
}

/** Makes recurrent layers refuse the same in any recording, also in one that knows no model, until the replacements are restored. */
export function refuseStatefulCalls(replacements: Replacements): void {
  replacements.replace(
    methodsOf("rnn"),
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

// ## Layers inside a custom layer that tfjs does not know of
// It silently neither trains nor saves their weights (tensorflow/tfjs #8253). They show when the layer reads such a weight while
// it runs.

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

// ## Layers that look tokens up
// Each has a row for every token of its vocabulary, and none for any other number.

/** The embeddings, the library's and tfjs-layers', that take an input of the model as token numbers. */
export function tokenReaders(
  model: tf.LayersModel,
  input: tf.SymbolicTensor,
): { readonly layer: string; readonly vocabulary: number }[] {
  return model.layers
    .filter((layer) => layer.inboundNodes.some(({ inputTensors }) => inputTensors.includes(input)))
    .flatMap((layer) => {
      const { vocabulary, inputDim = vocabulary } = layer.getConfig();
      return typeof inputDim === "number" ? [{ layer: layer.name, vocabulary: inputDim }] : [];
    });
}

// ## Weights, which live in a graph while it runs

/** The variables that a model's weights are. */
export const variablesOf = (model: tf.LayersModel): tf.Variable[] => model.weights.map(variableOf);

/** Brings a model's newest weights back from a compiled step that may hold them in its graph. */
export function bringNewestWeights(model: tf.LayersModel): void {
  syncVariables(variablesOf(model));
}

// ## Which weights a training changes
// `trainable` may change at any time, between two steps too, and counts from the next step on.

/**
 * The weights that the next step trains.
 *
 * @throws RangeError when there are none
 */
export function trainableVariables(model: tf.LayersModel): tf.Variable[] {
  const weights = model.trainableWeights;
  if (weights.length > 0) return weights.map(variableOf);
  const has = `The model ${model.name} has ${model.weights.length} weight(s)`;
  if (model.weights.length === 0) throw new RangeError(`${has}: there is nothing to train. Add a layer that has some.`);
  const frozen = model.trainable
    ? model.layers.filter(({ trainable }) => !trainable).map(({ name }) => name)
    : [`the model ${model.name} itself`];
  throw new RangeError(
    `${has}, and none that may be trained: frozen (trainable = false) is ${frozen.join(", ") || "each of them"}. ` +
      "Thaw what is to learn, layer.trainable = true; to measure without training use evaluate.",
  );
}

/** What of a model is frozen, as a text: the same text, the same step. */
export function frozenParts(model: tf.LayersModel): string {
  let flags = model.trainable ? "1" : "0";
  for (const layer of allLayers(model.layers)) flags += layer.trainable ? "1" : "0";
  return flags;
}

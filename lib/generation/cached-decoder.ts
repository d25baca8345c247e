// A Transformer that goes on from what it has read: of each token only its own position is computed, the keys and values of those
// before are kept (Pope et al. 2022, section 2).

import { CompiledFunction } from "../graph/compiled-function";
import { at, lastOf } from "../indexing";
import { KeyValueCache, withKeyValueCache } from "../layers/attention/key-value-cache";
import { MultiHeadAttention } from "../layers/attention/multi-head-attention";
import { LearnedPositions, SinusoidalPositions } from "../layers/attention/positions";
import { LayerNorm } from "../layers/layer-norm";
import { bringNewestWeights, RunningLayers } from "../layers/model-layers";
import { LAYER_REWRITES } from "../layers/tfjs-forms/layer-rewrites";
import { TokenEmbedding } from "../layers/token-embedding";
import { DecoderBlock } from "../layers/transformer/decoder-block";
import { EncoderBlock } from "../layers/transformer/encoder-block";
import { ofRank, tensorOf } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";

/** What a {@link CachedDecoder} will be asked. */
interface Room {
  /** The most tokens in a sequence. */
  readonly length: number;
  /** The most sequences at a time. */
  readonly rows: number;
}

/** Asked for one position after the other. Dispose it in the end. */
export class CachedDecoder {
  readonly #model: tf.LayersModel;
  /** What its encoder reads, a row for each sequence; none where there is no encoder. */
  readonly #source: tf.Tensor | undefined;
  readonly #room: Room;
  readonly #step: CompiledFunction;
  /** What was read last, and what was kept of it. */
  #read: { readonly sequences: readonly (readonly number[])[]; readonly entries: tf.Tensor[] } | undefined;

  /** @param model one of which {@link readsByPosition} is true */
  constructor(model: tf.LayersModel, source: tf.Tensor | undefined, room: Room) {
    this.#model = model;
    this.#source = source;
    this.#room = room;
    const layers = new RunningLayers(model);
    // What an encoder does is recorded too, but nothing asks for it: TensorFlow leaves it out when it runs the graph.
    this.#step = new CompiledFunction(
      (tokens, position, rows, ...inputs) => {
        const given = source === undefined ? [] : inputs.slice(0, 1);
        const kept = inputs.slice(given.length);
        const entries = room.rows === 1 ? kept : kept.map((entry) => entry.gather(ofRank(rows as tf.Tensor, 1)));
        const cache = new KeyValueCache(room.length, { position: ofRank(position as tf.Tensor, 1), entries });
        const output = layers.watch(() => this.#apply(cache, [...given, tokens as tf.Tensor]));
        return [afterPosition(output), ...cache.entries];
      },
      { where: () => layers.innermost, rewrites: LAYER_REWRITES },
    );
  }

  /**
   * What the model gives after the last token of each sequence `[sequences, vocabulary]`, which the caller disposes.
   *
   * @param sequences all of the same length, with room for it
   * @throws UncompilableError when a step cannot be recorded
   */
  next(sequences: readonly (readonly number[])[]): tf.Tensor {
    const parents = this.#read && parentsOf(this.#read.sequences, sequences);
    return parents === undefined ? this.#readAll(sequences) : this.#readOne(sequences, parents);
  }

  /** Frees the graph and what was kept. */
  dispose(): void {
    this.#forget();
    this.#step.dispose();
  }

  /** Reads sequences from their beginnings, operation by operation: their length is another each time. */
  #readAll(sequences: readonly (readonly number[])[]): tf.Tensor {
    this.#forget();
    bringNewestWeights(this.#model);
    const cache = new KeyValueCache(this.#room.length);
    try {
      const [output, ...entries] = tf.tidy(() => {
        const tokens = tf.tensor2d(sequences.flat(), [sequences.length, at(sequences, 0).length], "int32");
        const source = this.#source?.slice(0, sequences.length);
        const last = afterPosition(this.#apply(cache, source === undefined ? [tokens] : [source, tokens]));
        const rows = fillRows([...sequences.keys()], this.#room.rows);
        return [last, ...cache.entries.map((entry) => entry.gather(rows))];
      });
      this.#read = { sequences, entries };
      return output as tf.Tensor;
    } finally {
      tf.dispose(cache.entries);
    }
  }

  /** Reads the last token of each sequence, which goes on from one of those that were read last. */
  #readOne(sequences: readonly (readonly number[])[], parents: readonly number[]): tf.Tensor {
    const { entries: before } = this.#read as { entries: tf.Tensor[] };
    const given = tf.tidy(() => [
      tf.tensor2d(fillRows(sequences.map(lastOf), this.#room.rows), [this.#room.rows, 1], "int32"),
      tf.tensor1d([at(sequences, 0).length - 1], "int32"),
      tf.tensor1d(fillRows(parents, this.#room.rows), "int32"),
    ]);
    try {
      const source = this.#source === undefined ? [] : [this.#source];
      const [output, ...entries] = this.#step.run([...given, ...source, ...before]);
      tf.dispose(before);
      this.#read = { sequences, entries };
      if (this.#room.rows === sequences.length) return output as tf.Tensor;
      const rows = (output as tf.Tensor).slice(0, sequences.length);
      tf.dispose(output);
      return rows;
    } finally {
      tf.dispose(given);
    }
  }

  #apply(cache: KeyValueCache, inputs: tf.Tensor[]): tf.Tensor {
    return withKeyValueCache(cache, () => tensorOf(this.#model.apply(inputs, { training: false })));
  }

  #forget(): void {
    tf.dispose(this.#read?.entries ?? []);
    this.#read = undefined;
  }
}

/** Of what a model gives, that after one position, by default the last; or all, where it gives no more `[batch, vocabulary]`. */
export function afterPosition(output: tf.Tensor, position = at(output.shape, 1) - 1): tf.Tensor {
  const shape: [number, number] = [at(output.shape, 0), lastOf(output.shape)];
  return (output.rank === 3 ? output.slice([0, position, 0], [-1, 1, -1]) : output).reshape(shape);
}

/** A value for each row of a graph's batch, which keeps its size: the first one's where there is no more. */
export function fillRows<Value extends object | number>(values: readonly Value[], rows: number): Value[] {
  return Array.from({ length: rows }, (_, row) => values[row] ?? at(values, 0));
}

/** For each sequence which of those before it goes on from by one token; undefined where one goes on from none. */
function parentsOf(
  before: readonly (readonly number[])[],
  sequences: readonly (readonly number[])[],
): number[] | undefined {
  const parents = sequences.map((sequence) =>
    before.findIndex(
      (one) => one.length === sequence.length - 1 && one.every((token, place) => token === sequence[place]),
    ),
  );
  return parents.includes(-1) ? undefined : parents;
}

// ## Which models can be read so
// Those in which what a position gives depends on positions before it through attention only.

const OWN = new Set<unknown>([TokenEmbedding, LearnedPositions, SinusoidalPositions, LayerNorm]);
const ATTENDING = new Set<unknown>([EncoderBlock, DecoderBlock, MultiHeadAttention]);
const OF_TFJS = new Set(["Dense", "Dropout", "Activation", "Add"]);

/** Whether a model gives the same when its last input's tokens are read one after the other, with keys and values kept. */
export function readsByPosition(model: tf.LayersModel): boolean {
  const tokens = lastOf(model.inputs);
  const known = new Map(model.inputs.map((input) => [input, input === tokens]));
  let attends = false;
  let allowed = true;
  const dependsOnTokens = (tensor: tf.SymbolicTensor): boolean => {
    const before = known.get(tensor);
    if (before !== undefined) return before;
    const layer = tensor.sourceLayer;
    const node = layer.inboundNodes.find(({ outputTensors }) => outputTensors.includes(tensor));
    const depend = (node?.inputTensors ?? []).map(dependsOnTokens);
    const depends = depend.includes(true);
    known.set(tensor, depends);
    if (depends && !allows(layer, depend)) allowed = false;
    if (depends && ATTENDING.has(layer.constructor)) attends = true;
    return depends;
  };
  const [output, ...others] = model.outputs;
  const answersEach = others.length === 0 && output?.shape.length === 3;
  return answersEach && tokens.shape.length === 2 && dependsOnTokens(output) && attends && allowed;
}

/** @param depend which of the layer's inputs come from the tokens */
function allows(layer: tf.layers.Layer, depend: readonly boolean[]): boolean {
  const { causal, returnWeights } = layer.getConfig();
  switch (layer.constructor) {
    case EncoderBlock:
    case MultiHeadAttention:
      return depend.length === 1 && causal === true && returnWeights !== true;
    case DecoderBlock:
      return depend.indexOf(true) === 0 && depend.lastIndexOf(true) === 0;
    default:
      return OWN.has(layer.constructor) || OF_TFJS.has(layer.getClassName());
  }
}

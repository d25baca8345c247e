// Keys and values of the positions that a decoder has read (Pope et al. 2022, "Efficiently scaling Transformer inference", section 2:
// the KV cache): a position's own never change, since it sees no later one. With them kept, a token costs the work of one position and
// not of all before it.

import { at } from "../../indexing";
import { ofRank } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { HIDDEN } from "./masks";

/** What a cache holds while a position is added to those that have been read. */
export interface CacheState {
  /** How many positions have been read `[1]`, int32. */
  readonly position: tf.Tensor1D;
  /** What the cache gave as {@link KeyValueCache.entries} when the position before was read. */
  readonly entries: readonly tf.Tensor[];
}

/** What attention needs of all positions read so far. */
export interface Remembered {
  /** `[batch, heads, positions, dim]` */
  readonly keys: tf.Tensor4D;
  /** `[batch, heads, positions, dim]` */
  readonly values: tf.Tensor4D;
  /** What hides the places that hold no position yet, to be added to the scores; none where the causal mask does it. */
  readonly bias?: tf.Tensor;
}

/**
 * The keys and values of every attention of a model, in the order in which they run. Made anew for each run of the model: without a
 * state the model reads the first positions, with one it reads one position more.
 */
export class KeyValueCache {
  /** For each attention its keys and its values, with those of this run: what the next run is told. The caller disposes them. */
  readonly entries: tf.Tensor[] = [];
  readonly #state: CacheState | undefined;
  /** For how many positions there is room. */
  readonly length: number;
  readonly #places: { readonly isNew: tf.Tensor; readonly bias: tf.Tensor } | undefined;

  constructor(length: number, state?: CacheState) {
    this.length = length;
    this.#state = state;
    if (state === undefined) return;
    const places = tf.range(0, length, 1, "int32");
    this.#places = {
      isNew: places.equal(state.position).toFloat().reshape([1, 1, length, 1]),
      bias: places.lessEqual(state.position).toFloat().sub(1).mul(HIDDEN).reshape([1, 1, 1, length]),
    };
  }

  /** Where the position stands that is read now `[1]`; of the first positions there is none, they begin at 0. */
  get position(): tf.Tensor1D | undefined {
    return this.#state?.position;
  }

  /** Self-attention: adds the keys and values of what is read now to those of what was read before. */
  extend(keys: tf.Tensor4D, values: tf.Tensor4D): Remembered {
    if (this.#places === undefined) {
      const room: [number, number] = [0, this.length - at(keys.shape, 2)];
      const padded = (x: tf.Tensor4D): tf.Tensor => x.pad([[0, 0], [0, 0], room, [0, 0]]); // biome-ignore format: an axis each
      this.#keep(padded(keys), padded(values));
      return { keys, values };
    }
    const { isNew, bias } = this.#places;
    const before = this.#before();
    // Places not yet read hold zeros.
    const all = {
      keys: ofRank(before.keys.add(isNew.mul(keys)), 4),
      values: ofRank(before.values.add(isNew.mul(values)), 4),
    };
    this.#keep(all.keys, all.values);
    return { ...all, bias };
  }

  /** Attention to what an encoder gave, which stays what it is: projected in the first run only. */
  keep(project: () => Remembered): Remembered {
    const { keys, values } = this.#state === undefined ? project() : this.#before();
    this.#keep(keys, values);
    return { keys, values };
  }

  /** The layers they were made in tidy up. */
  #keep(keys: tf.Tensor, values: tf.Tensor): void {
    this.entries.push(tf.keep(keys), tf.keep(values));
  }

  #before(): Remembered {
    const next = this.entries.length;
    const entry = (index: number): tf.Tensor4D => ofRank(at(this.#state?.entries ?? [], index), 4);
    return { keys: entry(next), values: entry(next + 1) };
  }
}

let running: KeyValueCache | undefined;

/** The cache of the model that runs now, if it has one. */
export function keyValueCache(): KeyValueCache | undefined {
  return running;
}

/** Runs a model whose attentions and positions take a cache into account. */
export function withKeyValueCache<Result>(cache: KeyValueCache, run: () => Result): Result {
  running = cache;
  try {
    return run();
  } finally {
    running = undefined;
  }
}

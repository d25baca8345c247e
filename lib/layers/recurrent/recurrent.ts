// The three recurrent layers of the course, as Keras and their papers have them: SimpleRNN (Elman 1990), LSTM (Hochreiter and
// Schmidhuber 1997, with the forget gate of Gers et al. 2000), GRU (Cho et al. 2014).

import { checkArguments, FLAG, NUMERIC, optional, STRING, WHOLE } from "../../arguments";
import { checkChoice, checkRecurrentUnits, layerOptions } from "../../option-checks";
import { tf } from "../../tfjs/tf";
import { kernelStart, seeds } from "../initializers";
import { Gru } from "./gru";
import { OpenForgetGate } from "./open-forget-gate";
import { Orthogonal } from "./orthogonal";

/** A kind of recurrent layer. */
export type Cell = "simple" | "lstm" | "gru";

/** What {@link recurrent} can be asked for. */
export interface RecurrentOptions {
  /** Values that are carried from step to step. */
  units: number;
  /** Whether the output is that of every step and not of the last one. Default false. */
  returnSequences?: boolean;
  /** Whether what is carried comes out too: `[output, state]`, for an LSTM `[output, hidden, memory]`. Default false. */
  returnState?: boolean;
  /** The same seed gives the same initial weights. */
  seed: number;
  /** The layer's name. Default: that of its kind, with a number. */
  name?: string;
}

/**
 * A recurrent layer as Keras has it: seeded initial weights (Glorot's uniform distribution; orthogonal where it feeds itself),
 * the logistic function at its gates, and an LSTM's forget gate open at first (Jozefowicz et al. 2015). tfjs-layers' own
 * defaults differ: an approximation made of straight lines at the gates, and a forget gate half shut; and its GRU resets the
 * state before the product, where Keras's and this one reset the product ({@link Gru}).
 *
 * From `[batch, time, features]` to `[batch, units]`, or with `returnSequences` to `[batch, time, units]`.
 *
 * @see Elman 1990; Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000; Cho et al. 2014
 *
 * @example
 * ```ts
 * const lstm = recurrent("lstm", { units: 16, returnSequences: true, seed: 1 })
 * const states = lstm.apply(tf.input({ shape: [10, 4] })) as tf.SymbolicTensor
 * states.shape // => [null, 10, 16]
 * ```
 */
export function recurrent(cell: Cell, options: RecurrentOptions): tf.RNN {
  checkArguments(
    "recurrent",
    { cell, options },
    {
      cell: STRING,
      options: layerOptions({
        units: NUMERIC,
        seed: optional(WHOLE),
        returnSequences: optional(FLAG),
        returnState: optional(FLAG),
        name: optional(STRING),
      }),
    },
  );
  checkChoice("recurrent", "cell", cell, ["simple", "lstm", "gru"]);
  const { seed, ...rest } = options;
  checkRecurrentUnits("recurrent", rest.units);
  if (cell === "gru") return new Gru(options);
  const next = seeds(seed);
  const common = {
    ...rest,
    kernelInitializer: kernelStart({ seed: next() }),
    recurrentInitializer: new Orthogonal({ seed: next() }),
  };
  switch (cell) {
    case "simple":
      return tf.layers.simpleRNN(common) as tf.RNN;
    case "lstm":
      return tf.layers.lstm({
        ...common,
        recurrentActivation: "sigmoid",
        biasInitializer: new OpenForgetGate(),
      }) as tf.RNN;
  }
}

// From the probabilities of each step to label sequences, for models that were trained with connectionist temporal classification.
// By the likeliest path (Graves et al. 2006, section 3.2), or by prefix beam search, which adds up the paths that are read as the
// same labels (Hannun, Maas, Jurafsky and Ng 2014, "First-pass large vocabulary continuous speech recognition using bi-directional
// recurrent DNNs", algorithm 1, without a language model).

import {
  atMost,
  checkArguments,
  checkWholeNumber,
  countFrom,
  isWholeNumber,
  kind,
  NUMBERS,
  settings,
  shapeText,
} from "../arguments";
import { at } from "../indexing";
import { Predictions } from "../training/evaluation/predictions";

/** What {@link decodeCtc} can be asked for. */
export interface DecodeCtcOptions {
  /** The class that stands for no label. Default 0. */
  blank?: number;
  /** How many beginnings of a label sequence are followed at a time. Default: none, the likeliest class of each step is taken. */
  beams?: number;
  /** How many steps of each example count. Default: all. */
  lengths?: ArrayLike<number>;
}

/** The labels that were found for an example. */
export interface CtcDecoding {
  /** Without blanks. */
  readonly labels: readonly number[];
  /** To the base e: of the likeliest path; of a beam search, of all the paths together that it has followed to these labels. */
  readonly logProbability: number;
}

/**
 * Reads label sequences out of the probabilities of each step: what is repeated is merged, then blanks are left out.
 *
 * @param predictions of shape `[time, classes]`, from a model that ends in a softmax and was trained with `ctcLoss`
 * @returns one for each example
 * @throws RangeError when the predictions are no probabilities of classes at each step, or an option cannot be
 * @see Graves et al. 2006, section 3.2; Hannun et al. 2014, algorithm 1
 *
 * @example
 * ```ts
 * // Two steps of three classes: the blank, 0, and the labels 1 and 2.
 * const predictions = new Predictions(Float32Array.of(0.6, 0.4, 0, 0.6, 0.4, 0), [2, 3])
 * decodeCtc(predictions)[0]?.labels // => []
 * decodeCtc(predictions, { beams: 4 })[0]?.labels // => [1]
 * ```
 */
export function decodeCtc(predictions: Predictions, options: DecodeCtcOptions = {}): CtcDecoding[] {
  checkArguments(
    "decodeCtc",
    { predictions, options },
    {
      predictions: kind("predictions", (value) => value instanceof Predictions, "Take them from predict(model, data)"),
      options: settings({ blank: countFrom(0), beams: atMost(1000), lengths: NUMBERS }),
    },
  );
  const { blank = 0, beams } = options;
  if (beams !== undefined) checkWholeNumber("decodeCtc: beams", beams);
  const [time, classes] = stepsAndClasses(predictions, blank);
  const lengths = checkedLengths(options.lengths, predictions.size, time);
  return Array.from({ length: predictions.size }, (_, example) => {
    const values = predictions.at(example);
    const steps = Array.from({ length: at(lengths, example) }, (_, t) =>
      Array.from(values.subarray(t * classes, (t + 1) * classes), Math.log),
    );
    return beams === undefined ? likeliestPath(steps, blank) : prefixBeamSearch(steps, blank, beams);
  });
}

function likeliestPath(steps: readonly number[][], blank: number): CtcDecoding {
  const path = steps.map((logs) => logs.indexOf(Math.max(...logs)));
  return {
    labels: path.filter((label, t) => label !== blank && label !== path[t - 1]),
    logProbability: steps.reduce((sum, logs) => sum + Math.max(...logs), 0),
  };
}

/** A beginning of a label sequence; the log probabilities of the paths to it that end in a blank, and of those that do not. */
interface Prefix {
  readonly labels: readonly number[];
  inBlank: number;
  inLabel: number;
}

const logOfSum = (a: number, b: number): number => {
  const [less, more] = a < b ? [a, b] : [b, a];
  return less === Number.NEGATIVE_INFINITY ? more : more + Math.log1p(Math.exp(less - more));
};
const logOf = ({ inBlank, inLabel }: Prefix): number => logOfSum(inBlank, inLabel);

function prefixBeamSearch(steps: readonly number[][], blank: number, beams: number): CtcDecoding {
  let followed: Prefix[] = [{ labels: [], inBlank: 0, inLabel: Number.NEGATIVE_INFINITY }];
  for (const logs of steps) {
    const found = new Map<string, Prefix>();
    const prefixOf = (labels: readonly number[]): Prefix => {
      const key = labels.join();
      const prefix = found.get(key) ?? { labels, inBlank: Number.NEGATIVE_INFINITY, inLabel: Number.NEGATIVE_INFINITY };
      found.set(key, prefix);
      return prefix;
    };
    for (const before of followed) {
      const all = logOf(before);
      const last = before.labels.at(-1);
      const same = prefixOf(before.labels);
      same.inBlank = logOfSum(same.inBlank, all + at(logs, blank));
      if (last !== undefined) same.inLabel = logOfSum(same.inLabel, before.inLabel + at(logs, last));
      for (const [label, log] of logs.entries()) {
        if (label === blank || log === Number.NEGATIVE_INFINITY) continue;
        const grown = prefixOf([...before.labels, label]);
        // The same label again is a new one only after a blank.
        grown.inLabel = logOfSum(grown.inLabel, (label === last ? before.inBlank : all) + log);
      }
    }
    followed = [...found.values()].sort((a, b) => logOf(b) - logOf(a)).slice(0, beams);
  }
  const best = at(followed, 0);
  return { labels: best.labels, logProbability: logOf(best) };
}

/** What probabilities may be above 1 by rounding. */
const ROUNDING = 1e-5;

function stepsAndClasses({ shape, values }: Predictions, blank: number): [time: number, classes: number] {
  const [time = 0, classes = 0] = shape;
  if (shape.length !== 2)
    throw new RangeError(
      `decodeCtc: the predictions have the shape ${shapeText(shape)}; it takes [time, classes], the probabilities of the classes at ` +
        "each step. Give the recurrent layers returnSequences: true.",
    );
  if (blank >= classes)
    throw new RangeError(`decodeCtc: blank is ${blank}; it is one of the ${classes} classes, 0 to ${classes - 1}.`);
  const wrong = values.findIndex((value) => !(value >= 0 && value <= 1 + ROUNDING));
  if (wrong >= 0)
    throw new RangeError(
      `decodeCtc: value ${wrong} of the predictions is ${values[wrong]}; they must be probabilities, 0 to 1. End the model in a softmax.`,
    );
  return [time, classes];
}

function checkedLengths(lengths: ArrayLike<number> | undefined, size: number, time: number): number[] {
  const given = lengths ? Array.from(lengths) : Array<number>(size).fill(time);
  if (given.length !== size)
    throw new RangeError(`decodeCtc: lengths is a list of ${given.length}; each of the ${size} examples needs one.`);
  const wrong = given.findIndex((length) => !isWholeNumber(length, { least: 0, most: time }));
  if (wrong >= 0)
    throw new RangeError(
      `decodeCtc: lengths[${wrong}] is ${given[wrong]}; it is a whole number from 0 to ${time}, the steps.`,
    );
  return given;
}

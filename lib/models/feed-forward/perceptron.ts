// The perceptron (Rosenblatt 1958, "The perceptron: a probabilistic model for information storage and organization in the
// brain"): one neuron with a threshold, and a learning rule of its own. It goes through the examples one at a time and changes
// nothing when the answer is right; when it is wrong, the example is added to the weights or taken away from them. There is no
// gradient: a threshold has none.

import { atMost, checkArguments, DATASET, FLAG, FUNCTION, NUMBER, NUMBERS, NUMERIC, settings } from "../../arguments";
import { type Dataset, range, sizeOf } from "../../data/dataset";
import { checkCounts, checkLearningRate } from "../../option-checks";
import { Random } from "../../random";

/** What {@link buildPerceptron} can be asked for. */
export interface PerceptronOptions {
  /** Numbers in an example. Default 2, a point of a plane. */
  inputs?: number;
  /** What an example is multiplied by before it is added. From weights of zero it changes their size, not the answers. Default 1. */
  learningRate?: number;
}

/** What {@link Perceptron.learn} can be asked for. */
export interface PerceptronLearning {
  /** How many times to go through the data at most; it ends sooner after one without mistakes. Default 100. */
  epochs?: number;
  /** Whether each epoch has a new random order. Default true. */
  shuffle?: boolean;
  /** The same seed gives the same orders. Default 1. */
  seed?: number;
  /** Called after each mistake, with the weights as they are then: how the boundary moves. Default: nothing. */
  onMistake?: (perceptron: Perceptron, position: number) => void;
}

/** What came of learning. */
export interface PerceptronHistory {
  /** Mistakes (and so changes of the weights) in each epoch. */
  readonly mistakes: readonly number[];
  /** Their sum, which Novikoff's theorem bounds: see {@link perceptronBound}. */
  readonly updates: number;
  /** Whether the last epoch was without a mistake: every example is on its side of the boundary. */
  readonly converged: boolean;
}

/**
 * A neuron with a threshold: class 1 where w·x + b > 0, class 0 elsewhere. It holds plain numbers, no tensors.
 *
 * @see Rosenblatt 1958, "The perceptron: a probabilistic model for information storage and organization in the brain"
 */
export class Perceptron {
  /** One weight for each input. */
  readonly weights: Float64Array;
  /** The threshold, with its sign turned. */
  bias = 0;
  readonly #learningRate: number;

  constructor(inputs: number, learningRate: number) {
    checkCounts("Perceptron", { inputs });
    checkLearningRate("Perceptron: learningRate", learningRate, "1 is usual.");
    this.weights = new Float64Array(inputs);
    this.#learningRate = learningRate;
  }

  /**
   * w·x + b: how far on which side of the boundary an example is, in units of the weights' length.
   *
   * @throws RangeError for an example of another size.
   */
  score(example: ArrayLike<number>): number {
    if (example.length !== this.weights.length)
      throw new RangeError(
        `The perceptron has ${this.weights.length} inputs, the example ${example.length} numbers. ` +
          `Build it with inputs: ${example.length}.`,
      );
    let sum = this.bias;
    for (let i = 0; i < example.length; i++) sum += (this.weights[i] as number) * (example[i] as number);
    return sum;
  }

  /** The class of each example of a data set: 0 or 1. */
  classes(dataset: Dataset): Int32Array {
    checkArguments("classes", { dataset }, { dataset: DATASET });
    return Int32Array.from({ length: dataset.size }, (_, position) =>
      this.score(dataset.example(position).values) > 0 ? 1 : 0,
    );
  }

  /**
   * Learns by the perceptron's rule: after a mistake, w ← w ± rate · x and b ← b ± rate, with + for class 1.
   *
   * @param dataset examples with the class 0 or 1.
   * @throws RangeError, before anything is learned, when the examples have another size or the labels are not 0 and 1.
   */
  learn(dataset: Dataset, options: PerceptronLearning = {}): PerceptronHistory {
    checkArguments(
      "learn",
      { dataset, options },
      {
        dataset: DATASET,
        options: settings({ epochs: atMost(1_000_000), shuffle: FLAG, seed: NUMERIC, onMistake: FUNCTION }),
      },
    );
    const { epochs = 100, shuffle = true, seed = 1, onMistake } = options;
    checkCounts("learn", { epochs });
    const labels = checkLabels(dataset, this.weights.length);
    const random = new Random(seed);
    const order = range(dataset.size);
    const mistakes: number[] = [];
    do {
      if (shuffle) random.shuffle(order);
      let count = 0;
      for (const position of order) {
        const example = dataset.example(position).values;
        const error = (labels[position] as number) - (this.score(example) > 0 ? 1 : 0); // −1, 0 or 1
        if (error === 0) continue;
        count++;
        for (let i = 0; i < example.length; i++)
          this.weights[i] = (this.weights[i] as number) + this.#learningRate * error * (example[i] as number);
        this.bias += this.#learningRate * error;
        onMistake?.(this, position);
      }
      mistakes.push(count);
    } while (mistakes.at(-1) !== 0 && mistakes.length < epochs);
    return {
      mistakes,
      updates: mistakes.reduce((sum, count) => sum + count, 0),
      converged: mistakes.at(-1) === 0,
    };
  }
}

/**
 * Builds a perceptron whose weights are all zero.
 *
 * @throws RangeError when an option cannot be.
 * @see Rosenblatt 1958, "The perceptron: a probabilistic model for information storage and organization in the brain"
 *
 * @example
 * ```ts
 * const perceptron = buildPerceptron()
 * const { converged } = perceptron.learn(xor(), { epochs: 100 })
 * converged // => false
 * ```
 */
export function buildPerceptron(options: PerceptronOptions = {}): Perceptron {
  checkArguments("buildPerceptron", { options }, { options: settings({ inputs: NUMERIC, learningRate: NUMERIC }) });
  const { inputs = 2, learningRate = 1 } = options;
  return new Perceptron(inputs, learningRate);
}

/**
 * How many mistakes a perceptron that starts at zero can make at most, whatever the order of the examples (Novikoff 1962, "On
 * convergence proofs on perceptrons"): (R / γ)², where R is the length of the longest example and γ the margin, the distance
 * of the nearest one from a boundary that separates the classes. The bias counts as a weight whose input is 1.
 *
 * @param weights of a boundary that separates the classes, such as one that was learned: the wider its margin, the better
 * the bound.
 * @param bias of that boundary.
 * @throws RangeError when the boundary does not separate the classes: there is no bound then.
 *
 * @example
 * ```ts
 * const or = xor().subset([0, 1, 2]) // without the corner (1, 1)
 * perceptronBound(or, [1, 1], -0.5) // => 18
 * ```
 */
export function perceptronBound(dataset: Dataset, weights: ArrayLike<number>, bias: number): number {
  checkArguments("perceptronBound", { dataset, weights, bias }, { dataset: DATASET, weights: NUMBERS, bias: NUMBER });
  const labels = checkLabels(dataset, weights.length);
  const length = Math.sqrt(Array.from(weights).reduce((sum, weight) => sum + weight * weight, bias * bias));
  let [radius, margin] = [0, Number.POSITIVE_INFINITY];
  for (let position = 0; position < dataset.size; position++) {
    const { values } = dataset.example(position);
    let [score, square] = [bias, 1];
    for (let i = 0; i < values.length; i++) {
      score += (weights[i] as number) * (values[i] as number);
      square += (values[i] as number) ** 2;
    }
    radius = Math.max(radius, Math.sqrt(square));
    margin = Math.min(margin, ((labels[position] === 1 ? score : -score) as number) / length);
  }
  if (!(margin > 0))
    throw new RangeError(
      `The boundary with the bias ${bias} does not separate the classes of ${dataset.name}: the nearest example is ${margin} on its side of it, ` +
        "and the bound needs more than 0. Give a boundary that does; if there is none (as for XOR), there is no bound.",
    );
  return (radius / margin) ** 2;
}

function checkLabels(dataset: Dataset, inputs: number): Int32Array {
  const size = sizeOf(dataset.inputs[0]?.shape ?? []);
  if (size !== inputs)
    throw new RangeError(
      `The examples of ${dataset.name} have ${size} numbers, the perceptron ${inputs} inputs. ` +
        `Build it with inputs: ${size}.`,
    );
  const labels = dataset.labels();
  const wrong = labels.findIndex((label) => label !== 0 && label !== 1);
  if (wrong >= 0)
    throw new RangeError(
      `Label ${labels[wrong]} of example ${wrong} of ${dataset.name} is none of a perceptron's 2 classes, 0 and 1. ` +
        "Number the classes 0 and 1, or take a model for more of them: buildMlp({ units: [], classes }).",
    );
  return labels;
}

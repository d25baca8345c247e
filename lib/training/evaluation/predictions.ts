// A model's outputs over a data set, as plain numbers, and the classes that they stand for.

import { checkArguments, choice, isWholeNumber, list, NUMERIC, SHAPE, settings, valueText } from "../../arguments";
import { sizeOf } from "../../data/dataset";
import type { Meaning } from "../../losses/declarations";

/** What is known of {@link Predictions}; `predict` knows it from the model. */
export interface PredictionsAbout {
  /**
   * What the numbers stand for. Default: scores of classes where the last axis has more than one value, as the outputs of a
   * softmax; otherwise nothing is known.
   */
  readonly meaning?: Meaning | undefined;
  /** The class number of positions that do not count. Default: all count. */
  readonly ignoredLabel?: number | undefined;
  /** Which of the model's outputs they are. Default 0. */
  readonly output?: number;
  /** The model's name, for messages. Default: it is not named. */
  readonly model?: string;
}

/** How {@link Predictions.classes} is to read outputs of which the model does not say that they stand for classes. */
export interface ClassesOptions {
  /** As scores before a softmax (or, one alone, before a sigmoid), or as probabilities. Default: as what the model makes. */
  from?: "logits" | "probabilities";
}

/**
 * A model's outputs, one example after another.
 *
 * @example
 * ```ts
 * const predictions = new Predictions(Float32Array.of(0.2, 0.8, 0.9, 0.1), [2])
 * predictions.classes() // => [1, 0]
 * ```
 */
export class Predictions {
  /** The number of examples. */
  readonly size: number;
  /** The shape of one example's output: `[10]` for probabilities of ten classes. */
  readonly shape: readonly number[];
  /** All outputs, in reading order. */
  readonly values: Float32Array;
  /** What is known of them. */
  readonly about: PredictionsAbout;

  /** Takes outputs that were computed elsewhere; the values are not copied. */
  constructor(values: Float32Array, shape: readonly number[], about: PredictionsAbout = {}) {
    checkArguments("Predictions", { values, shape }, { values: list("numbers", NUMERIC), shape: SHAPE });
    if (values.length === 0 || values.length % sizeOf(shape) !== 0)
      throw new RangeError(
        `Predictions: values is ${valueText(values)}, for outputs of shape [${shape.join(", ")}]; there must be ${sizeOf(shape)} for ` +
          "each example, and at least one example.",
      );
    this.values = values;
    this.shape = shape;
    this.about = about;
    this.size = values.length / sizeOf(shape);
  }

  /** One example's output (a view, not a copy). */
  at(position: number): Float32Array {
    checkArguments("at", { position }, { position: NUMERIC });
    if (!isWholeNumber(position, { least: 0, most: this.size - 1 }))
      throw new RangeError(`There are ${this.size} predictions, numbered from 0; ${position} was asked for.`);
    const length = sizeOf(this.shape);
    return this.values.subarray(position * length, (position + 1) * length);
  }

  /** How many classes an example has: one, or one for each position of a sequence. */
  get positions(): number {
    return sizeOf(this.shape.slice(0, -1));
  }

  /**
   * The class of each example; where an example is a sequence, of each of its positions in reading order. Of several outputs
   * for a class each it is the highest one; of one probability it is 1 above a half, otherwise 0.
   *
   * @throws TypeError when the outputs do not stand for classes: those of a regression, or several probabilities each by itself;
   * the score of one class alone, such as a softmax of one unit.
   */
  classes(options: ClassesOptions = {}): Int32Array {
    checkArguments("classes", { options }, { options: settings({ from: choice("probabilities", "logits") }) });
    const count = this.shape.at(-1) ?? 1;
    const { from } = options;
    if (from === undefined) this.#refuseNumbers(count);
    const alone = count === 1 && (from !== undefined || this.about.meaning === "probabilities");
    const threshold = from === "logits" ? 0 : 0.5;
    return Int32Array.from({ length: this.values.length / count }, (_, place) => {
      const start = place * count;
      if (alone) return (this.values[start] as number) > threshold ? 1 : 0;
      let best = 0;
      for (let candidate = 1; candidate < count; candidate++)
        if ((this.values[start + candidate] as number) > (this.values[start + best] as number)) best = candidate;
      return best;
    });
  }

  /** The probability that each class was given at a place, counted over all examples and their positions. */
  probabilities(place: number): ArrayLike<number> {
    const count = this.shape.at(-1) ?? 1;
    const scores = this.values.subarray(place * count, (place + 1) * count);
    if (count > 1 || this.about.meaning !== "probabilities") return scores;
    const [one] = scores as unknown as [number];
    return [1 - one, one];
  }

  #refuseNumbers(count: number): void {
    const { meaning = count > 1 ? "scores of classes" : "numbers", model } = this.about;
    const whose = `The outputs${model === undefined ? "" : ` of the model ${model}`}, of shape [${this.shape.join(", ")}],`;
    if (meaning === "scores of classes" && count === 1)
      throw new TypeError(
        `${whose} are the score of one class alone, which is always the highest (and 1 after a softmax): nothing can be told ` +
          'apart by them. For two classes give the last layer one unit with activation: "sigmoid" and compile with loss: ' +
          '"binaryCrossentropy", or as many units with a softmax as there are classes.',
      );
    if (meaning === "scores of classes" || (meaning === "probabilities" && count === 1)) return;
    throw new TypeError(
      meaning === "probabilities"
        ? `${whose} are ${count} probabilities, each by itself: none, one or several of them may be true. ` +
            "Compare them with a half: predictions.at(0)."
        : `${whose} do not stand for classes: the last layer has neither softmax nor sigmoid, and the loss is none of class ` +
            "numbers. Use the numbers themselves: predictions.values, or predictions.at(0). If they are scores of classes all the " +
            'same, say so: predictions.classes({ from: "logits" }).',
    );
  }
}

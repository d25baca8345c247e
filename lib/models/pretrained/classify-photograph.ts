// What a network that was trained on ImageNet sees on a photograph, in words.
import { batchShapeText, checkArguments, countFrom, either, kind, MODEL, settings, shapeFits } from "../../arguments";
import { loadImageNetClasses } from "../../datasets/photographs/imagenet-classes";
import { at } from "../../indexing";
import { ofRank, tensorOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { efficientNetInput, PHOTOGRAPH } from "./efficientnet";

/** A class, and how sure a network is of it. */
export interface Guess {
  /** The number of the class. */
  readonly label: number;
  /** Its first name: `"goldfish"`. */
  readonly name: string;
  /** From 0 to 1. */
  readonly probability: number;
}

/** What {@link classifyPhotograph} can be asked for. */
export interface ClassifyPhotographOptions {
  /** How many classes. Default 5. */
  top?: number;
}

const INPUT = kind(
  "a tensor [1, 224, 224, 3], as efficientNetInput(photograph) makes it",
  (value) => value instanceof tf.Tensor && !value.isDisposed && shapeFits(value.shape, [1, 224, 224, 3]),
);

/**
 * The classes that a network gives the highest probabilities, the likeliest first.
 *
 * @param model of ImageNet's 1,000 classes: `await loadEfficientNet()`.
 * @param photograph `[height, width, 3]`, values from 0 to 1; or what `efficientNetInput` has made of one, changed or not.
 * @throws RangeError when the model does not tell 1,000 classes apart, or the tensor is no photograph.
 *
 * @example
 * ```ts
 * const network = await loadEfficientNet()
 * const [puppy] = await samplePhotographs()
 * const photograph = await loadPhotograph(puppy?.path ?? "photos/my-dog.jpg")
 * const [best] = await classifyPhotograph(network, photograph, { top: 1 })
 * best?.name // => "golden retriever"
 * photograph.dispose()
 * ```
 */
export async function classifyPhotograph(
  model: tf.LayersModel,
  photograph: tf.Tensor3D | tf.Tensor4D,
  options: ClassifyPhotographOptions = {},
): Promise<Guess[]> {
  checkArguments(
    "classifyPhotograph",
    { model, photograph, options },
    { model: MODEL, photograph: either(INPUT, PHOTOGRAPH), options: settings({ top: countFrom(1, 1000) }) },
  );
  const shape = model.outputs[0]?.shape ?? [];
  if (model.outputs.length !== 1 || shape.slice(1).join() !== "1000")
    throw new RangeError(
      `classifyPhotograph: the model ${model.name} gives ${batchShapeText(shape)}; a network of ImageNet's classes gives ` +
        "[batch, 1000]. Take one: await loadEfficientNet().",
    );
  const { top = 5 } = options;
  const names = await loadImageNetClasses();
  const probabilities = tf.tidy(() => {
    const input = photograph.rank === 3 ? efficientNetInput(ofRank(photograph, 3)) : photograph;
    return tensorOf(model.predict(input)).as1D().arraySync();
  });
  return probabilities
    .map((probability, label) => ({ label, name: at(at(names, label).split(","), 0), probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, top);
}

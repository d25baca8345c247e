// Titles over tiles, in as many lines as keep each over its own. How wide a text comes out only the browser knows; here it is
// estimated, rather too wide than too narrow.

/** Titles as they are drawn. */
export interface TileTitles {
  /** Each in the form in which Plotly takes it, its lines apart by `<br>`. */
  readonly texts: readonly string[];
  /** So many lines the longest has. */
  readonly lines: number;
  /** Of the letters, in pixels. */
  readonly size: number;
}

const LETTER_PIXELS = 12;
const SMALLEST_LETTER_PIXELS = 8;

/**
 * Breaks titles after blanks, and long words anywhere, once the letters are as small as can be read.
 *
 * @param titles as `literalText` makes them; `<br>` begins a new line.
 * @param room how many pixels of the page a line may take.
 */
export function titlesWithin(titles: readonly string[], room: number): TileTitles {
  const words = titles.flatMap((title) => title.split("<br>").flatMap((line) => line.split(BREAKS)));
  const widest = Math.max(1, ...words.map((word) => ems(word.trimEnd())));
  const size = Math.min(LETTER_PIXELS, Math.max(SMALLEST_LETTER_PIXELS, Math.floor(room / widest)));
  const broken = titles.map((title) => title.split("<br>").flatMap((line) => wrapped(line, room / size)));
  const lines = Math.max(0, ...broken.map((of) => (of.join("") === "" ? 0 : of.length)));
  return { texts: broken.map((of) => of.join("<br>")), lines, size };
}

/** A line in lines that are at most so many letters' heights wide; a blank stays where it was, at the end of its line. */
export function wrapped(line: string, room: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(BREAKS).flatMap((whole) => piecesOf(whole, room))) {
    const longer = current + word;
    if (current === "" || ems(longer.trimEnd()) <= room) current = longer;
    else {
      lines.push(current);
      current = word;
    }
  }
  return [...lines, current];
}

/** A word, in pieces where it is too long for a line. */
function piecesOf(word: string, room: number): string[] {
  const pieces = [""];
  for (const character of charactersOf(word)) {
    const longer = `${pieces.at(-1)}${character}`;
    if (pieces.at(-1) === "" || ems(longer.trimEnd()) <= room) pieces[pieces.length - 1] = longer;
    else pieces.push(character);
  }
  return pieces;
}

/** What is drawn as one: a letter, or an entity that stands for one. */
function charactersOf(text: string): string[] {
  return text.match(/&#?\w+;|./gsu) ?? [];
}

/** After a blank, but for the one between a number and its unit. */
const BREAKS = /(?<= )(?!% ?$)/;

const WIDTHS: readonly (readonly [of: RegExp, ems: number])[] = [
  [/^[iljtfrI.,:;'|!()[\] ]$/u, 0.36],
  [/^[mwMWQ@%—…]$/u, 0.92],
  [/^[A-Z]$/u, 0.7],
  [/^[\u2E80-\u{10FFFF}]$/u, 1.1],
];
const OTHERS_WIDTH = 0.6;

/** How wide a text comes out, in heights of its letters. */
function ems(text: string): number {
  return charactersOf(text).reduce((sum, one) => sum + (WIDTHS.find(([of]) => of.test(one))?.[1] ?? OTHERS_WIDTH), 0);
}

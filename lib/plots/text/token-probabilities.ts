// A text whose tokens are coloured by the probability that a model gave them: where it knew what comes, and where not.

import type { ColorScale, Data } from "plotly.js-dist";
import {
  atMost,
  checkArguments,
  checkWholeNumber,
  either,
  fields,
  kind,
  list,
  STRING,
  settings,
} from "../../arguments";
import { TEXT } from "../../colours";
import { at } from "../../indexing";
import type { TokenProbability } from "../../inspection/token-probabilities";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { bareAxis, baseLayout, LINE } from "../figure/theme";
import { tokenInLine, visibleToken } from "./token-text";

const PROBABILITY = kind("a number from 0 to 1", (value) => typeof value === "number" && value >= 0 && value <= 1);

/** What {@link tokenProbabilities} can be asked for. */
export interface TokenProbabilitiesOptions {
  /** Over the figure. Default `How probable each token was`. */
  title?: string;
  /** Characters in a line, at least 20. Default 80. */
  columns?: number;
}

/** From surprise to certainty, over powers of ten; opaque, so that black or white can be read on each. */
const SCALE = ["#D55E00", "#EFB48A", "#F2F2F2", "#85BCDB", "#0072B2"] as const;
/** What is less probable than this has the colour of this. */
const LEAST = 1e-3;
const CHARACTER_PIXELS = 8.4;
const LINE_PIXELS = 26;
/** Between two tokens, in characters. */
const TOKEN_GAP = 0.12;
const FONT = { family: "Menlo, Consolas, DejaVu Sans Mono, monospace", size: 13 };

/**
 * A text with each token coloured by its probability, in lines as a text has them; the probability and the likeliest tokens in
 * its place appear over it. The first token, which nothing comes before, has no colour.
 *
 * @param tokens what `textProbabilities` returned.
 * @throws RangeError when there are no tokens, or columns is out of range.
 *
 * @example
 * ```ts
 * const letters = new CharacterTokenizer("abcdefghijklmnopqrstuvwxyz ")
 * const model = buildRnnLanguageModel({ vocabulary: letters.size })
 * tokenProbabilities(textProbabilities(model, letters, "call me"))
 * ```
 */
export function tokenProbabilities(
  tokens: readonly TokenProbability[],
  options: TokenProbabilitiesOptions = {},
): Figure {
  checkArguments(
    "tokenProbabilities",
    { tokens, options },
    {
      tokens: list(
        "what textProbabilities returned",
        fields({
          token: STRING,
          probability: either(
            kind("null", (value) => value === null),
            PROBABILITY,
          ),
          likeliest: list("tokens", fields({ token: STRING, probability: PROBABILITY })),
        }),
      ),
      options: settings({ title: STRING, columns: atMost(10_000) }),
    },
  );
  const { title = "How probable each token was", columns = 80 } = options;
  if (tokens.length === 0)
    throw new RangeError(
      "tokenProbabilities was given an empty list; give what textProbabilities returned for a text.",
    );
  checkWholeNumber("tokenProbabilities: columns", columns, { least: 20 });
  const places = placesOf(tokens, columns);
  const lines = (places.at(-1)?.line ?? 0) + 1;
  const width = Math.max(columns, ...places.map(({ start, length }) => start + length));
  const known = tokens.flatMap(({ probability }, number) => (probability === null ? [] : [number]));
  const others = tokens.flatMap(({ probability }, number) => (probability === null ? [number] : []));
  const colours = known.map((number) => position(at(tokens, number).probability ?? 0));
  const boxes = (chosen: readonly number[]) => ({
    type: "bar" as const,
    orientation: "h" as const,
    base: chosen.map((number) => at(places, number).start),
    x: chosen.map((number) => at(places, number).length - TOKEN_GAP),
    y: chosen.map((number) => at(places, number).line),
    width: 0.84,
    text: chosen.map((number) => tokenInLine(at(tokens, number).token)),
    textposition: "inside" as const,
    insidetextanchor: "middle" as const,
    textangle: 0,
    constraintext: "none" as const,
    hovertext: chosen.map((number) => hoverText(at(tokens, number))),
    hovertemplate: "%{hovertext}<extra></extra>",
    showlegend: false,
  });
  const colouredAndNot = [
    {
      ...boxes(known),
      insidetextfont: { ...FONT, color: colours.map((at) => readableOn(colourAt(at))) },
      marker: {
        color: colours.map((at) => Number(at.toFixed(3))),
        ...{ cmin: 0, cmax: 1, colorscale: SCALE.map((c, i) => [i / (SCALE.length - 1), c]) as ColorScale },
        colorbar: {
          title: { text: "probability" },
          ...{ tickvals: [0, 1 / 3, 2 / 3, 1], ticktext: ["≤ 0.1 %", "1 %", "10 %", "100 %"] },
          ...{ outlinewidth: 0, thickness: 14, lenmode: "pixels", len: 150, y: 1, yanchor: "top" },
        },
        line: { width: 0 },
      },
    },
    {
      ...boxes(others),
      insidetextfont: { ...FONT, color: TEXT },
      marker: { color: "rgba(0, 0, 0, 0)", line: { color: LINE, width: 1 } },
    },
  ];
  return displayable({
    data: colouredAndNot.filter(({ y }) => y.length > 0) as unknown as Data[],
    layout: {
      ...baseLayout(title, {
        width: Math.round(width * CHARACTER_PIXELS) + 124,
        height: Math.max(240, lines * LINE_PIXELS + 64),
      }),
      margin: { l: 16, r: 108, t: 48, b: 16 },
      barmode: "overlay",
      dragmode: false,
      hoverlabel: { align: "left", bgcolor: "#222222", bordercolor: TEXT, font: { ...FONT, color: "#ffffff" } },
      xaxis: { ...bareAxis(), range: [0, width] },
      yaxis: { ...bareAxis(), range: [Math.max(lines, (240 - 64) / LINE_PIXELS) - 0.5, -0.5] },
    },
  });
}

/** Where a token stands: in which line, from which character on, how many of them. */
interface Place {
  line: number;
  start: number;
  length: number;
}

/** Lines are broken between words, however many tokens a word has, and where the text breaks them. */
function placesOf(tokens: readonly TokenProbability[], columns: number): Place[] {
  const places: Place[] = [];
  let [line, start] = [0, 0];
  for (const word of wordsOf(tokens.map(({ token }) => token))) {
    const lengths = word.map((token) => [...tokenInLine(token).replace(/&#?\w+;/g, "&")].length);
    const whole = lengths.reduce((sum, length) => sum + length, 0);
    if (start > 0 && start + whole > columns) [line, start] = [line + 1, 0];
    for (const [number, length] of lengths.entries()) {
      if (start > 0 && start + length > columns) [line, start] = [line + 1, 0];
      places.push({ line, start, length });
      start += length;
      if (/[\r\n]/.test(at(word, number))) [line, start] = [line + 1, 0];
    }
  }
  return places;
}

/** Tokens in groups between which a line may be broken: before one that begins with a blank, and after one that ends with it. */
function wordsOf(tokens: readonly string[]): string[][] {
  const words: string[][] = [];
  for (const [number, token] of tokens.entries()) {
    const begins = /^\s+\S/.test(token) || /\s$/.test(tokens[number - 1] ?? " ");
    if (begins) words.push([token]);
    else words.at(-1)?.push(token);
  }
  return words;
}

/** Where on the scale a probability stands, from 0 (a thousandth or less) to 1. */
function position(probability: number): number {
  return 1 - Math.log(Math.max(LEAST, probability)) / Math.log(LEAST);
}

/** The colour at a place of the scale, as Plotly mixes it. */
function colourAt(share: number): [red: number, green: number, blue: number] {
  const place = share * (SCALE.length - 1);
  const before = Math.min(SCALE.length - 2, Math.floor(place));
  const [from, to] = [channels(at(SCALE, before)), channels(at(SCALE, before + 1))];
  return from.map((value, i) => value + (place - before) * (at(to, i) - value)) as [number, number, number];
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
}

/** Black or white, whichever has the greater contrast (WCAG 2.2): 4.6 : 1 or more on any colour. */
function readableOn(colour: readonly number[]): string {
  const [red, green, blue] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return (luminance + 0.05) ** 2 > 1.05 * 0.05 ? "#000000" : "#ffffff";
}

/** What appears over a token. */
function hoverText({ token, probability, likeliest }: TokenProbability): string {
  const own = `<b>${visibleToken(token)}</b>`;
  if (probability === null) return `${own}<br>nothing comes before it`;
  const others = likeliest.map((other) => `${percent(other.probability)}  ${visibleToken(other.token)}`);
  return [`${own}: ${percent(probability)}`, ...(others.length > 0 ? ["", "likeliest here:", ...others] : [])].join(
    "<br>",
  );
}

function percent(share: number): string {
  return share > 0 && share < 1e-4 ? "&lt; 0.01 %" : `${(100 * share).toFixed(share < 0.01 ? 2 : 1)} %`;
}

// Who looks at whom: the weights of attention, a plot for each head.

import type { Annotation, Data, Layout, LayoutAxis, UpdateMenu } from "plotly.js-dist";
import {
  checkArguments,
  either,
  fields,
  isWholeNumber,
  kind,
  list,
  NUMERIC,
  optional,
  optionsOf,
  SHAPE,
  STRING,
  STRINGS,
} from "../../arguments";
import { at } from "../../indexing";
import type { AttentionMap } from "../../layers/attention/attention-maps";
import { roundToDigits } from "../figure/digits";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { literalText } from "../figure/literal-text";
import { axis, baseLayout, buttonRow, STRENGTH } from "../figure/theme";
import { distinctTokens } from "../text/token-text";

const MAP = fields({
  layer: STRING,
  shape: SHAPE,
  values: kind("a Float32Array", (value) => value instanceof Float32Array),
});

/** What {@link attentionHeatmap} can be asked for. */
export interface AttentionHeatmapOptions {
  /** The tokens that look, one for each query. */
  queries: readonly string[];
  /** The tokens that are looked at, one for each key. Default: those that look, as in self-attention. */
  keys?: readonly string[];
  /** Which example of the batch. Default 0, the first. */
  example?: number;
  /** Over the figure; the name of the layer that is seen follows it. Default `Attention`. */
  title?: string;
}

/** Every figure is stored in its notebook: more numbers than these make it heavy. */
const MOST_WEIGHTS = 200_000;
/** A cell's side, where there is room for it; all plots of a row together are not wider than this. */
const CELL_PIXELS = 36;
const ROW_PIXELS = 640;
const KEYS = "looked at";
/** Between plots, with the name of the head. */
const GAP_PIXELS = 32;
const LETTER_PIXELS = 7.5;
const COLOURBAR_PIXELS = 76;
const BUTTONS_PIXELS = 36;
const BUTTONS_IN_A_ROW = 10;

/**
 * The weights of attention by layer and head: in each plot a row for each token that looks, from the first one down, and a
 * column for each that is looked at. The heads stand side by side; of several layers, buttons choose one.
 *
 * @param maps what `attentionMaps` returned, or some of it: all with the same heads, queries and keys. Of an encoder–decoder
 * take one kind: `maps.filter(({ layer }) => layer.endsWith("cross"))`.
 * @throws RangeError when there is nothing to draw or far too much, when maps differ in shape, or when there is not one token
 * for each query and each key.
 *
 * @example
 * ```ts
 * const model = buildGpt({ preset: "tiny" })
 * const whale = tf.tensor2d([[119, 104, 97, 108, 101]], [1, 5], "int32")
 * attentionHeatmap(attentionMaps(model, whale), { queries: [..."whale"] })
 * ```
 */
export function attentionHeatmap(
  maps: AttentionMap | readonly AttentionMap[],
  options: AttentionHeatmapOptions,
): Figure {
  checkArguments(
    "attentionHeatmap",
    { maps, options },
    {
      maps: either(list("maps", MAP), MAP),
      options: optionsOf({
        queries: STRINGS,
        keys: optional(STRINGS),
        example: optional(NUMERIC),
        title: optional(STRING),
      }),
    },
  );
  const { queries, keys = queries, example = 0, title = "Attention" } = options;
  const layers = isMapList(maps) ? maps : [maps];
  const first = checkMaps(layers, queries, keys, example);
  const heads = first.shape[1];
  const weights = layers.map((map) => headsOf(map, example));
  const columns = Math.ceil(Math.sqrt(heads));
  const cell = Math.min(CELL_PIXELS, (ROW_PIXELS / columns - GAP_PIXELS) / keys.length);
  const size = [Math.max(100, cell * keys.length), Math.max(60, cell * queries.length)] as const;
  const [width, height] = [columns, Math.ceil(heads / columns)].map(
    (count, side) => count * (at(size, side) + GAP_PIXELS) - GAP_PIXELS,
  ) as [number, number];

  const [rowNames, columnNames] = [distinctTokens(queries), distinctTokens(keys)];
  const axes: Record<string, Partial<LayoutAxis>> = {};
  const names: Partial<Annotation>[] = [];
  const data = Array.from({ length: heads }, (_, head): Data => {
    const suffix = head === 0 ? "" : String(head + 1);
    const column = head % columns;
    const left = (column * (size[0] + GAP_PIXELS)) / width;
    const top = 1 - (Math.floor(head / columns) * (size[1] + GAP_PIXELS)) / height;
    axes[`xaxis${suffix}`] = {
      ...tokenAxis(KEYS, head + columns >= heads, size[0] / keys.length), // nothing stands below
      domain: [left, Math.min(1, left + size[0] / width)],
      anchor: `y${suffix}` as "y",
      ...(head === 0 ? {} : { matches: "x" }),
    };
    axes[`yaxis${suffix}`] = {
      ...tokenAxis("looks", column === 0, size[1] / queries.length),
      domain: [Math.max(0, top - size[1] / height), top],
      anchor: `x${suffix}` as "x",
      autorange: "reversed",
      ...(head === 0 ? {} : { matches: "y" }),
    };
    if (heads > 1) names.push({ text: `head ${head + 1}`, ...above(left, top) });
    return {
      type: "heatmap",
      name: `head ${head + 1}`,
      x: columnNames,
      y: rowNames,
      z: weights[0]?.[head] as number[][],
      xaxis: `x${suffix}` as "x",
      yaxis: `y${suffix}` as "y",
      zmin: 0,
      zmax: 1,
      colorscale: STRENGTH,
      ...(head === 0
        ? { colorbar: { title: { text: "weight" }, outlinewidth: 0, thickness: 14 } }
        : { showscale: false }),
      hovertemplate: "%{y} looks at %{x}: %{z:.1%}<extra></extra>",
    };
  });
  const buttons = layers.length > 1 ? layerButtons(layers, weights, title) : [];
  const margin = {
    l: 48 + LETTER_PIXELS * longest(rowNames),
    r: COLOURBAR_PIXELS,
    t: (heads > 1 ? 76 : 52) + BUTTONS_PIXELS * buttons.length,
    b: 52 + 0.7 * LETTER_PIXELS * longest(columnNames),
  };
  const layout = baseLayout(heading(title, first), {
    width: Math.round(Math.max(420, margin.l + width + margin.r)),
    height: Math.round(margin.t + height + margin.b),
  });
  return displayable({
    data,
    layout: {
      ...layout,
      title: { ...layout.title, y: 1, yanchor: "top", pad: { t: 16 } }, // over the buttons
      ...(axes as Partial<Layout>),
      margin,
      annotations: names,
      updatemenus: buttons,
    },
  });
}

function isMapList(maps: AttentionMap | readonly AttentionMap[]): maps is readonly AttentionMap[] {
  return Array.isArray(maps);
}

/** An axis of tokens, `pixels` apart: as long as they can be read, each is written. */
function tokenAxis(title: string, labelled: boolean, pixels: number): Partial<LayoutAxis> {
  const ticks = {
    tickangle: title === KEYS ? -45 : 0,
    tickfont: { size: Math.round(Math.max(9, Math.min(12, pixels))) },
    ...(pixels >= 9 ? { dtick: 1 } : {}),
  };
  const labels = labelled
    ? { ...axis(title, { grid: false }), ...ticks }
    : { ...axis("", { grid: false }), showticklabels: false };
  return { ...labels, type: "category", showline: true, mirror: true, ticks: "" };
}

function above(x: number, y: number): Partial<Annotation> {
  return { xref: "paper", x, xanchor: "left", yref: "paper", y, yanchor: "bottom", showarrow: false };
}

function heading(title: string, { layer }: AttentionMap): string {
  return layer === "" ? title : `${title}: ${layer}`;
}

function longest(tokens: readonly string[]): number {
  return Math.max(...tokens.map((token) => token.replaceAll("\u200B", "").length));
}

/** Of one example, for each head the rows of its queries. */
function headsOf({ shape: [, heads, queries, keys], values }: AttentionMap, example: number): number[][][] {
  return Array.from({ length: heads }, (_, head) =>
    Array.from({ length: queries }, (_, query) => {
      const start = ((example * heads + head) * queries + query) * keys;
      return Array.from(values.subarray(start, start + keys), (weight) => roundToDigits(weight, 3));
    }),
  );
}

/** A button for each layer, by what its name does not share with all others: `block2` of `block2/attention`. */
function layerButtons(
  layers: readonly AttentionMap[],
  weights: readonly (readonly (readonly number[][])[])[],
  title: string,
): UpdateMenu[] {
  const parts = layers.map(({ layer }) => layer.split("/"));
  const ending = parts[0]?.slice(1).join("/") ?? "";
  const alike = parts.every((part) => part.slice(1).join("/") === ending);
  const buttons = layers.map((map, number) => ({
    label: literalText(alike ? (parts[number]?.[0] as string) : map.layer),
    method: "update" as const,
    args: [{ z: weights[number] }, { "title.text": literalText(heading(title, map)) }],
  }));
  const rows = Math.ceil(buttons.length / BUTTONS_IN_A_ROW);
  return Array.from({ length: rows }, (_, row) =>
    buttonRow({
      direction: "right",
      y: 1,
      yanchor: "bottom",
      pad: { b: 24 + BUTTONS_PIXELS * (rows - 1 - row) },
      buttons: buttons.slice(row * BUTTONS_IN_A_ROW, (row + 1) * BUTTONS_IN_A_ROW),
    }),
  );
}

function checkMaps(
  layers: readonly AttentionMap[],
  queries: readonly string[],
  keys: readonly string[],
  example: number,
): AttentionMap {
  const [first] = layers;
  if (!first)
    throw new RangeError(
      "attentionHeatmap was given 0 maps; give what attentionMaps returns for a model with attention.",
    );
  const [batch, heads, queryCount, keyCount] = first.shape;
  for (const { layer, shape, values } of layers) {
    const size = shape.reduce((product, side) => product * side, 1);
    if (values.length !== size)
      throw new RangeError(
        `attentionHeatmap: the map of ${layer} has ${values.length} values for the shape [${shape.join(", ")}]; it needs ${size}. Give what ` +
          "attentionMaps returned.",
      );
    if (shape.join() !== first.shape.join())
      throw new RangeError(
        `attentionHeatmap: the map of ${layer} has the shape [${shape.join(", ")}], that of ${first.layer} ` +
          `[${first.shape.join(", ")}]. Draw maps of different shapes apart: maps.filter(({ layer }) => …).`,
      );
  }
  if (queries.length !== queryCount || keys.length !== keyCount)
    throw new RangeError(
      `attentionHeatmap: ${queries.length} tokens look and ${keys.length} are looked at, but ${first.layer} has ` +
        `${queryCount} queries and ${keyCount} keys. Give the tokens that went into the model, one for each.`,
    );
  if (!isWholeNumber(example, { least: 0, most: batch - 1 }))
    throw new RangeError(`attentionHeatmap: example is ${example}; of a batch of ${batch} it is 0 to ${batch - 1}.`);
  const count = layers.length * heads * queryCount * keyCount;
  if (count > MOST_WEIGHTS || count === 0)
    throw new RangeError(
      `attentionHeatmap draws 1 to ${MOST_WEIGHTS} weights; ${layers.length} layers of ${heads} heads with ${queryCount} × ` +
        `${keyCount} weights are ${count}. Take fewer layers or fewer tokens.`,
    );
  return first;
}

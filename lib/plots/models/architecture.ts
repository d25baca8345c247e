// A model as a diagram: boxes for layers, arrows for what flows between them, from top to bottom.

import type { Data } from "plotly.js-dist";
import { checkArguments, MODEL, STRING, settings } from "../../arguments";
import { colour, TEXT, tint } from "../../colours";
import { at, lastOf } from "../../indexing";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { literalText } from "../figure/literal-text";
import { bareAxis, baseLayout, legendBelow } from "../figure/theme";
import { type Arrow, assignLanes, type Placement } from "./lanes";
import { type Box, type DrawnLayer, type DrawnModel, modelGraph } from "./model-graph";
import { outputShapeText } from "./summary";

/** What {@link architecture} can be asked for. */
export interface ArchitectureOptions {
  /** Over the diagram. Default: the model's name and how many parameters it has. */
  title?: string;
}

const MOST_BOXES = 300;
/** No wider than what JupyterLab gives an output on a small laptop. */
const WIDEST_PIXELS = 820;
const MARGIN_PIXELS = 16;
/** Around the boxes, so that no border is cut. */
const EDGE_PIXELS = 2;
const BOX_PIXELS = { widest: 270, narrowest: 24 };
/** The lane of an arrow that passes by, and what is free between lanes. */
const ARROW_PIXELS = 12;
const BETWEEN_PIXELS = 24;
/** Under a row: little where arrows go straight down, more where they change lanes. */
const GAP_PIXELS = { straight: 26, changing: 44 };
const HEAD_PIXELS = 8;
/** Between arrows that arrive at one box. */
const PORT_PIXELS = 24;
const LINE_PIXELS = 15;
const LETTER_PIXELS = 6.1;
const BOX_TEXT = "#1a1a1a";
const OTHER = "#808080";

/** The kinds of layers, in the order of the legend, and by which class they are known; the first that fits. */
const KINDS: readonly (readonly [name: string, known: RegExp, colour: string])[] = [
  ["recurrent", /RNN|LSTM|GRU|Lstm|Gru/, colour(1)],
  ["convolution", /Conv/, colour(0)],
  ["attention", /Attention|Transformer|(Encoder|Decoder)Block/, colour(2)],
  ["dense", /Dense/, colour(3)],
  ["normalisation", /Norm/, colour(4)],
  ["other", /./, OTHER],
];

/** Options that say nothing of what a layer does, or stand in its box already. */
const LEFT_OUT = ["name", "trainable", "dtype", "batchInputShape", "dataFormat", "seed", "sparse", "implementation"];

/**
 * A diagram of a model: a box for each layer with its name, class, output shape (the batch axis written `batch`, an axis of
 * any length `any`) and parameters, and arrows from box to box, from the inputs at the top to the outputs at the bottom;
 * branches stand side by side. Under the mouse a box says what its layer was made with (units, kernel size, activation, …). A
 * layer made of layers, or a model within the model, is one box. A layer that is used twice has two boxes, and its parameters
 * stand in the first. At most 820 pixels wide; the more layers, the higher.
 *
 * @param model any `tf.LayersModel`.
 * @throws RangeError for a model that has no inputs yet, or more than 300 boxes.
 *
 * @example
 * ```ts
 * architecture(buildCnn(), { title: "The article's network" })
 * ```
 */
export function architecture(model: DrawnModel, options: ArchitectureOptions = {}): Figure {
  checkArguments("architecture", { model, options }, { model: MODEL, options: settings({ title: STRING }) });
  if (!model.outputs?.length)
    throw new RangeError(
      `architecture: the model ${model.name} has ${model.layers.length} layers and 0 outputs. ` +
        "Add layers, the first with an inputShape.",
    );
  const boxes = modelGraph(model);
  if (boxes.length > MOST_BOXES)
    throw new RangeError(
      `architecture draws at most ${MOST_BOXES} boxes; the model ${model.name} has ${boxes.length}. Use summary(model).`,
    );
  const placement = assignLanes(boxes.map(({ sources }) => sources));
  const plan = planFigure(placement);
  const title = options.title ?? `${model.name}: ${countText(model.countParams())}`;
  const kinds = KINDS.filter(([name]) => boxes.some(({ layer }) => layerKindOf(layer)[0] === name));
  const legendPixels = kinds.length > 3 && plan.width < 560 ? 48 : 28;
  const margin = { l: MARGIN_PIXELS, r: MARGIN_PIXELS, t: 56, b: legendPixels + MARGIN_PIXELS };
  const layout = baseLayout(title, {
    width: plan.width + 2 * EDGE_PIXELS + margin.l + margin.r,
    height: plan.height + 2 * EDGE_PIXELS + margin.t + margin.b,
  });
  return displayable({
    data: [
      ...boxes.map((box, number) => boxTrace(box, at(plan.boxes, number))),
      headTrace(plan.heads),
      textTrace(boxes, plan),
      ...kinds.map(legendTrace),
    ],
    layout: {
      ...layout,
      margin,
      ...legendBelow(),
      legend: { ...legendBelow().legend, itemclick: false, itemdoubleclick: false },
      hovermode: "closest",
      hoverlabel: { align: "left", font: { color: BOX_TEXT } },
      xaxis: { ...bareAxis(), range: [-EDGE_PIXELS, plan.width + EDGE_PIXELS] },
      yaxis: { ...bareAxis(), range: [plan.height + EDGE_PIXELS, -EDGE_PIXELS] },
      shapes: [{ type: "path", path: plan.lines, line: { color: TEXT, width: 1.5 }, layer: "below" }],
    },
  });
}

/** A box in pixels from the left and the top. */
interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Plan {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Rectangle[];
  /** All arrows as one SVG path, without their heads. */
  readonly lines: string;
  /** Where the arrows end. */
  readonly heads: readonly (readonly [x: number, y: number])[];
}

/** Rows and lanes in pixels. */
function planFigure({ rows, lanes, wide, arrows }: Placement): Plan {
  const boxLanes = wide.filter(Boolean).length;
  const free = WIDEST_PIXELS - 2 * (MARGIN_PIXELS + EDGE_PIXELS);
  const besides = (wide.length - boxLanes) * ARROW_PIXELS + (wide.length - 1) * BETWEEN_PIXELS;
  const { widest, narrowest } = BOX_PIXELS;
  const boxWidth = Math.max(narrowest, Math.min(widest, Math.floor((free - besides) / boxLanes)));
  const used = besides + boxLanes * boxWidth;
  const width = Math.max(used, 400);
  const boxHeight = (isShort(boxWidth) ? 4 : 2) * LINE_PIXELS + 10;

  let x = (width - used) / 2;
  const centres = wide.map((hasBoxes) => {
    const half = (hasBoxes ? boxWidth : ARROW_PIXELS) / 2;
    x += 2 * half + BETWEEN_PIXELS;
    return x - half - BETWEEN_PIXELS;
  });
  const row = (box: number) => at(rows, box);
  const lane = (box: number) => at(lanes, box);
  const changes = new Set<number>();
  for (const { from, to, via = lane(to) } of arrows) {
    if (via !== lane(from)) changes.add(row(from));
    if (via !== lane(to)) changes.add(row(to) - 1);
  }
  const tops = [0];
  for (let r = 0; r < Math.max(...rows); r++)
    tops.push(at(tops, r) + boxHeight + (changes.has(r) ? GAP_PIXELS.changing : GAP_PIXELS.straight));

  const centre = (number: number) => at(centres, number);
  const top = (number: number) => at(tops, number);
  const heads: [number, number][] = [];
  const path: string[] = [];
  for (const arrow of arrows) {
    const { from, to, via = lane(to) } = arrow;
    const end: [number, number] = [
      centre(lane(to)) + port(arrow, arrows, lanes, boxWidth),
      top(row(to)) - HEAD_PIXELS / 2,
    ];
    let at: [number, number] = [centre(lane(from)), top(row(from)) + boxHeight];
    path.push(`M${at}`);
    if (row(to) > row(from) + 1) {
      path.push(bend(at, [centre(via), top(row(from) + 1)]));
      at = [centre(via), top(row(to) - 1) + boxHeight];
      path.push(`L${at}`);
    }
    path.push(bend(at, end));
    heads.push([end[0], top(row(to))]);
  }
  return {
    ...{ width, height: top(tops.length - 1) + boxHeight, lines: path.join(""), heads },
    boxes: rows.map((r, box) => ({
      x: centre(lane(box)) - boxWidth / 2,
      y: top(r),
      width: boxWidth,
      height: boxHeight,
    })),
  };
}

/** How far from a box's middle an arrow arrives: in the order of the lanes, the one that comes straight down in the middle. */
function port(arrow: Arrow, arrows: readonly Arrow[], lanes: readonly number[], boxWidth: number): number {
  const laneBefore = ({ via, from }: Arrow) => via ?? at(lanes, from);
  const arriving = new Set(arrows.filter(({ to }) => to === arrow.to).map(laneBefore));
  const inOrder = [...arriving].sort((a, b) => a - b);
  const straight = inOrder.indexOf(at(lanes, arrow.to));
  const middle = straight >= 0 ? straight : (inOrder.length - 1) / 2;
  const most = Math.max(1, middle, inOrder.length - 1 - middle);
  return (inOrder.indexOf(laneBefore(arrow)) - middle) * Math.min(PORT_PIXELS, (boxWidth / 2 - HEAD_PIXELS) / most);
}

/** Down, across and down again. */
function bend([x, y]: readonly [number, number], [toX, toY]: readonly [number, number]): string {
  if (x === toX) return `L${[toX, toY]}`;
  const middle = (y + toY) / 2;
  return `C${[x, middle]} ${[toX, middle]} ${[toX, toY]}`;
}

function isShort(boxWidth: number): boolean {
  return boxWidth < 230;
}

/** Filled, so that the whole box answers the mouse. */
function boxTrace({ layer, shape, again }: Box, { x, y, width, height }: Rectangle): Data {
  const [, , kindColour] = layerKindOf(layer);
  const parameters = again ? "the parameters of its first box" : countText(layer.countParams());
  const lines = [
    `${layer.name} (${layer.getClassName()})`,
    outputShapeText(shape),
    parameters,
    ...describeConfig(layer.getConfig()),
  ];
  return {
    type: "scatter",
    mode: "lines",
    x: [x, x + width, x + width, x, x],
    y: [y, y, y + height, y + height, y],
    fill: "toself",
    fillcolor: tint(kindColour),
    line: { color: kindColour, width: 1.5 },
    hoveron: "fills",
    hoverinfo: "text",
    text: lines.map(literalText).join("<br>"),
    showlegend: false,
  };
}

function textTrace(boxes: readonly Box[], plan: Plan): Data {
  const middle = ({ x, y, width, height }: Rectangle) => [x + width / 2, y + height / 2] as const;
  return {
    type: "scatter",
    mode: "text",
    x: plan.boxes.map((rectangle) => middle(rectangle)[0]),
    y: plan.boxes.map((rectangle) => middle(rectangle)[1]),
    text: boxes.map((box, number) => boxText(box, at(plan.boxes, number).width)),
    textfont: { color: BOX_TEXT, size: 11 },
    hoverinfo: "skip",
    showlegend: false,
  };
}

function boxText({ layer, shape, again }: Box, width: number): string {
  const letters = Math.floor((width - 8) / LETTER_PIXELS);
  const count = again ? 0 : layer.countParams();
  const parameters = again ? "shared weights" : count > 0 ? countText(count) : "";
  const [name, kind, size] = [layer.name, layer.getClassName(), outputShapeText(shape)];
  if (isShort(width)) {
    const sizes = firstThatFits([size, size.replace("batch, ", "")], letters);
    const below = [
      kind,
      sizes,
      firstThatFits([parameters, count > 0 ? count.toLocaleString("en") : "shared"], letters),
    ];
    const lines = below.filter((line) => line !== "").map((line) => shortenText(line, letters));
    return [`<b>${shortenText(name, letters)}</b>`, ...lines].join("<br>");
  }
  const below = [size, parameters].filter((part) => part !== "").join(" · ");
  return `<b>${shortenText(name, letters - kind.length - 2)}</b>  ${shortenText(kind, letters)}<br>${shortenText(below, letters)}`;
}

function headTrace(heads: Plan["heads"]): Data {
  return {
    type: "scatter",
    mode: "markers",
    x: heads.map(([x]) => x),
    y: heads.map(([, y]) => y - HEAD_PIXELS / 2),
    marker: { symbol: "triangle-down", size: HEAD_PIXELS + 1, color: TEXT },
    hoverinfo: "skip",
    showlegend: false,
  };
}

/** An entry of the legend, which no box can be, as each has a trace of its own. */
function legendTrace([name, , kindColour]: (typeof KINDS)[number]): Data {
  return {
    type: "scatter",
    mode: "markers",
    name,
    x: [null],
    y: [null],
    marker: { symbol: "square", size: 12, color: tint(kindColour), line: { color: kindColour, width: 1.5 } },
  };
}

function layerKindOf(layer: DrawnLayer): (typeof KINDS)[number] {
  const inner = innerLayer(layer.getConfig());
  const name = `${inner?.className ?? ""} ${layer.getClassName()}`;
  return KINDS.find(([, known]) => known.test(name)) as (typeof KINDS)[number];
}

/** A layer's options in a line each, its wrapped layer's too; initial values and the like are left out. */
function describeConfig(config: object): string[] {
  const own = Object.entries(config).flatMap(([name, value]) => {
    const plain = Array.isArray(value) ? value.every((part) => typeof part === "number") && value.join(", ") : value;
    return LEFT_OUT.includes(name) || !["number", "string", "boolean"].includes(typeof plain) || plain === false
      ? []
      : [`${name}: ${plain}`];
  });
  const inner = innerLayer(config);
  return inner ? [...own, `layer: ${inner.className}`, ...describeConfig(inner.config)] : own;
}

/** What `bidirectional` and `timeDistributed` are wrapped around. */
function innerLayer(config: object): { className: string; config: object } | undefined {
  return "layer" in config ? (config.layer as { className: string; config: object }) : undefined;
}

function countText(parameters: number): string {
  return `${parameters.toLocaleString("en")} ${parameters === 1 ? "parameter" : "parameters"}`;
}

/** The first text that fits, or the last. */
function firstThatFits(texts: readonly string[], letters: number): string {
  return texts.find((text) => text.length <= letters) ?? lastOf(texts);
}

function shortenText(text: string, letters: number): string {
  return literalText(text.length <= letters ? text : `${text.slice(0, Math.max(0, letters - 1))}…`);
}

// The course as a map: a box for each notebook, lines from what it needs, the share of its exercises that is passed.
import type { Data } from "plotly.js-dist";
import { checkArguments, STRING, STRINGS, settings } from "../arguments";
import { colour, TEXT, tint } from "../colours";
import { at } from "../indexing";
import { displayable } from "../plots/figure/displayable";
import type { Figure } from "../plots/figure/figure";
import { literalText } from "../plots/figure/literal-text";
import { bareAxis, baseLayout, LINE, legendBelow } from "../plots/figure/theme";
import { type CourseNotebook, courseNotebooks, FOLDER } from "./course-notebooks";
import { type Passed, readPassed } from "./passed";

/** What {@link courseMap} can be asked for. */
export interface CourseMapOptions {
  /** The folder of the notebooks. Default: that of the course. */
  folder?: string;
  /** The sections of a way through the course, such as `["2.1", "2.2", "4"]`: the others stand back. Default: all. */
  path?: readonly string[];
  /** Over the map. Default: how many notebooks, hours to read and exercises passed are on the way. */
  title?: string;
}

const BOX = { width: 114, height: 66 };
/** Across, as wide as there is room for the lines between. */
const GAP = { widest: 40, narrowest: 14, down: 14 };
/** No wider than what JupyterLab gives an output on a small laptop. */
const WIDEST = 820;
/** Before a box, where lines turn towards it. */
const BEND = 16;
const EDGE = 4;
const MARGIN = { l: 8, r: 8, t: 56, b: 44 };
const LETTERS = 18;
const BOX_TEXT = "#1a1a1a";
const STANDS_BACK = 0.25;

const STATES = [
  { name: "nothing passed yet", colour: "#808080", is: (share: number) => share === 0 },
  { name: "begun", colour: colour(4), is: (share: number) => share > 0 && share < 1 },
  { name: "all exercises passed", colour: colour(2), is: (share: number) => share === 1 },
];

interface Placed extends CourseNotebook {
  readonly done: number;
  readonly x: number;
  readonly y: number;
}

/**
 * A map of the course: from left to right what needs what, as the notebooks say it themselves ("You need"), with how many
 * exercises of each are passed (see {@link progress}). Under the mouse a box says how long it takes and what it needs.
 *
 * @throws RangeError for an empty path, or a section of it that has no notebook in the folder.
 * @throws Error when there is no notebook of the course in the folder.
 *
 * @example
 * ```ts
 * courseMap({ path: ["0", "2.1", "2.2", "4"] })
 * ```
 */
export function courseMap(options: CourseMapOptions = {}): Figure {
  checkArguments("courseMap", { options }, { options: settings({ folder: FOLDER, path: STRINGS, title: STRING }) });
  const notebooks = courseNotebooks(options.folder);
  const sections = notebooks.map(({ section }) => section);
  const { path = sections } = options;
  if (path.length === 0)
    throw new RangeError(`courseMap: the path is empty, []. Give sections, such as ["2.1", "2.2"], or leave it out.`);
  const missing = path.find((section) => !sections.includes(section));
  if (missing !== undefined)
    throw new RangeError(`courseMap: the path holds ${JSON.stringify(missing)}; there are ${sections.join(", ")}.`);
  const placed = place(notebooks, readPassed());
  const onPath = ({ section }: CourseNotebook) => path.includes(section);
  const parts = path.length < sections.length ? [false, true] : [true];
  const title = options.title ?? titleOf(placed.filter(onPath));
  const right = Math.max(...placed.map(({ x }) => x)) + BOX.width;
  const bottom = Math.max(...placed.map(({ y }) => y)) + BOX.height;
  return displayable({
    data: [
      ...placed.map((notebook) => box(notebook, onPath(notebook))),
      ...[true, false].map((of) =>
        texts(
          placed.filter((notebook) => onPath(notebook) === of),
          of,
        ),
      ),
      ...STATES.map(
        ({ name, colour }): Data => ({
          ...{ type: "scatter", mode: "markers", name, x: [null], y: [null] },
          marker: { symbol: "square", size: 12, color: tint(colour), line: { color: colour, width: 1.5 } },
        }),
      ),
    ],
    layout: {
      ...baseLayout(title, {
        width: right + 2 * EDGE + MARGIN.l + MARGIN.r,
        height: bottom + 2 * EDGE + MARGIN.t + MARGIN.b,
      }),
      margin: MARGIN,
      legend: { ...legendBelow().legend, itemclick: false, itemdoubleclick: false },
      showlegend: true,
      hovermode: "closest",
      hoverlabel: { align: "left", font: { color: BOX_TEXT } },
      xaxis: { ...bareAxis(), range: [-EDGE, right + EDGE] },
      yaxis: { ...bareAxis(), range: [bottom + EDGE, -EDGE] },
      shapes: parts.map((both) => ({
        type: "path",
        layer: "below",
        path: lines(placed, (from, to) => (path.includes(from) && path.includes(to)) === both),
        line: both ? { color: TEXT, width: 1.5 } : { color: LINE, width: 1 },
      })),
    },
  });
}

function titleOf(notebooks: readonly Placed[]): string {
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
  const hours = Math.round(sum(notebooks.map(({ minutes }) => minutes)) / 60);
  const done = sum(notebooks.map((notebook) => notebook.done));
  const all = sum(notebooks.map(({ exercises }) => exercises.length));
  return `${notebooks.length} notebooks, about ${hours} hours to read, ${done} of ${all} exercises passed`;
}

/** A column for each length of the longest chain of needs; within it in the order of the sections. */
function place(notebooks: readonly CourseNotebook[], passed: Passed): Placed[] {
  const columns = columnsOf(notebooks);
  const heights = new Map<number, number>();
  const cells = notebooks.map(({ section }) => {
    const column = columns.get(section) ?? 0;
    const row = heights.get(column) ?? 0;
    heights.set(column, row + 1);
    return { column, row };
  });
  const highest = Math.max(...heights.values());
  const room = (WIDEST - MARGIN.l - MARGIN.r - 2 * EDGE - heights.size * BOX.width) / Math.max(1, heights.size - 1);
  const across = BOX.width + Math.max(GAP.narrowest, Math.min(GAP.widest, room));
  return notebooks.map((notebook, i) => {
    const { column, row } = at(cells, i);
    const above = (highest - (heights.get(column) ?? 0)) / 2;
    return {
      ...notebook,
      done: notebook.exercises.filter((exercise) => passed[notebook.section]?.includes(exercise)).length,
      x: column * across,
      y: (above + row) * (BOX.height + GAP.down),
    };
  });
}

/** By section: how many notebooks have to come one after the other before it. */
function columnsOf(notebooks: readonly CourseNotebook[]): Map<string, number> {
  const columns = new Map<string, number>();
  const visit = (section: string, before: readonly string[]): number => {
    if (before.includes(section))
      throw new Error(
        `The notebooks ${[...before, section].join(", ")} need each other in a circle. Mend their "You need".`,
      );
    const known = columns.get(section);
    if (known !== undefined) return known;
    const needs = notebooks.find((notebook) => notebook.section === section)?.needs ?? [];
    const column = Math.max(0, ...needs.map((needed) => 1 + visit(needed, [...before, section])));
    columns.set(section, column);
    return column;
  };
  for (const { section } of notebooks) visit(section, []);
  return columns;
}

/** Filled, so that the whole box answers the mouse. */
function box({ section, title, needs, minutes, exercises, done, x, y }: Placed, onPath: boolean): Data {
  const share = exercises.length === 0 ? 0 : done / exercises.length;
  const state = STATES.find(({ is }) => is(share))?.colour ?? TEXT;
  const lines = [
    `${section} ${title}`,
    `${minutes} minutes to read`,
    needs.length > 0 ? `needs ${needs.join(", ")}` : "needs no other notebook",
    `${done} of ${exercises.length} exercises passed`,
  ];
  return {
    type: "scatter",
    mode: "lines",
    x: [x, x + BOX.width, x + BOX.width, x, x],
    y: [y, y, y + BOX.height, y + BOX.height, y],
    fill: "toself",
    fillcolor: tint(state),
    line: { color: state, width: 1.5 },
    opacity: onPath ? 1 : STANDS_BACK,
    hoveron: "fills",
    hoverinfo: "text",
    text: lines.map(literalText).join("<br>"),
    showlegend: false,
  };
}

function texts(notebooks: readonly Placed[], onPath: boolean): Data {
  return {
    type: "scatter",
    mode: "text",
    x: notebooks.map(({ x }) => x + BOX.width / 2),
    y: notebooks.map(({ y }) => y + BOX.height / 2),
    text: notebooks.map(({ section, title, exercises, done }) =>
      [`<b>${section}</b>`, ...inLines(title).map(literalText), `${done} of ${exercises.length}`].join("<br>"),
    ),
    textfont: { color: onPath ? BOX_TEXT : TEXT, size: 11 },
    hoverinfo: "skip",
    showlegend: false,
  };
}

/** One line, or two of words that fit into a box. */
function inLines(title: string): string[] {
  if (title.length <= LETTERS) return [title];
  const blank = title.lastIndexOf(" ", LETTERS);
  const [first, second] = blank > 0 ? [title.slice(0, blank), title.slice(blank + 1)] : [title, ""];
  return [first, second]
    .filter(Boolean)
    .map((line) => (line.length <= LETTERS ? line : `${line.slice(0, LETTERS - 1)}…`));
}

/** From right edges to left edges; what another need of the same notebook brings along has no line of its own. */
function lines(notebooks: readonly Placed[], drawn: (from: string, to: string) => boolean): string {
  const bySection = new Map(notebooks.map((notebook) => [notebook.section, notebook]));
  const reaches = (section: string, sought: string): boolean =>
    (bySection.get(section)?.needs ?? []).some((needed) => needed === sought || reaches(needed, sought));
  return notebooks
    .flatMap(({ section, needs, x, y }) =>
      needs
        .filter(
          (needed) => drawn(needed, section) && !needs.some((other) => other !== needed && reaches(other, needed)),
        )
        .map((needed) => {
          const from = bySection.get(needed);
          if (from === undefined) return "";
          const [startX, startY] = [from.x + BOX.width, from.y + BOX.height / 2];
          const [endX, endY] = [x, y + BOX.height / 2];
          const middle = endX - BEND;
          return `M${startX},${startY}C${middle},${startY} ${middle},${endY} ${endX},${endY}`;
        }),
    )
    .join("");
}

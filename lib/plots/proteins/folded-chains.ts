// Chains of proteins in space, which turn.

import type { Data } from "plotly.js-dist";
import { byName, checkArguments, list, STRING, settings } from "../../arguments";
import { colour } from "../../colours";
import { at } from "../../indexing";
import { middleOf, minus, POINTS, type Point } from "../../proteins/points";
import { type Moment, withMoments } from "../figure/animation";
import { roundToDigits } from "../figure/digits";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { literalName, literalText } from "../figure/literal-text";
import { baseLayout, legendBelow } from "../figure/theme";

/** What {@link foldedChains} can be asked for. */
export interface FoldedChainsOptions {
  /** Over the figure. Default "Chains". */
  title?: string;
  /** What each residue is called, for who points at it. Default: its number, from 1. */
  residues?: readonly string[];
}

const [MOST_CHAINS, MOST_RESIDUES] = [4, 1000];
/** Of a whole turn, in as many moments. */
const [TURN, MOMENTS] = [360, 24];

/**
 * Chains in space, each as a line through the Cα of its residues, which begins at a ball. Drag
 * to turn it, or let it turn by the button below. Lay chains on each other first, by {@link superpose}.
 *
 * @param chains a place for each residue, by the name of the chain; all of them are equally long.
 * @throws RangeError for no chain, more than 4, chains of different lengths, or of fewer than 2 or more than 1,000 residues.
 *
 * @example
 * ```ts
 * const { structure } = await loadProteinFamily("rhomboids")
 * foldedChains({ crystal: structure.map(({ alpha }) => alpha) }, { title: "Six helices in a membrane" })
 * ```
 */
export function foldedChains(
  chains: Readonly<Record<string, readonly Point[]>>,
  options: FoldedChainsOptions = {},
): Figure {
  checkArguments(
    "foldedChains",
    { chains, options },
    {
      chains: byName("chains by their names", POINTS),
      options: settings({ title: STRING, residues: list("names of residues", STRING) }),
    },
  );
  const all = Object.entries(chains);
  const size = all[0]?.[1].length ?? 0;
  const uneven = all.find(([, points]) => points.length !== size);
  if (all.length === 0 || all.length > MOST_CHAINS || size < 2 || size > MOST_RESIDUES || uneven)
    throw new RangeError(
      `foldedChains draws 1 to ${MOST_CHAINS} chains of 2 to ${MOST_RESIDUES} residues, all of one length; ${all.length} were given, the first of ` +
        `${size}${uneven ? `, ${uneven[0]} of ${uneven[1].length}` : ""}.`,
    );
  const { title = "Chains", residues = Array.from({ length: size }, (_, i) => String(i + 1)) } = options;
  if (residues.length !== size)
    throw new RangeError(
      `foldedChains: there are ${residues.length} names of residues for chains of ${size}; give one for each, or none.`,
    );
  const middle = middleOf(all.flatMap(([, points]) => points));
  const centred = all.map(([, points]) => points.map((point) => minus(point, middle)));
  const reach = centred.flat().reduce((most, point) => Math.max(most, Math.hypot(...point)), 1);
  const text = residues.map(literalText);
  const data = all.map(
    ([name], number): Data => ({
      type: "scatter3d",
      mode: "lines+markers",
      name: literalName(name),
      text,
      hovertemplate: "%{text}<extra>%{fullData.name}</extra>",
      line: { color: colour(number), width: 7 },
      // The beginning alone has a ball.
      marker: { color: colour(number), size: text.map((_, i) => (i === 0 ? 7 : 0.1)), line: { width: 0 } },
    }),
  );
  const moments = Array.from({ length: MOMENTS + 1 }, (_, moment): Moment => {
    const degrees = (moment * TURN) / MOMENTS;
    return {
      label: `${degrees}°`,
      data: centred.map((points) => coordinates(turned(points, (degrees * Math.PI) / 180))),
    };
  });
  const ends: [number, number] = [-reach, reach];
  const hidden = { visible: false, range: ends };
  const { plot_bgcolor: _, ...layout } = baseLayout(title, { width: 760, height: 600 }); // there is no plane
  const figure: Figure = {
    data,
    layout: {
      ...layout,
      margin: { l: 8, r: 8, t: 56, b: 48 },
      ...legendBelow(),
      scene: {
        ...{ xaxis: hidden, yaxis: hidden, zaxis: hidden, aspectmode: "cube" },
        camera: { eye: { x: 0, y: -1.25, z: 0.35 } },
        dragmode: "orbit",
      },
    },
  };
  return displayable(withMoments(figure, [...data.keys()], moments, "turned by "));
}

/** About the axis that stands upright. */
function turned(points: readonly Point[], angle: number): Point[] {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return points.map(([x, y, z]) => [c * x - s * y, s * x + c * y, z]);
}

function coordinates(points: readonly Point[]): Data {
  const along = (axis: number): number[] => points.map((point) => roundToDigits(at(point, axis), 3));
  return { x: along(0), y: along(1), z: along(2) };
}

// The contacts of a protein as a map: those of the crystal above the diagonal, those that were predicted below it.

import type { Data } from "plotly.js-dist";
import { checkArguments, countFrom, NUMBER, STRING, settings } from "../../arguments";
import { PALETTE } from "../../colours";
import { at } from "../../indexing";
import { CONTACTS, type ResidueContact } from "../../proteins/contacts";
import { distance } from "../../proteins/points";
import { RESIDUES, type Residue } from "../../proteins/structure";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { literalText } from "../figure/literal-text";
import { axis, baseLayout, legendBelow } from "../figure/theme";

/** What {@link contactMap} can be asked for. */
export interface ContactMapOptions {
  /** Over the figure. Default "Contacts". */
  title?: string;
  /** How near Cβ is to Cβ in a contact, in ångströms. Default 8. */
  below?: number;
  /** How far apart in the chain two residues are at least. Default 6. */
  apart?: number;
}

const MOST_RESIDUES = 1000;

/**
 * A map of contacts: a dot above the diagonal for each pair of residues that touch in the crystal, below it one for each that was
 * predicted. A perfect prediction mirrors the upper half. Stripes that run like the diagonal are parallel strands, stripes across it strands
 * that go against each other.
 *
 * @param contacts from {@link topContacts}.
 * @param structure the residue of the crystal at each position.
 * @throws RangeError for no residue or more than 1,000, or a contact between positions that there are not.
 *
 * @example
 * ```ts
 * const { structure } = await loadProteinFamily("DHFR")
 * contactMap([{ i: 7, j: 60, score: 1 }], structure, { title: "One contact, and all those of the crystal" })
 * ```
 */
export function contactMap(
  contacts: readonly ResidueContact[],
  structure: readonly Residue[],
  options: ContactMapOptions = {},
): Figure {
  checkArguments(
    "contactMap",
    { contacts, structure, options },
    {
      contacts: CONTACTS,
      structure: RESIDUES,
      options: settings({ title: STRING, below: NUMBER, apart: countFrom(0) }),
    },
  );
  const { title = "Contacts", below = 8, apart = 6 } = options;
  if (!(below > 0))
    throw new RangeError(`contactMap: below is ${below}; it is a distance above 0, in ångströms. 8 is usual.`);
  const size = structure.length;
  const other = contacts.find(({ i, j }) => i >= size || j >= size);
  if (size === 0 || size > MOST_RESIDUES || other)
    throw new RangeError(
      `contactMap draws 1 to ${MOST_RESIDUES} residues; ${size} were given` +
        `${other ? `, and a contact between positions ${other.i} and ${other.j}` : ""}.`,
    );
  const touches = (i: number, j: number): boolean => distance(at(structure, i).beta, at(structure, j).beta) < below;
  const pairs = structure.flatMap((one, j) =>
    structure.slice(0, j).flatMap((two, i) => (one.place - two.place >= apart && touches(i, j) ? [{ i, j }] : [])),
  );
  const [right, wrong] = [true, false].map((touching) => contacts.filter(({ i, j }) => touches(i, j) === touching));
  const name = (position: number): string => {
    const { aminoAcid, number } = at(structure, position);
    return literalText(`${aminoAcid}${number}`);
  };
  /** Rows are numbered downwards: above the diagonal the column is the greater one. */
  const dots = (
    label: string,
    list: readonly Pick<ResidueContact, "i" | "j">[] | undefined,
    upper: boolean,
    marker: object,
  ): Data => ({
    type: "scatter",
    mode: "markers",
    name: label,
    x: (list ?? []).map(({ i, j }) => (upper ? Math.max(i, j) : Math.min(i, j))),
    y: (list ?? []).map(({ i, j }) => (upper ? Math.min(i, j) : Math.max(i, j))),
    text: (list ?? []).map(({ i, j }) => `${name(i)} and ${name(j)}`),
    hovertemplate: "%{text}<extra>%{fullData.name}</extra>",
    marker: { size: 5, ...marker },
  });
  const layout = baseLayout(title, { width: 620, height: 660 });
  const ends: [number, number] = [-1.5, size + 0.5];
  return displayable({
    data: [
      dots("in the crystal", pairs, true, { color: "#808080", symbol: "square" }),
      dots("predicted, right", right, false, { color: PALETTE[0], symbol: "square" }),
      dots("predicted, wrong", wrong, false, { color: PALETTE[1], symbol: "x" }),
    ],
    layout: {
      ...layout,
      margin: { ...layout.margin, b: 100 },
      ...legendBelow(),
      hovermode: "closest",
      xaxis: { ...axis("position"), range: ends, constrain: "domain" },
      yaxis: { ...axis("position"), range: [ends[1], ends[0]], scaleanchor: "x", constrain: "domain" },
    },
  });
}

// Names and titles in a figure are shown as they are written. Plotly reads its texts for more than that: tags (`<b>`), entities
// (`&amp;`), formulas between dollar signs, and, in what it shows under the mouse, `%{x}`. A name may hold any of them.

/** A text in the form in which Plotly shows it as it is written; a line break stays one. */
export function literalText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("$", "&#36;")
    .replaceAll("%{", "&#37;{")
    .replace(/\r\n|\r|\n/g, "<br>");
}

/** A name of more characters stands in several lines: beside it, little would be left for the figure. */
const LONGEST_LINE = 40;

/** A name as it is written; a very long one in lines, broken after a blank where there is one. */
export function literalName(name: string): string {
  return name.split("\n").flatMap(shortLines).map(literalText).join("<br>");
}

function shortLines(line: string): string[] {
  const lines: string[] = [];
  let rest = Array.from(line);
  while (rest.length > LONGEST_LINE) {
    const blank = rest.lastIndexOf(" ", LONGEST_LINE - 1);
    const end = blank > LONGEST_LINE / 2 ? blank + 1 : LONGEST_LINE;
    lines.push(rest.slice(0, end).join(""));
    rest = rest.slice(end);
  }
  return [...lines, rest.join("")];
}

/**
 * Texts for an axis, each of them a place of its own: Plotly takes what is written alike for the same place, so that a zero-width
 * space more sets each repeated one apart.
 */
export function distinct(texts: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return texts.map((text) => {
    const before = seen.get(text) ?? 0;
    seen.set(text, before + 1);
    return text + "\u200B".repeat(before);
  });
}

/** A text in which `<br>` begins a new line, and all else is as it is written. */
export function literalLines(text: string): string {
  return text.split("<br>").map(literalText).join("<br>");
}

/** The same for the axes of a scene, whose texts know tags but no entities: what follows a `<` is parted from it, unseen. */
export function literalTextInSpace(text: string): string {
  return text.replaceAll("<", "<\u200B");
}

/** What a text of a figure says, for where there is no figure. */
export function plainTextOf(text: string): string {
  return text
    .replaceAll("<br>", " ")
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

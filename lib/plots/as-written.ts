// Names and titles in a figure are shown as they are written. Plotly reads its texts for more than that: tags (`<b>`), entities
// (`&amp;`), formulas between dollar signs, and, in what it shows under the mouse, `%{x}`. A name may hold any of them.

/** A text in the form in which Plotly shows it as it is written; a line break stays one. */
export function asWritten(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("$", "&#36;")
    .replaceAll("%{", "&#37;{")
    .replace(/\r\n|\r|\n/g, "<br>");
}

/** A text in which `<br>` begins a new line, and all else is as it is written. */
export function asWrittenLines(text: string): string {
  return text.split("<br>").map(asWritten).join("<br>");
}

/** The same for the axes of a scene, whose texts know tags but no entities: what follows a `<` is parted from it, unseen. */
export function asWrittenInSpace(text: string): string {
  return text.replaceAll("<", "<\u200B");
}

/** What a text of a figure says, for where there is no figure. */
export function asSaid(text: string): string {
  return text
    .replaceAll("<br>", " ")
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

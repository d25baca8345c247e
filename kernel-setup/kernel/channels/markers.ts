// Markers in the bytes of file descriptors 1 and 2: the main thread writes one to say "up to here", the channels' thread
// takes it out again.

const EDGE = "\u001e";
const NAME = "cellwise-marker-";

/** The longest a marker can be. */
export const MARKER_LENGTH = 40;

export function markerText(marker: number): string {
  return `${EDGE}${NAME}${marker}${EDGE}`;
}

/** Splits text at its first marker; undefined when it has none. */
export function splitAtMarker(text: string): { before: string; marker: number; after: string } | undefined {
  const start = text.indexOf(EDGE + NAME);
  const end = start < 0 ? -1 : text.indexOf(EDGE, start + 1);
  if (end < 0) return undefined;
  const marker = Number(text.slice(start + EDGE.length + NAME.length, end));
  return { before: text.slice(0, start), marker, after: text.slice(end + 1) };
}

/** Where the beginning of a marker may be whose end has not come yet; -1 when nowhere. */
export function startOfMarker(text: string): number {
  const start = text.lastIndexOf(EDGE);
  return start >= 0 && text.length - start < MARKER_LENGTH ? start : -1;
}

export function withoutMarkers(text: string): string {
  let rest = text;
  for (let split = splitAtMarker(rest); split !== undefined; split = splitAtMarker(rest))
    rest = split.before + split.after;
  return rest;
}

// What is too long for a notebook is cut, with a line that says so.

/** The text, or its beginning and how long it was. */
export function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${beginning(text, limit)}\n… cut: ${text.length} characters in all`;
}

/** The lines, or the first of them and how much there was. */
export function cutLines(lines: string[], limit: number): string[] {
  let length = 0;
  for (const [index, line] of lines.entries()) {
    length += line.length + 1;
    if (length <= limit) continue;
    const all = lines.reduce((sum, each) => sum + each.length + 1, 0);
    return [...lines.slice(0, index), `… cut: ${lines.length} lines, ${all} characters in all`];
  }
  return lines;
}

/** The first characters; no half of a character that UTF-16 writes in two. */
function beginning(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

// Tokens as figures write them: blanks that one can see, and nothing that Plotly takes for markup.

/** `␣whale` for ` whale`, `⏎` for the end of a line. */
export function writtenToken(token: string): string {
  return tokenInLine(token.replaceAll(" ", "␣"));
}

/** A token as it stands in a line of text: its blanks are blanks, only what would leave the line is a sign. */
export function tokenInLine(token: string): string {
  const signs = token.replace(/\r\n|\r|\n/g, "⏎").replaceAll("\t", "⇥");
  // Plotly knows these three, and shows a &quot; as it stands.
  return signs.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * Written tokens for an axis, which takes what is written alike for the same place: a zero-width space more sets each repeated
 * one apart.
 */
export function distinctTokens(tokens: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return tokens.map((token) => {
    const before = seen.get(token) ?? 0;
    seen.set(token, before + 1);
    return writtenToken(token) + "\u200B".repeat(before);
  });
}

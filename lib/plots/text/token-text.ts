// Tokens as figures write them: blanks that one can see, and nothing that Plotly takes for markup.
import { asWritten } from "../figure/literal-text";

/** `␣whale` for ` whale`, `⏎` for the end of a line. */
export function writtenToken(token: string): string {
  return tokenInLine(token.replaceAll(" ", "␣"));
}

/** A token as it stands in a line of text: its blanks are blanks, only what would leave the line is a sign. */
export function tokenInLine(token: string): string {
  const signs = token.replace(/\r\n|\r|\n/g, "⏎").replaceAll("\t", "⇥");
  return asWritten(signs);
}

/**
 * Written tokens for an axis, which takes what is written alike for the same place: a zero-width space more sets each repeated
 * one apart.
 */
export function distinctTokens(tokens: readonly string[]): string[] {
  return distinct(tokens.map(writtenToken));
}

/** Texts for an axis, each of them a place of its own, as {@link distinctTokens}. */
export function distinct(texts: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return texts.map((text) => {
    const before = seen.get(text) ?? 0;
    seen.set(text, before + 1);
    return text + "\u200B".repeat(before);
  });
}

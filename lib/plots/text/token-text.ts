// Tokens as figures write them: blanks that one can see, and nothing that Plotly takes for markup.
import { distinct, literalText } from "../figure/literal-text";

/** `␣whale` for ` whale`, `⏎` for the end of a line. */
export function visibleToken(token: string): string {
  return tokenInLine(token.replaceAll(" ", "␣"));
}

/** A token as it stands in a line of text: its blanks are blanks, only what would leave the line is a sign. */
export function tokenInLine(token: string): string {
  const signs = token.replace(/\r\n|\r|\n/g, "⏎").replaceAll("\t", "⇥");
  return literalText(signs);
}

/** Written tokens for an axis, each of them a place of its own. */
export function distinctTokens(tokens: readonly string[]): string[] {
  return distinct(tokens.map(visibleToken));
}

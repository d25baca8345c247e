// HTML written by hand needs one thing only: text that cannot be taken for markup.

/** The text with the characters that mean something in HTML made harmless. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

// What was thrown may be anything; these take out of it what an error has.

/** The message of an error, or what was thrown as text. */
export function messageOf(thrown: unknown): string {
  return typeof thrown === "object" && thrown !== null && "message" in thrown ? String(thrown.message) : String(thrown);
}

/** The code of an error of the system's, as "ENOENT". */
export function codeOf(thrown: unknown): string | undefined {
  return typeof thrown === "object" && thrown !== null && "code" in thrown ? String(thrown.code) : undefined;
}

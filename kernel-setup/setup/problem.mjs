// Errors meant for the person at the terminal: the whole story in the message, no stack.

/** Something that a person can mend: the message says what was found, what is needed, and what to do. */
export class Problem extends Error {
  forPeople = true;
  /** @param {string} message @param {number} [exitCode] */
  constructor(message, exitCode = 1) {
    super(message);
    this.name = "Problem";
    this.exitCode = exitCode;
  }
}

/** Ctrl-C, or a polite request to end. */
export class Interrupted extends Problem {
  /** @param {string} during @param {NodeJS.Signals} signal */
  constructor(during, signal) {
    super(`Interrupted during "${during}". The next run goes on from there.`, signal === "SIGINT" ? 130 : 143);
    this.name = "Interrupted";
  }
}

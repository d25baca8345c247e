// What set-up says while it works: a line when a step starts, a moving one while it runs, a line when it ends.

/** @typedef {(done: number, total: number, unit: string) => void} Progress */

const REDRAW_EVERY_MS = 100;
const PLAIN_EVERY_MS = 5_000;

/** @param {number} milliseconds */
export const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

/** Prints the steps of one set-up to a terminal, or plainly to a file or pipe. */
export class Reporter {
  #stream;
  #lastDrawn = 0;
  #lineOpen = false;

  /** @param {NodeJS.WriteStream} [stream] */
  constructor(stream = process.stderr) {
    this.#stream = stream;
  }

  /** @param {string} text */
  line(text) {
    this.#clear();
    this.#stream.write(`${text}\n`);
  }

  /**
   * How far a step is: redrawn in place on a terminal, a plain line now and then elsewhere.
   *
   * @param {string} label
   * @returns {Progress}
   */
  progress(label) {
    this.#lastDrawn = Date.now();
    return (done, total, unit) => {
      const now = Date.now();
      if (now - this.#lastDrawn < (this.#stream.isTTY ? REDRAW_EVERY_MS : PLAIN_EVERY_MS)) return;
      this.#lastDrawn = now;
      const share = Math.min(1, total > 0 ? done / total : 0);
      const figures = `${Math.round(done)} of ${Math.round(total)} ${unit}`;
      if (!this.#stream.isTTY) {
        this.#stream.write(`${label}: ${figures}\n`);
        return;
      }
      const text = `${Math.floor(share * 100)} %, ${figures}`;
      const room = (this.#stream.columns || 80) - label.length - text.length - 6; // spaces, brackets, the last column
      const filled = Math.round(share * Math.min(24, room));
      const bar = room < 4 ? "" : `[${"#".repeat(filled)}${".".repeat(Math.min(24, room) - filled)}] `;
      this.#redraw(`${label} ${bar}${text}`);
    };
  }

  /**
   * On a terminal, counts the seconds of a step that cannot say how far it is.
   *
   * @param {string} label
   * @returns {() => void} ends the counting
   */
  count(label) {
    if (!this.#stream.isTTY) return () => {};
    const start = Date.now();
    const clock = setInterval(() => {
      if (Date.now() - this.#lastDrawn >= 900)
        this.#redraw(`${label} ... ${Math.round((Date.now() - start) / 1000)} s`);
    }, 1000);
    return () => clearInterval(clock);
  }

  /** @param {string} text */
  #redraw(text) {
    this.#clear();
    this.#stream.write(text);
    this.#lineOpen = true;
  }

  #clear() {
    if (this.#lineOpen) this.#stream.write("\r\x1b[2K");
    this.#lineOpen = false;
  }
}

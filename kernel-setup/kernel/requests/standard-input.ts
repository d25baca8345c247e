// `process.stdin` of cells: a stream whose lines are asked for, each when somebody reads and not before.
import { Readable } from "node:stream";
import { kernelTimers } from "../kernel-timers";

/** How long a reader has to say that it has read enough, in milliseconds. */
const SETTLING = 10;

export class StandardInput extends Readable {
  readonly fd = 0;
  readonly isTTY = false;
  /** Whether a line is wanted that nobody has been asked for yet. */
  #wished = false;
  /** The cell that has paused it. */
  #pausedIn: number | undefined;

  /**
   * @param cell the cell whose code runs, unless it has ended: what an earlier one has left open (a readline interface that
   * nobody has closed) asks nobody.
   * @param ask asks for a line.
   */
  constructor(
    readonly cell: () => number | undefined,
    readonly ask: () => Promise<string>,
  ) {
    super({ highWaterMark: 0 });
    const settle = (): void => void kernelTimers.setTimeout(() => this.#grant(), SETTLING);
    this.on("resume", settle);
    this.on("newListener", (event) => {
      if (event !== "readable" && event !== "data") return;
      // A pause is over with its cell: closing a readline interface is one.
      if (event === "data" && this.isPaused() && this.#pausedIn !== this.cell()) this.resume();
      // Who begins to read finds that a line was wanted already when the reader before had enough.
      settle();
    });
  }

  override pause(): this {
    this.#pausedIn = this.cell();
    return super.pause();
  }

  override _read(): void {
    this.#wished = true;
    kernelTimers.setTimeout(() => this.#grant(), SETTLING);
  }

  /** Line by line, each asked for when the loop comes to it. A loop that ends leaves the stream to the next one. */
  override async *[Symbol.asyncIterator](): NodeJS.AsyncIterator<unknown, undefined, unknown> {
    for (;;) {
      if (this.readableLength > 0) yield this.read();
      else if (this.destroyed || this.readableEnded) return;
      else {
        const line = Buffer.from(await this.ask());
        yield this.readableEncoding === null ? line : line.toString(this.readableEncoding);
      }
    }
  }

  #grant(): void {
    const flows = this.readableFlowing === true && this.listenerCount("data") > 0;
    const reads = flows || this.listenerCount("readable") > 0;
    if (!this.#wished || !reads || this.cell() === undefined) return;
    this.#wished = false;
    this.ask().then(
      (line) => this.push(line),
      (error: unknown) => {
        // The next cell may read again.
        this.#wished = true;
        this.emit("error", error);
      },
    );
  }
}

// Asking the person at the notebook: `prompt()`, and standard input for whatever reads that.
import { Readable } from "node:stream";
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { type Cell, type Cells, KeyboardInterrupt } from "../cells/cell";
import { enter, Flags, Phase, type PostToChannels } from "../link";
import { kernelTimers } from "../originals";

/** How long a reader has to say that it has read enough, in milliseconds. */
const SETTLING = 10;

export interface InputParts {
  cells: Cells;
  flags: Int32Array;
  inputReplies: MessagePort;
  postToChannels: PostToChannels;
  /** Shows what was printed so far: it may be the question. */
  flush: () => void;
}

export class Input {
  #stdin: StandardInput | undefined;

  constructor(readonly parts: InputParts) {}

  install(): void {
    const ask = (message = "", options: { password?: boolean } = {}): string =>
      this.ask(String(message), options.password === true);
    Object.assign(globalThis, { prompt: ask });
    Object.defineProperty(process, "stdin", { configurable: true, enumerable: true, get: () => this.#standardInput() });
  }

  /** Standard input; a new one where a cell has ended the last. */
  #standardInput(): StandardInput {
    if (this.#stdin === undefined || this.#stdin.destroyed || this.#stdin.readableEnded) {
      this.#stdin = new StandardInput(
        () => {
          const running = Atomics.load(this.parts.flags, Flags.running);
          return running === this.parts.cells.current()?.number ? running : undefined;
        },
        () => this.#line(),
      );
    }
    return this.#stdin;
  }

  /**
   * Asks, and waits for the answer.
   *
   * @throws when the front end cannot be asked, as in an automatic run.
   */
  ask(message: string, password = false): string {
    const { flags, inputReplies } = this.parts;
    const cell = this.#cell();
    const phase = enter(flags, Phase.asking);
    try {
      this.#request(cell, message, password);
      Atomics.wait(flags, Flags.input, 0);
    } finally {
      Atomics.store(flags, Flags.phase, phase);
    }
    if (Atomics.load(flags, Flags.input) === 2) throw new KeyboardInterrupt();
    return String(receiveMessageOnPort(inputReplies)?.message ?? "");
  }

  /** A line for standard input. */
  async #line(): Promise<string> {
    const cell = this.#cell();
    const { inputReplies } = this.parts;
    return new Promise<string>((resolve, reject) => {
      const forget = cell.onInterrupt(() => {
        inputReplies.off("message", onAnswer);
        reject(new KeyboardInterrupt());
      });
      const onAnswer = (text: string): void => {
        forget();
        resolve(`${text}\n`);
      };
      inputReplies.once("message", onAnswer);
      this.#request(cell, "", false);
    });
  }

  #cell(): Cell {
    const cell = this.parts.cells.current();
    if (cell?.request.allowStdin) return cell;
    throw new Error("Nobody can be asked here: the front end takes no input (allow_stdin is false).");
  }

  #request(cell: Cell, message: string, password: boolean): void {
    const { flags, inputReplies, flush, postToChannels } = this.parts;
    flush();
    // An answer that came after an interrupt belongs to a question that nobody asks any more.
    while (receiveMessageOnPort(inputReplies) !== undefined);
    Atomics.store(flags, Flags.input, 0);
    // After the line above an interrupt wakes who waits; one that came before must not be lost.
    if (cell.hasInterruptRequest()) throw new KeyboardInterrupt();
    const content = JSON.stringify({ prompt: message, password });
    postToChannels({ kind: "input", to: cell.request.identities, parent: cell.request.parent, content });
  }
}

/** `process.stdin` of cells: a stream whose lines are asked for, each when somebody reads and not before. */
class StandardInput extends Readable {
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

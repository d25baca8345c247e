// Asking the person at the notebook: `prompt()`, and standard input for whatever reads that.
import { Readable } from "node:stream";
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { type Cell, type Cells, KeyboardInterrupt } from "../cells/cell";
import { ownTimers } from "../cells/timers";
import { Flags, Phase, type Tell } from "../link";

/** How long a reader of standard input has to say that it has read enough, in milliseconds. */
const SETTLING = 10;

export interface InputParts {
  cells: Cells;
  flags: Int32Array;
  answers: MessagePort;
  tell: Tell;
  /** Shows what was printed so far: it may be the question. */
  flush: () => void;
}

export class Input {
  /** Whether standard input was asked for a line that nobody has been asked for yet. */
  #wished = false;

  constructor(readonly parts: InputParts) {}

  install(): void {
    const ask = (message = "", options: { password?: boolean } = {}): string =>
      this.ask(String(message), options.password === true);
    Object.assign(globalThis, { prompt: ask });
    // Nothing is asked ahead: a line is asked for while somebody reads, and only then.
    const wish = (): void => {
      this.#wished = true;
      ownTimers.setTimeout(grant, SETTLING);
    };
    const grant = (): void => {
      const reads = stdin.readableFlowing === true || stdin.listenerCount("readable") > 0;
      if (!this.#wished || !reads) return;
      this.#wished = false;
      void this.#read(stdin);
    };
    const stdin: Readable = new Readable({ highWaterMark: 0, read: wish });
    stdin.on("resume", () => ownTimers.setTimeout(grant, SETTLING));
    Object.assign(stdin, { fd: 0, isTTY: false });
    Object.defineProperty(process, "stdin", { configurable: true, enumerable: true, get: () => stdin });
  }

  /**
   * Asks, and waits for the answer.
   *
   * @throws when the front end cannot be asked, as in an automatic run.
   */
  ask(message: string, password = false): string {
    const { flags, answers } = this.parts;
    const cell = this.#cell();
    const phase = Atomics.exchange(flags, Flags.phase, Phase.asking);
    this.#request(cell, message, password);
    Atomics.wait(flags, Flags.input, 0);
    Atomics.store(flags, Flags.phase, phase);
    if (Atomics.load(flags, Flags.input) === 2) throw new KeyboardInterrupt();
    return String(receiveMessageOnPort(answers)?.message ?? "");
  }

  /** A line for standard input. */
  async #read(stdin: Readable): Promise<void> {
    try {
      const cell = this.#cell();
      const { answers } = this.parts;
      const line = await new Promise<string>((resolve, reject) => {
        const forget = cell.onInterrupt(() => {
          answers.removeAllListeners("message");
          reject(new KeyboardInterrupt());
        });
        answers.once("message", (text: string) => {
          forget();
          resolve(text);
        });
        this.#request(cell, "", false);
      });
      stdin.push(`${line}\n`);
    } catch (error) {
      // The next cell may read again.
      stdin.emit("error", error);
    }
  }

  #cell(): Cell {
    const cell = this.parts.cells.current();
    if (cell?.request.allowStdin) return cell;
    throw new Error("Nobody can be asked here: the front end takes no input (allow_stdin is false).");
  }

  #request(cell: Cell, message: string, password: boolean): void {
    const { flags, answers, flush, tell } = this.parts;
    flush();
    // An answer that came after an interrupt belongs to a question that nobody asks any more.
    while (receiveMessageOnPort(answers) !== undefined);
    Atomics.store(flags, Flags.input, 0);
    const content = JSON.stringify({ prompt: message, password });
    tell({ kind: "input", to: cell.request.identities, parent: cell.request.parent, content });
  }
}

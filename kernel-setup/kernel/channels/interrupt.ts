// Stopping the cell that runs, from the channels' thread, whatever it does. It is asked first; a loop that lets nothing
// through is ended with the debugger's `terminateExecution`; one that waits for a child process, by ending the child.
import { Session } from "node:inspector";
import { Flags, Phase, type ToKernel } from "../link";
import { descendants, signal } from "../processes";

/** How long a cell has to stop by itself before it is stopped by force, in milliseconds. */
const GRACE = 120;
/** The same for a cell that has said it stops by itself: a step of training is finished first. */
const COOPERATIVE_GRACE = 700;
const ATTEMPTS = 10;
/** How long the main thread has to hear the next message after it was stopped by force; a second time is a last resort. */
const RECOVERY = 1000;
const POKE = 50;

export class Interrupter {
  #working: Promise<void> | undefined;
  #debugger: Session | undefined;

  constructor(
    readonly flags: Int32Array,
    readonly say: (message: ToKernel) => void,
  ) {}

  /** Reaches for the main thread while that is idle: connecting waits until it listens. */
  connect(): void {
    if (this.#debugger !== undefined) return;
    this.#debugger = new Session();
    this.#debugger.connectToMainThread();
  }

  /** Settled when no interrupt is under way: no new cell may begin before, or it could be hit. */
  get rest(): Promise<void> | undefined {
    return this.#working;
  }

  /** Stops the cell that runs; resolves when it has ended, or when nothing more can be done. */
  interrupt(): Promise<void> {
    this.#working ??= this.#interrupt().finally(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  /** Wakes the main thread where it waits for the user's answer (1: answered, 2: interrupted). */
  wake(reason: 1 | 2): void {
    Atomics.store(this.flags, Flags.input, reason);
    Atomics.notify(this.flags, Flags.input);
  }

  async #interrupt(): Promise<void> {
    const cell = Atomics.load(this.flags, Flags.running);
    return cell === 0 ? this.#wake() : this.#end(cell);
  }

  async #end(cell: number): Promise<void> {
    Atomics.store(this.flags, Flags.interrupted, cell);
    this.say({ kind: "interrupt", cell });
    this.wake(2);
    for (let attempt = 0; attempt < ATTEMPTS && !this.#ended(cell); attempt++) {
      while (Atomics.load(this.flags, Flags.phase) === Phase.compiling) await pause(5);
      const phase = Atomics.load(this.flags, Flags.phase);
      if (phase === Phase.child) await this.#endChildren(cell);
      else if (!(await this.#endsWithin(cell, this.#patience(cell, phase, attempt))))
        await this.#terminate(cell, phase);
    }
  }

  /** How long the cell may take to end by itself, in milliseconds. */
  #patience(cell: number, phase: number, attempt: number): number {
    if (attempt > 0) return 0;
    if (Atomics.load(this.flags, Flags.cooperative) === cell) return COOPERATIVE_GRACE;
    // What runs synchronously hears nothing: no use to wait for it.
    return phase === Phase.synchronous ? 0 : GRACE;
  }

  /** No cell runs; what an earlier one has left (a timer) may keep the main thread from hearing of the next. */
  async #wake(): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // The compiler answers in a moment, and must not be stopped half-way.
      if (Atomics.load(this.flags, Flags.phase) === Phase.compiling) return;
      Atomics.store(this.flags, Flags.heard, 0);
      this.say({ kind: "knock", force: attempt > 0 });
      await Atomics.waitAsync(this.flags, Flags.heard, 0, attempt === 0 ? GRACE : RECOVERY).value;
      if (Atomics.load(this.flags, Flags.heard) === 1) return;
      // A cell that was on its way has begun: it is meant.
      const cell = Atomics.load(this.flags, Flags.running);
      if (cell !== 0) return this.#end(cell);
      await this.#strike();
    }
  }

  #ended(cell: number): boolean {
    return Atomics.load(this.flags, Flags.running) !== cell;
  }

  async #endsWithin(cell: number, milliseconds: number): Promise<boolean> {
    await Atomics.waitAsync(this.flags, Flags.running, cell, milliseconds).value;
    return this.#ended(cell);
  }

  /** Ends the program that the cell waits for, and whatever that has started. */
  async #endChildren(cell: number): Promise<void> {
    const holding = descendants();
    for (const name of ["SIGINT", "SIGKILL"] as const) {
      for (const child of holding) signal(child, name);
      if (await this.#endsWithin(cell, GRACE)) return;
    }
  }

  /** Ends what the main thread is at, and waits until that has happened. */
  async #strike(): Promise<void> {
    let struck = false;
    const done = new Promise<void>((resolve) => {
      this.#debugger?.post("Runtime.terminateExecution", () => {
        struck = true;
        resolve();
      });
    });
    // If the main thread has come to rest meanwhile, the next thing it does is struck: let that be a knock.
    while (!struck) {
      await Promise.race([done, pause(POKE)]);
      if (!struck) this.say({ kind: "knock", force: false });
    }
  }

  /** Ends the cell by force, unless it has come to another phase meanwhile. */
  async #terminate(cell: number, phase: number): Promise<void> {
    Atomics.store(this.flags, Flags.striking, 1);
    // From here on the main thread waits for the strike when it comes to the end of the cell's code.
    const same = !this.#ended(cell) && Atomics.load(this.flags, Flags.phase) === phase;
    if (same) await this.#strike();
    Atomics.store(this.flags, Flags.striking, 0);
    if (!same) return;
    this.say({ kind: "interrupt", cell });
    await this.#endsWithin(cell, RECOVERY);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

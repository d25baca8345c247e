// Stopping the cell that runs, from the channels' thread, whatever it does. It is asked first; a loop that lets nothing
// through is ended with the debugger's `terminateExecution`; one that waits for a child process, by ending the child.
import { Session } from "node:inspector";
import { Flags, Phase, type ToKernel } from "../link";
import { descendants, signal } from "../processes";

/** How long a cell has to stop by itself before it is stopped by force, in milliseconds. */
const GRACE = 120;
/** The same for a cell that has said it stops by itself: a step of training is finished first. */
const COOPERATIVE_GRACE = 700;
/** A cell that waits ends at once; what does not is stopped with more than a message. */
const FIRST_MOMENT = 10;
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
    if (cell === 0) return this.#wake();
    const phase = Atomics.load(this.flags, Flags.phase);
    Atomics.store(this.flags, Flags.interrupted, cell);
    this.say({ kind: "interrupt", cell });
    this.wake(2);
    // What runs synchronously hears nothing: no use to wait for it. A question ends by itself, and must be let do so: a
    // SIGINT that comes when the run inside `vm` has just ended would end the process.
    const moment = phase === Phase.synchronous ? 0 : phase === Phase.asking ? GRACE : FIRST_MOMENT;
    if (moment > 0 && (await this.#endsWithin(cell, moment))) return;
    for (let attempt = 0; attempt < ATTEMPTS && !this.#ended(cell); attempt++) {
      while (Atomics.load(this.flags, Flags.phase) === Phase.compiling) await pause(5);
      const patience = Atomics.load(this.flags, Flags.cooperative) === cell ? COOPERATIVE_GRACE : GRACE;
      switch (Atomics.load(this.flags, Flags.phase)) {
        case Phase.child:
          await this.#endChildren(cell);
          break;
        case Phase.synchronous:
          // Breaks a synchronous run inside `vm`, and only that. The two ways to stop are never mixed: V8 loses one then.
          if (attempt > 0 || patience === GRACE) process.kill(process.pid, "SIGINT");
          await this.#endsWithin(cell, patience);
          break;
        default:
          if (attempt > 0 || !(await this.#endsWithin(cell, patience))) await this.#terminate(cell);
      }
    }
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

  async #terminate(cell: number): Promise<void> {
    await this.#strike();
    this.say({ kind: "interrupt", cell });
    await this.#endsWithin(cell, RECOVERY);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

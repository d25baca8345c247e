// Stopping the cell that runs, from the channels' thread, whatever it does. It is asked first; a loop that lets nothing
// through is ended with the debugger's `terminateExecution`; one that waits for a child process, by ending the child. After
// that the main thread has to answer messages, or whatever it runs (a `catch` that loops, say) is ended too.
import { Session } from "node:inspector";
import { Flags, Phase, type ToKernel } from "../link";
import { descendants, MARK, processesWithMark, signal } from "../processes";
import type { Waiting } from "./queue";

/** How long a cell has to stop by itself before it is stopped by force, in milliseconds. */
const GRACE = 120;
/** The same for a cell that has said it stops by itself: a step of training is finished first. */
const COOPERATIVE_GRACE = 700;
/** The same for the compiler, which has to be made anew when it was broken off. */
const COMPILER_GRACE = 3000;
/** How long an interrupted cell's `catch` and `finally` may keep the main thread from hearing anything. */
const CLEANING_GRACE = 500;
const ATTEMPTS = 10;
/** The attempt from which on orphaned programs are ended too. */
const LAST_RESORT = 3;
/** How long the main thread has to receive the next message after it was stopped by force; a second time is a last resort. */
const RECOVERY = 1000;
const POKE = 50;
/** How often is looked whether the kernel's own code has come to its end. */
const MOMENT = 5;

export class Interrupter {
  /** Called when something was ended by force: the message that the main thread was about to read is lost with it. */
  onTerminated: () => void = () => undefined;
  /** The cell that waits to begin. */
  nextExecution: () => Waiting | undefined = () => undefined;
  /** The cell that waited when an interrupt was asked for and none ran: it ends where it would begin. */
  #target: Waiting | undefined;
  /** Settled when no interrupt is under way: no new cell may begin before, or it could be hit. */
  working: Promise<void> | undefined;
  #debugger: Session | undefined;

  constructor(
    readonly flags: Int32Array,
    readonly postToKernel: (message: ToKernel) => void,
  ) {}

  /** Connects to the main thread while that is idle: connecting waits for its event loop. */
  connect(): void {
    this.#debugger = new Session();
    this.#debugger.connectToMainThread();
  }

  /**
   * Stops the cell that runs, or else the one that waits to begin; resolves when the main thread is free again, or when
   * nothing more can be done.
   */
  interrupt(): Promise<void> {
    if (Atomics.load(this.flags, Flags.running) === 0) this.#target ??= this.nextExecution();
    this.working ??= this.#interrupt().finally(() => {
      this.working = undefined;
    });
    return this.working;
  }

  /** Wakes the main thread where it waits for the user's answer (1: answered, 2: interrupted). */
  wake(reason: 1 | 2): void {
    Atomics.store(this.flags, Flags.input, reason);
    Atomics.notify(this.flags, Flags.input);
  }

  async #interrupt(): Promise<void> {
    const cell = Atomics.load(this.flags, Flags.running);
    if (cell !== 0) await this.#end(cell);
    await this.#freeMainThread(cell === 0 ? GRACE : CLEANING_GRACE);
    if (this.#target?.fate === "serve") this.#target.fate = "interrupt";
    this.#target = undefined;
  }

  async #end(cell: number): Promise<void> {
    Atomics.store(this.flags, Flags.interrupted, cell);
    this.postToKernel({ kind: "interrupt", cell });
    this.wake(2);
    for (let attempt = 0; attempt < ATTEMPTS && !this.#hasEnded(cell); attempt++) {
      const phase = await this.#phase();
      if (phase === Phase.child) await this.#endChildren(cell, attempt);
      else if (!(await this.#endsWithin(cell, this.#patience(cell, phase, attempt)))) {
        if (!(await this.#endByForce(phase))) continue;
        this.postToKernel({ kind: "interrupt", cell });
        await this.#endsWithin(cell, RECOVERY);
      }
    }
  }

  /** What the main thread is at, once that is not the kernel's own code: that takes no time to speak of. */
  async #phase(): Promise<number> {
    while (Atomics.load(this.flags, Flags.phase) === Phase.kernel) await pause(MOMENT);
    return Atomics.load(this.flags, Flags.phase);
  }

  /** How long the cell may take to end by itself, in milliseconds. */
  #patience(cell: number, phase: number, attempt: number): number {
    if (phase === Phase.compiling) return COMPILER_GRACE;
    if (attempt > 0) return 0;
    if (Atomics.load(this.flags, Flags.cooperative) === cell) return COOPERATIVE_GRACE;
    // What runs synchronously receives nothing: no use to wait for it.
    return phase === Phase.synchronous ? 0 : GRACE;
  }

  /** No cell runs; what an earlier one has left (a timer, a `catch`) may keep the main thread from hearing of the next. */
  async #freeMainThread(patience: number): Promise<void> {
    // A kernel that starts receives nothing yet.
    await this.#phase();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const heard = await this.#answersPing(attempt > 1, attempt === 0 ? patience : RECOVERY);
      // A cell that was on its way has begun: it is meant, and none behind it.
      const cell = Atomics.load(this.flags, Flags.running);
      if (cell !== 0) {
        this.#target = undefined;
        return this.#end(cell);
      }
      if (heard && !(await this.#runsFinally())) return;
      if (!heard) await this.#endByForce(await this.#phase());
    }
  }

  /** Whether the main thread answers a ping within so many milliseconds, plus the compiler's time. */
  async #answersPing(force: boolean, patience: number): Promise<boolean> {
    Atomics.store(this.flags, Flags.heard, 0);
    this.postToKernel({ kind: "ping", force });
    await Atomics.waitAsync(this.flags, Flags.heard, 0, patience).value;
    if (Atomics.load(this.flags, Flags.phase) === Phase.compiling) {
      await Atomics.waitAsync(this.flags, Flags.heard, 0, COMPILER_GRACE).value;
    }
    return Atomics.load(this.flags, Flags.heard) === 1;
  }

  /** Whether a `finally` was still at work: it is waited for, as long as it may. */
  async #runsFinally(): Promise<boolean> {
    const cell = Atomics.load(this.flags, Flags.cleaning);
    if (cell === 0) return false;
    await Atomics.waitAsync(this.flags, Flags.cleaning, cell, CLEANING_GRACE).value;
    return true;
  }

  #hasEnded(cell: number): boolean {
    return Atomics.load(this.flags, Flags.running) !== cell;
  }

  async #endsWithin(cell: number, milliseconds: number): Promise<boolean> {
    await Atomics.waitAsync(this.flags, Flags.running, cell, milliseconds).value;
    return this.#hasEnded(cell);
  }

  /**
   * Ends the program that the cell waits for, and whatever that has started. What has lost its parent meanwhile may still
   * hold a pipe that is waited for: in the end it goes too, and with it whatever else cells have started.
   */
  async #endChildren(cell: number, attempt: number): Promise<void> {
    const mark = process.env[MARK];
    const holding = attempt < LAST_RESORT || mark === undefined ? descendants() : processesWithMark(mark);
    for (const name of ["SIGINT", "SIGKILL"] as const) {
      for (const child of holding) signal(child, name);
      if (await this.#endsWithin(cell, GRACE)) return;
    }
  }

  /** Ends by force what the main thread is at, unless it has come to another phase meanwhile; the answer is whether it did. */
  async #endByForce(phase: number): Promise<boolean> {
    if (this.#debugger === undefined) return false;
    Atomics.store(this.flags, Flags.terminating, 1);
    // From here on the main thread waits for that where the kernel's own code would begin (`enterKernel`).
    const same = Atomics.load(this.flags, Flags.phase) === phase;
    if (same) await this.#terminate();
    Atomics.store(this.flags, Flags.terminating, 0);
    if (same) this.onTerminated();
    return same;
  }

  async #terminate(): Promise<void> {
    let terminated = false;
    const done = new Promise<void>((resolve) => {
      this.#debugger?.post("Runtime.terminateExecution", () => {
        terminated = true;
        resolve();
      });
    });
    // If the main thread has come to rest meanwhile, the next thing it does is terminated: let that be a ping.
    while (!terminated) {
      await Promise.race([done, pause(POKE)]);
      if (!terminated) this.postToKernel({ kind: "ping", force: false });
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

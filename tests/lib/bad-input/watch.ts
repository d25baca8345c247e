// Runs in a thread of its own beside the calls: ends the process where one call takes far more processor time or memory than any
// call with arguments as small as these may. Both are the process's own, so that other work on the machine does not count.
import { writeSync } from "node:fs";
import { join } from "node:path";
import { isMainThread, Worker, workerData } from "node:worker_threads";

/** Processor time of all threads after which a call is ended, however slow the machine is: a loop without an end takes all there is. */
const ENDED_SECONDS = 7;
/** Beyond what the process had before the call. */
const MOST_BYTES = 2 * 2 ** 30;
const LOOK_MILLISECONDS = 50;

const RUNNING = 0;
const SECONDS = 1;
const BYTES = 2;

const secondsUsed = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** What a call took. */
export interface Taken {
  /** Processor time at the speed of the reference. */
  readonly seconds: number;
  /** What was too much about it, if anything was. */
  readonly excess?: string;
}

/** Watches the calls of this process. */
export class Watch {
  readonly #state = new Float64Array(new SharedArrayBuffer(3 * Float64Array.BYTES_PER_ELEMENT));

  readonly #slowness: () => number;

  /** @param slowness how many times longer than on the reference a piece of work takes on this machine just now */
  constructor(slowness: () => number) {
    this.#slowness = slowness;
    new Worker(join(__dirname, "watch.js"), { workerData: this.#state }).unref();
  }

  /** A call begins. */
  begin(): void {
    this.#state[SECONDS] = secondsUsed();
    this.#state[BYTES] = process.memoryUsage.rss();
    this.#state[RUNNING] = 1;
  }

  /**
   * It has ended.
   *
   * @param mostSeconds what it may take, at the speed of the reference: what is refused in time takes milliseconds
   */
  end(mostSeconds: number): Taken {
    this.#state[RUNNING] = 0;
    const { seconds, bytes } = usedSince(this.#state);
    // How fast the machine is just now is asked only where it matters.
    const scaled = seconds > mostSeconds ? seconds / this.#slowness() : seconds;
    const excess = excessOf({ seconds: scaled, bytes }, mostSeconds);
    return { seconds: scaled, ...(excess !== undefined && { excess }) };
  }
}

interface Used {
  readonly seconds: number;
  readonly bytes: number;
}

const usedSince = (state: Float64Array): Used => ({
  seconds: secondsUsed() - (state[SECONDS] as number),
  bytes: process.memoryUsage.rss() - (state[BYTES] as number),
});

function excessOf({ seconds, bytes }: Used, mostSeconds: number): string | undefined {
  if (seconds > mostSeconds) return `took ${seconds.toFixed(1)} seconds of processor time`;
  if (bytes > MOST_BYTES) return `took ${(bytes / 2 ** 30).toFixed(1)} GB of memory`;
  return undefined;
}

if (!isMainThread) {
  const state = workerData as Float64Array;
  setInterval(() => {
    if (state[RUNNING] !== 1) return;
    const words = excessOf(usedSince(state), ENDED_SECONDS);
    if (words === undefined) return;
    writeSync(2, words);
    process.kill(process.pid, "SIGKILL");
  }, LOOK_MILLISECONDS);
}

// Runs in a thread of its own beside the calls: ends the process where one call takes more processor time or memory than any
// call with arguments as small as these may. Both are the process's own, so that other work on the machine does not count.
import { writeSync } from "node:fs";
import { join } from "node:path";
import { isMainThread, Worker, workerData } from "node:worker_threads";

/** Processor time of all threads. What is refused in time takes milliseconds; a loop without an end takes all there is. */
const MOST_SECONDS = 5;
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

/** Watches the calls of this process. */
export class Watch {
  readonly #state = new Float64Array(new SharedArrayBuffer(3 * Float64Array.BYTES_PER_ELEMENT));

  constructor() {
    new Worker(join(__dirname, "watch.js"), { workerData: this.#state }).unref();
  }

  /** A call begins. */
  begin(): void {
    this.#state[SECONDS] = secondsUsed();
    this.#state[BYTES] = process.memoryUsage.rss();
    this.#state[RUNNING] = 1;
  }

  /** It has ended: what was too much about it, if anything was. */
  end(): string | undefined {
    this.#state[RUNNING] = 0;
    return excess(this.#state);
  }
}

function excess(state: Float64Array): string | undefined {
  const seconds = secondsUsed() - (state[SECONDS] as number);
  const bytes = process.memoryUsage.rss() - (state[BYTES] as number);
  if (seconds > MOST_SECONDS) return `took ${seconds.toFixed(1)} seconds of processor time`;
  if (bytes > MOST_BYTES) return `took ${(bytes / 2 ** 30).toFixed(1)} GB of memory`;
  return undefined;
}

if (!isMainThread) {
  const state = workerData as Float64Array;
  setInterval(() => {
    if (state[RUNNING] !== 1) return;
    const words = excess(state);
    if (words === undefined) return;
    writeSync(2, words);
    process.kill(process.pid, "SIGKILL");
  }, LOOK_MILLISECONDS);
}

// Which functions of the kernel are entered, by V8's own coverage. Node loads this file into the kernel before anything else
// (`--require`), and into each of its threads. At SIGUSR2 every thread writes what it has entered since the last time.
import { writeFileSync } from "node:fs";
import { Session } from "node:inspector";
import { join } from "node:path";
import { BroadcastChannel, isMainThread, threadId } from "node:worker_threads";

/** What one thread has entered: the names of functions by file. */
export type Entered = Record<string, string[]>;

/** The folder to write to, with the thread and how often it was asked in each file's name. */
export const ENTERED = "CELLWISE_ENTERED";

const folder = process.env[ENTERED];
const isKernel = !isMainThread || process.argv[1]?.endsWith(join("kernel", "main.js"));
if (folder !== undefined && isKernel) {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  const threads = new BroadcastChannel(ENTERED);
  threads.unref();
  let asked = 0;
  const report = (): void => {
    session.post("Profiler.takePreciseCoverage", (error, { result }) => {
      if (error !== null) throw error;
      const entered: Entered = {};
      for (const { url, functions } of result) {
        if (!url.startsWith("file:")) continue;
        // A module's own code, which loading it runs, begins where the file does.
        const called = functions.filter(({ ranges: [whole] }) => whole && whole.startOffset > 0 && whole.count > 0);
        if (called.length > 0) entered[url] = called.map(({ functionName }) => functionName);
      }
      writeFileSync(join(folder, `${threadId}-${++asked}.json`), JSON.stringify(entered));
    });
    // What writing the file has entered is none of the kernel's doing.
    session.post("Profiler.takePreciseCoverage");
  };
  if (isMainThread) {
    process.on("SIGUSR2", () => {
      report();
      threads.postMessage("report");
    });
  } else {
    threads.onmessage = report;
  }
}

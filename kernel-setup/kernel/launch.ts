// The launcher: `node launch.js <connection file>`. It starts the kernel in a process of its own, holds the other end of the
// kernel's file descriptors 1 and 2, ends it when the front end dies, and tells the learner what happened if it crashes.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { Frame, frame, frameReader, withoutMarkers } from "./link";
import { killMarked, MARK, signal } from "./processes";

/** Without this a loop that is stopped inside a timer's callback would abort the process (Node's own bookkeeping). */
const NODE_FLAGS = [
  "--no-force-async-hooks-checks",
  // A nursery that is large enough from the start for the data that the compiler soon forgets, and does not grow.
  "--min-semi-space-size=4",
  "--max-semi-space-size=4",
];

/** How often the launcher looks whether the front end still lives, in milliseconds. */
const PARENT_INTERVAL = 500;

function launch(connectionFile: string): void {
  const mark = `${process.pid}-${Date.now()}`;
  const kernel = spawn(
    process.execPath,
    [...NODE_FLAGS, ...contextFlags(), join(__dirname, "main.js"), connectionFile],
    {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      // A process group of its own: it ends as one, with what the cells have started.
      detached: true,
      env: { ...process.env, [MARK]: mark },
    },
  );
  const line = kernel.stdio[3] as import("node:net").Socket;
  let running = "";
  let last = "";
  let ending = false;
  let exited: number | undefined;
  let lastErrors = "";
  kernel.stdout?.on("data", (bytes: Buffer) => line.write(frame(Frame.stdout, bytes)));
  kernel.stderr?.on("data", (bytes: Buffer) => {
    // Before the first cell nobody else would see what goes wrong.
    if (last === "") process.stderr.write(withoutMarkers(bytes.toString("utf8")));
    lastErrors = (lastErrors + bytes.toString("latin1")).slice(-8192);
    line.write(frame(Frame.stderr, bytes));
  });
  line.on("error", () => undefined);
  line.on(
    "data",
    frameReader((kind, bytes) => {
      if (kind === Frame.running) running = bytes.toString("utf8");
      if (running !== "") last = running;
      if (kind === Frame.ending) ending = true;
      if (kind === Frame.exit) exited = Number(bytes.toString("utf8"));
    }),
  );

  kernel.on("exit", async (code, signal) => {
    endAll(kernel, mark);
    if (ending) process.exit(0);
    const { explainCrash } = await import("./crash.js");
    const end = exited === undefined ? { code, signal } : { code: exited, signal: null };
    const crash = { ...end, asked: exited !== undefined, errors: lastErrors };
    await explainCrash(connectionFile, running, last, crash).catch(() => undefined);
    process.exit(end.code || 1);
  });

  const end = (): void => {
    endAll(kernel, mark);
    process.exit(0);
  };
  process.on("SIGTERM", end);
  process.on("SIGHUP", end);
  process.on("SIGINT", () => line.write(frame(Frame.interrupt)));
  const parent = process.ppid;
  if (parent > 1) setInterval(() => process.ppid !== parent && end(), PARENT_INTERVAL);
}

/** Node 24 follows the context of a cell through promises without `async_hooks`; Node 22 has to be asked to. */
function contextFlags(): string[] {
  const major = Number(process.versions.node.split(".")[0]);
  return major === 22 ? ["--experimental-async-context-frame"] : [];
}

/** Ends the kernel and whatever its cells have started. */
function endAll(kernel: ChildProcess, mark: string): void {
  if (kernel.pid !== undefined) signal(-kernel.pid, "SIGKILL");
  killMarked(mark);
}

const file = process.argv[2];
if (file === undefined) {
  console.error("Usage: node launch.js <connection file>. Jupyter starts the kernel this way; see the kernelspec.");
  process.exit(2);
}
launch(file);

// The end of the kernel: at once, whatever the main thread is at, and with everything that cells have started.
import { descendants, killMarked, MARK, signal } from "../processes";

/** Ends the kernel's process and every process it has started, at once. */
export function killAll(): void {
  const mark = process.env[MARK];
  for (const child of descendants()) signal(child, "SIGKILL");
  if (mark !== undefined) {
    killMarked(mark);
    // The launcher gave the kernel a process group of its own.
    signal(-process.pid, "SIGKILL");
  }
  signal(process.pid, "SIGKILL");
}

// The end of the kernel: at once, whatever the main thread is at, and with everything that cells have started.

/** Ends the kernel's process and every process it has started, at once. */
export function closeHard(): void {
  // The launcher gave the kernel a process group of its own; what a cell has started is in it too.
  if (process.env.CELLWISE_KERNEL_GROUP === "1") process.kill(-process.pid, "SIGKILL");
  process.kill(process.pid, "SIGKILL");
}

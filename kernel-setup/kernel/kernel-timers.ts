// The kernel's own timers, as they are before those that cells make belong to their cells (cells/timers.ts).
export const kernelTimers = { setTimeout, clearTimeout, setImmediate };

// Node's own functions for the kernel, kept as they are before cells get others in their place: timers that belong to their cell
// (cells/timers.ts), and writing to file descriptors 1 and 2 that keeps its place in what the cell shows (outputs/publisher.ts).
import fs from "node:fs";

export const kernelTimers = { setTimeout, clearTimeout, setImmediate };

export const writeStraight: (descriptor: number, text: string) => number = fs.writeSync.bind(fs);

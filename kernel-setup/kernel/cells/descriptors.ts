// The kernel's own way to file descriptors 1 and 2, kept before cells get another (outputs/streams.ts).
import fs from "node:fs";

export const writeStraight: (descriptor: number, text: string) => number = fs.writeSync.bind(fs);

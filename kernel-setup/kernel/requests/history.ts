// What was run before, also by kernels that have ended: one line of JSON a cell, in the checkout's cache folder.
import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { kernelTimers } from "../originals";
import type { Json } from "../wire";

interface Entry {
  session: number;
  line: number;
  code: string;
  output?: string;
}

/** Entries that are kept when a new session begins. */
const KEPT = 5000;

/** What a learner writes is nobody else's business. */
const PRIVATE = { mode: 0o600 };

export class History {
  #entries: Entry[] | undefined;
  #session = 1;
  #pending: Entry | undefined;
  /** Entries that have ended and are still to be written. */
  #unwritten: Entry[] = [];

  constructor(readonly file: string) {}

  /** A cell begins. */
  begin(line: number, code: string): void {
    this.end(undefined);
    this.#pending = { session: 0, line, code };
  }

  /** The cell has ended; `output` is its value as text. It is written a moment later: the front end waits for the reply. */
  end(output: string | undefined): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    if (this.#unwritten.length === 0) kernelTimers.setImmediate(() => this.#settle());
    this.#unwritten.push(output === undefined ? pending : { ...pending, output });
  }

  /** Writes what has ended. */
  #settle(): Entry[] {
    const entries = this.#load();
    const ended = this.#unwritten.map((entry) => ({ ...entry, session: this.#session }));
    this.#unwritten = [];
    entries.push(...ended);
    if (ended.length > 0) this.#write(() => appendFileSync(this.file, linesOf(ended), PRIVATE));
    return entries;
  }

  /** The answer to a history_request's content. */
  find(request: Json): [number, number, string | [string, string | null]][] {
    const output = request.output === true;
    return this.#select(this.#settle(), request).map(({ session, line, code, output: result = null }) => [
      session,
      line,
      output ? [code, result] : code,
    ]);
  }

  #select(entries: Entry[], request: Json): Entry[] {
    const n = typeof request.n === "number" ? request.n : undefined;
    const last = (list: Entry[]): Entry[] => (n === undefined ? list : n > 0 ? list.slice(-n) : []);
    switch (request.hist_access_type) {
      case "range": {
        const asked = typeof request.session === "number" ? request.session : 0;
        const session = asked > 0 ? asked : this.#session + asked;
        const start = typeof request.start === "number" ? request.start : 0;
        const stop = typeof request.stop === "number" ? request.stop : Infinity;
        return entries.filter((each) => each.session === session && each.line >= start && each.line < stop);
      }
      case "search": {
        const pattern = glob(String(request.pattern ?? "*"));
        let found = entries.filter((each) => pattern.test(each.code));
        if (request.unique === true) found = [...new Map(found.map((each) => [each.code, each])).values()];
        return last(found);
      }
      default:
        return last(entries);
    }
  }

  #load(): Entry[] {
    if (this.#entries !== undefined) return this.#entries;
    let entries: Entry[] = [];
    try {
      const lines = readFileSync(this.file, "utf8").split("\n").filter(Boolean);
      entries = lines.flatMap((line) => parseEntries(line));
      if (lines.length > 2 * KEPT) {
        entries = entries.slice(-KEPT);
        this.#write(() => {
          // Whole or not at all: a kernel may be killed at any moment.
          const half = `${this.file}.${process.pid}`;
          writeFileSync(half, linesOf(entries), PRIVATE);
          renameSync(half, this.file);
        });
      }
    } catch {
      // The first kernel in this checkout has no history.
    }
    this.#session = entries.reduce((most, each) => Math.max(most, each.session), 0) + 1;
    this.#entries = entries;
    return entries;
  }

  /** A history that cannot be written (a read-only checkout) still holds as long as the kernel. */
  #write(work: () => void): void {
    try {
      mkdirSync(dirname(this.file), { recursive: true });
      work();
    } catch {
      // See above.
    }
  }
}

function linesOf(entries: Entry[]): string {
  return entries.map((each) => `${JSON.stringify(each)}\n`).join("");
}

function parseEntries(line: string): Entry[] {
  try {
    const entry = JSON.parse(line) as Entry;
    return typeof entry.code === "string" && Number.isInteger(entry.session) ? [entry] : [];
  } catch {
    return [];
  }
}

/** A shell pattern: `*` is any text, `?` any character. */
function glob(pattern: string): RegExp {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, "[^]*")
    .replace(/\?/g, "[^]");
  return new RegExp(`^${escaped}$`);
}

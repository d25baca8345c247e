// Has calls made in a process of its own, and ends it when one does not return.
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Case, Outcome, Path } from "./cases";

/** Ends what waits for ever; what computes for ever is ended by bad-input/watch.ts. */
const WAITING_SECONDS = 600;

/** Characters of what the process wrote last, to be said when it has ended. */
const WORDS_KEPT = 2000;

interface Message {
  readonly outcomes?: Outcome[];
  /** What became of the process. */
  readonly fault?: string;
  readonly paths?: Record<string, Path[]>;
  readonly failed?: string;
}

/** A process that calls the library. */
export class Caller {
  #child: ChildProcess | undefined;

  /** The places in the arguments of each row. */
  async paths(): Promise<Record<string, Path[]>> {
    const message = await this.#ask(() => this.#start());
    if (message.paths === undefined) throw new Error(message.failed ?? message.fault);
    return message.paths;
  }

  /** Makes one call; one that does not return, or takes the process with it, has that as its fault. */
  async call(given: Case): Promise<Outcome> {
    const { outcomes, fault } = await this.#send([given]);
    return outcomes?.[0] ?? { ...(fault !== undefined && { fault }) };
  }

  /** Makes many calls: where one of them does not return, or takes the process with it, each is made again by itself. */
  async callAll(given: readonly Case[]): Promise<Outcome[]> {
    const { outcomes } = await this.#send(given);
    if (outcomes !== undefined) return outcomes;
    const one: Outcome[] = [];
    for (const call of given) one.push(await this.call(call));
    return one;
  }

  async #send(given: readonly Case[]): Promise<Message> {
    if (this.#child === undefined) await this.paths();
    return this.#ask(() => void this.#child?.send(given));
  }

  /** Ends the process. */
  end(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  #start(): void {
    // Paths that do not fit are paths all the same: what is written to them is written in a folder of the run's own.
    const cwd = mkdtempSync(join(tmpdir(), "cellwise-bad-"));
    const stdio = ["ignore", "ignore", "pipe", "ipc"] as const;
    const options = { cwd, execArgv: ["--max-old-space-size=2048"], stdio };
    this.#child = fork(join(__dirname, "child.js"), [], { ...options, stdio: [...options.stdio] });
  }

  #ask(begin: () => void): Promise<Message> {
    return new Promise((resolve) => {
      begin();
      const child = this.#child as ChildProcess;
      let words = "";
      const hear = (chunk: Buffer): void => {
        words = (words + String(chunk)).slice(-WORDS_KEPT);
      };
      const done = (message: Message): void => {
        clearTimeout(timer);
        child.off("message", done);
        child.off("close", died);
        child.stderr?.off("data", hear);
        resolve(message);
      };
      const died = (code: number | null, signal: string | null): void => {
        this.#child = undefined;
        done({ fault: `the process ended (${signal ?? code}): ${words.slice(-600)}` });
      };
      const timer = setTimeout(() => {
        this.end();
        done({ fault: `did not return within ${WAITING_SECONDS} seconds` });
      }, WAITING_SECONDS * 1000);
      child.on("message", done);
      child.on("close", died);
      child.stderr?.on("data", hear);
    });
  }
}

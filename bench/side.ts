// One engine in a process of its own, asked for rows by lines and answering in JSON lines.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type Engine, launch } from "./engines";
import type { Row } from "./work";

/** What an engine says when it is there. */
export interface Greeting {
  readonly version: string;
  /** Whether its TensorFlow computes with oneDNN, where it can be known. */
  readonly onednn?: boolean;
}

/** What an engine says of a row. */
export interface Answer {
  /** Processor time, all threads together, of each time that was asked for. */
  readonly milliseconds: number;
  readonly loss: number;
  /** How many weights are trained. */
  readonly parameters: number;
  /** The most memory that the process has ever had, in MB. */
  readonly peak: number;
}

export class Side {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #complaints = "";

  private constructor(engine: Engine, python: string) {
    const { command, parameters, env } = launch(engine, python);
    this.#process = spawn(command, parameters, { stdio: ["pipe", "pipe", "pipe"], env });
    // TensorFlow and Keras talk a lot there; it is shown only when something goes wrong.
    this.#process.stderr?.on("data", (text: Buffer) => {
      this.#complaints = (this.#complaints + text.toString()).slice(-4000);
    });
    this.#process.on("error", ({ message }) => {
      this.#complaints += message;
    });
    // What is written to a process that has ended is lost; that it has ended shows where its answer is waited for.
    this.#process.stdin?.on("error", () => {});
    if (this.#process.stdout === null) throw new Error(`${command} has no output to read.`);
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Starts an engine and waits until it is there. */
  static async start(engine: Engine, python: string): Promise<{ side: Side; greeting: Greeting }> {
    const side = new Side(engine, python);
    return { side, greeting: (await side.#answer()) as Greeting };
  }

  /** @throws Error with the engine's own words when it cannot do this */
  async run(row: Row, times: number): Promise<Answer> {
    this.#process.stdin?.write(`${row} ${times}\n`);
    const answer = (await this.#answer()) as Answer | { problem: string };
    if ("problem" in answer) throw new Error(answer.problem);
    return answer;
  }

  stop(): void {
    this.#process.stdin?.end();
  }

  async #answer(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (!done) return JSON.parse(value);
    const last = this.#complaints.trim().split("\n").at(-1);
    throw new Error(`it ended before it answered (${last || "without a word"})`);
  }
}

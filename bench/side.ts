// One engine in a process of its own, asked for steps by lines and answering in JSON lines.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface Answer {
  readonly times: readonly number[];
  readonly loss: number;
}

export class Side {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #complaints = "";

  private constructor(command: string, parameters: readonly string[]) {
    const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: "3" };
    this.#process = spawn(command, parameters, { stdio: ["pipe", "pipe", "pipe"], env });
    // TensorFlow and Keras talk a lot there; it is shown only when something goes wrong.
    this.#process.stderr?.on("data", (text: Buffer) => {
      this.#complaints = (this.#complaints + text.toString()).slice(-4000);
    });
    if (this.#process.stdout === null) throw new Error(`${command} has no output to read.`);
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Starts an engine and waits for its version. */
  static async start(command: string, ...parameters: string[]): Promise<{ side: Side; version: string }> {
    const side = new Side(command, parameters);
    const { version } = (await side.#answer()) as { version: string };
    return { side, version };
  }

  async run(network: string, steps: number): Promise<Answer> {
    this.#process.stdin?.write(`${network} ${steps}\n`);
    return (await this.#answer()) as Answer;
  }

  stop(): void {
    this.#process.stdin?.end();
  }

  async #answer(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.#process.spawnfile} ended before it answered.\n${this.#complaints}`);
    return JSON.parse(value);
  }
}

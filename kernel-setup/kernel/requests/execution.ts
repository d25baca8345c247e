// execute_request: runs a cell and says what came of it.
import { Cell, type Cells, KeyboardInterrupt } from "../cells/cell";
import type { TensorFlow } from "../cells/tensorflow";
import { Flags, holdStill, type Tell } from "../link";
import { bundle } from "../outputs/bundle";
import { asJson, type ErrorContent, rejected, thrown } from "../outputs/errors";
import type { Publisher } from "../outputs/publisher";
import type { Outcome, Session } from "../session/session";
import type { Json, Message } from "../wire";
import type { History } from "./history";
import type { Answer } from "./requests";

export interface ExecutionParts {
  session: Session;
  cells: Cells;
  publisher: Publisher;
  tensorflow: TensorFlow;
  flags: Int32Array;
  tell: Tell;
  history: History;
}

/** What an execution comes to: the same shape whether it ran to its end or was stopped on the way. */
type Ending = { ok: true; data: Json | undefined } | { ok: false; error: ErrorContent };

export class Execution {
  #count = 0;
  #cell: Cell | undefined;
  #stop: (() => void) | undefined;

  constructor(readonly parts: ExecutionParts) {}

  async handle(message: Message, abort: boolean): Promise<Answer> {
    const type = "execute_reply";
    // A cell that never ran has no number.
    if (abort) return { type, content: { status: "aborted" } };
    const { code = "", silent = false, stop_on_error = true, allow_stdin = false } = message.content;
    const { store_history = !silent, user_expressions = {} } = message.content;
    const source = String(code);
    const kept = store_history === true && silent !== true;
    if (kept) this.#count++;
    const cell = new Cell(
      {
        parent: message.header,
        identities: message.identities,
        silent: silent === true,
        allowStdin: allow_stdin === true,
        count: this.#count,
      },
      this.parts.flags,
    );
    const { flags, publisher } = this.parts;
    // Before anybody sees that it runs, and may want to stop it.
    Atomics.store(flags, Flags.running, cell.number);
    this.parts.tell(
      { kind: "owner", parent: message.header, to: message.identities, silent: cell.request.silent },
      !cell.request.silent,
    );
    publisher.publish(cell, "execute_input", { code: source, execution_count: this.#count });
    if (kept) this.parts.history.begin(this.#count, source);

    const ending = this.#shown(cell, await this.#run(cell, source));
    if (kept) this.parts.history.end(ending.ok ? textOf(ending.data) : undefined);
    if (!ending.ok) {
      if (ending.error.ename === "KeyboardInterrupt") this.#repair();
      publisher.publish(cell, "error", asJson(ending.error));
      const content = { status: "error", execution_count: cell.request.count, ...ending.error, user_expressions: {} };
      return { type, content, abort: stop_on_error === true };
    }
    const expressions = await this.#expressions(cell, user_expressions as Record<string, unknown>);
    const content = {
      status: "ok",
      execution_count: cell.request.count,
      payload: cell.pages,
      user_expressions: expressions,
    };
    return { type, content };
  }

  /** Publishes the cell's value; a bundle that cannot be written as JSON is the cell's error. */
  #shown(cell: Cell, ending: Ending): Ending {
    if (!ending.ok || ending.data === undefined) return ending;
    try {
      const { count } = cell.request;
      this.parts.publisher.publish(cell, "execute_result", { execution_count: count, data: ending.data, metadata: {} });
      return ending;
    } catch (error) {
      return { ok: false, error: thrown(error) };
    }
  }

  /** Ends the cell that runs: what it waits for never comes, its timers are gone, the learner sees KeyboardInterrupt. */
  interrupt(number: number): void {
    const cell = this.#cell;
    if (cell?.number !== number) return;
    this.parts.publisher.streams.flush();
    cell.interrupt();
    this.parts.session.interrupt();
    this.#stop?.();
  }

  #repair(): void {
    this.parts.tensorflow.repair();
    this.parts.session.repair();
  }

  /**
   * Runs a cell to its end. The end does not hang on the cell's promises alone: when a cell is stopped by force, promises
   * that were about to go on may be lost with it.
   */
  #run(cell: Cell, code: string): Promise<Ending> {
    const { cells, flags, tensorflow } = this.parts;
    this.#cell = cell;
    tensorflow.beginCell();
    return new Promise<Ending>((resolve) => {
      const end = (ending: Ending): void => {
        if (this.#cell !== cell) return;
        Atomics.store(flags, Flags.running, 0);
        holdStill(flags);
        // It may have ended by itself, between being asked to and hearing of it.
        if (cell.interruptAsked()) cell.interrupt();
        this.#cell = undefined;
        this.#stop = undefined;
        Atomics.notify(flags, Flags.running);
        resolve(cell.dead ? { ok: false, error: thrown(new KeyboardInterrupt()) } : ending);
      };
      this.#stop = () => end({ ok: false, error: thrown(new KeyboardInterrupt()) });
      cells
        .run(cell, () => this.#outcome(cell, code))
        .then(end, (error: unknown) => end({ ok: false, error: thrown(error) }));
    });
  }

  async #outcome(cell: Cell, code: string): Promise<Ending> {
    const { publisher, session } = this.parts;
    const outcome: Outcome = await session.execute(cell, code);
    if (outcome.status === "ok") {
      const { value } = outcome;
      // A display is no value: it is waited for, and that is all.
      if (publisher.isDisplay(value)) await value;
      const shown = value !== undefined && !publisher.isDisplay(value);
      return { ok: true, data: shown ? await bundle(value) : undefined };
    }
    if (outcome.status === "error") return { ok: false, error: thrown(outcome.error) };
    const place = { label: String(cell.request.count), code: outcome.code, file: session.host.cellFile };
    return { ok: false, error: rejected(session.tslab.ts, outcome.diagnostics, place) };
  }

  async #expressions(cell: Cell, expressions: Record<string, unknown>): Promise<Json> {
    const { cells, session } = this.parts;
    const results: Json = {};
    for (const [name, expression] of Object.entries(expressions)) {
      try {
        const value = await cells.run(cell, () => session.evaluate(cell, String(expression)));
        const data = await bundle(value);
        // What cannot be written as JSON fails here, and no other expression with it.
        JSON.stringify(data);
        results[name] = { status: "ok", data, metadata: {} };
      } catch (error) {
        results[name] = { status: "error", ...thrown(error) };
      }
    }
    return results;
  }
}

function textOf(data: Json | undefined): string | undefined {
  const text = data?.["text/plain"];
  return typeof text === "string" ? text : undefined;
}

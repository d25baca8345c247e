// execute_request: runs a cell and replies with its outcome.

import { bundle } from "../bundle";
import { Cell, type Cells, KeyboardInterrupt } from "../cells/cell";
import type { TensorFlow } from "../cells/tensorflow";
import { enterKernel, type Fate, Flags, type PostToChannels } from "../link";
import { asJson, compileErrorContent, type ErrorContent, errorContent } from "../outputs/errors";
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
  postToChannels: PostToChannels;
  history: History;
}

/** What an execution comes to: the same shape whether it ran to its end or was stopped on the way. */
type Ending = { ok: true; text: string | undefined; expressions: Json } | { ok: false; error: ErrorContent };

export class Execution {
  #count = 0;
  #cell: Cell | undefined;
  #stop: (() => void) | undefined;
  /** True when a cell was interrupted: its unfinished state is repaired before the next one begins. */
  #interrupted = false;

  constructor(readonly parts: ExecutionParts) {}

  handle(message: Message, fate: Fate, answer: (answer: Answer) => void): void {
    const type = "execute_reply";
    // A cell that never ran has no number.
    if (fate === "abort") {
      answer({ type, content: { status: "aborted" } });
      return;
    }
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
    const { flags, publisher, history } = this.parts;
    if (this.#interrupted) this.#repair();
    // Before anybody sees that it runs, and may want to stop it.
    if (fate === "serve") Atomics.store(flags, Flags.running, cell.number);
    this.parts.postToChannels(
      { kind: "parent", parent: message.header, to: message.identities, silent: cell.request.silent },
      !cell.request.silent,
    );
    publisher.publish(cell, "execute_input", { code: source, execution_count: this.#count });
    if (kept) history.begin(this.#count, source);

    const onEnd = (ending: Ending): void => {
      if (kept) history.end(ending.ok ? ending.text : undefined);
      const content = { execution_count: cell.request.count };
      if (ending.ok) {
        const { expressions: user_expressions } = ending;
        answer({ type, content: { status: "ok", ...content, payload: cell.pages, user_expressions } });
        return;
      }
      publisher.publish(cell, "error", asJson(ending.error));
      const error = { status: "error", ...content, ...ending.error, user_expressions: {} };
      answer({ type, content: error, abort: stop_on_error === true });
    };
    if (fate === "interrupt") onEnd(interruption());
    else this.#run(cell, source, user_expressions as Record<string, unknown>, onEnd);
  }

  /** Ends the cell that runs: what it waits for never comes, its timers are gone, the learner sees KeyboardInterrupt. */
  interrupt(number: number): void {
    if (this.#cell?.number !== number) return;
    enterKernel(this.parts.flags);
    this.parts.publisher.streams.flush();
    this.parts.session.interrupt();
    this.#stop?.();
  }

  #repair(): void {
    this.#interrupted = false;
    this.parts.tensorflow.repair();
    this.parts.session.repair();
  }

  /**
   * Runs a cell to its end. The end does not hang on the cell's promises alone: when a cell is stopped by force, promises
   * that were about to go on may be lost with it.
   */
  #run(cell: Cell, code: string, expressions: Record<string, unknown>, onEnd: (ending: Ending) => void): void {
    const { cells, flags, tensorflow } = this.parts;
    this.#cell = cell;
    tensorflow.beginCell();
    const end = (ending: Ending): void => {
      if (this.#cell !== cell) return;
      enterKernel(flags);
      Atomics.store(flags, Flags.running, 0);
      // It may have ended by itself, between being asked to and hearing of it.
      if (cell.hasInterruptRequest()) cell.detach();
      this.#interrupted = cell.dead;
      this.#cell = undefined;
      this.#stop = undefined;
      Atomics.notify(flags, Flags.running);
      onEnd(cell.dead ? interruption() : ending);
      if (cell.dead) cell.interrupt();
    };
    this.#stop = () => {
      cell.detach();
      end(interruption());
    };
    cells
      .run(cell, () => this.#outcome(cell, code, expressions))
      .then(end, (error: unknown) => end({ ok: false, error: errorContent(error) }));
  }

  async #outcome(cell: Cell, code: string, expressions: Record<string, unknown>): Promise<Ending> {
    const { publisher, session } = this.parts;
    const outcome: Outcome = await session.execute(cell, code);
    if (outcome.status === "error") return { ok: false, error: errorContent(outcome.error) };
    if (outcome.status === "rejected") {
      const place = { label: String(cell.request.count), code: outcome.code, file: session.host.cellFile };
      return { ok: false, error: compileErrorContent(session.tslab.ts, outcome.diagnostics, place) };
    }
    const { value } = outcome;
    // A display is no value: it is waited for, and that is all.
    if (publisher.isDisplay(value)) await value;
    const shown = value !== undefined && !publisher.isDisplay(value);
    const data = shown ? await bundle(value) : undefined;
    if (cell.hasInterruptRequest()) throw new KeyboardInterrupt();
    if (data !== undefined) {
      const { count } = cell.request;
      publisher.publish(cell, "execute_result", { execution_count: count, data, metadata: {} });
    }
    return { ok: true, text: textOf(data), expressions: await this.#expressions(cell, expressions) };
  }

  async #expressions(cell: Cell, expressions: Record<string, unknown>): Promise<Json> {
    const { session } = this.parts;
    const results: Json = {};
    for (const [name, expression] of Object.entries(expressions)) {
      try {
        const value = await session.evaluate(cell, String(expression));
        // What cannot be written as JSON fails here, and no other expression with it.
        const data: unknown = JSON.parse(JSON.stringify(await bundle(value)));
        results[name] = { status: "ok", data, metadata: {} };
      } catch (error) {
        results[name] = { status: "error", ...errorContent(error) };
      }
    }
    return results;
  }
}

function interruption(): Ending {
  return { ok: false, error: errorContent(new KeyboardInterrupt()) };
}

function textOf(data: Json | undefined): string | undefined {
  const text = data?.["text/plain"];
  return typeof text === "string" ? text : undefined;
}

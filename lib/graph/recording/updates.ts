// What a step writes: variables that get new values. All of it happens after everything else of the step has been computed,
// so that a step that fails has changed nothing; and it happens in place, by TensorFlow's own update ops, wherever nothing
// reads the variable again within the step.

import { alias, dataTypeCode } from "../../tfjs/backend";
import { tf } from "../../tfjs/tf";
import { after, type Output } from "../definition/graph";
import type { Attributes } from "../definition/node-def";
import type { Recorder } from "./recorder";

/** An optimizer as tfjs counts its steps. */
export interface Counted {
  incrementIterations(): void;
}

// The node that has run when all new values are known and all outputs are computed.
const READY = "ready";

export class Updates {
  /** Variables that the step changes. */
  readonly changed = new Set<tf.Variable>();
  /** Optimizers that took part, one entry for each time they were applied. */
  readonly optimizers: Counted[] = [];
  readonly #nodes: string[] = [];
  readonly #needed: Output[] = [];

  /** @param mode "in place" as long as no variable is read after its update; "on copies" otherwise */
  constructor(
    readonly recorder: Recorder,
    readonly mode: "in place" | "on copies",
  ) {}

  /** The value of a variable as a graph output. */
  read(variable: tf.Variable): Output {
    return this.recorder.source(variable);
  }

  /** Adds a node that computes a value for an update. */
  compute(op: string, ...inputs: Output[]): Output {
    return `${this.recorder.graph.add(op, inputs, { T: { kind: "type", value: dataTypeCode("float32") } })}:0`;
  }

  constant(value: number): Output {
    const content = new Uint8Array(Float32Array.of(value).buffer);
    return this.recorder.graph.constant(dataTypeCode("float32"), [], content);
  }

  /** A number of JavaScript's that may change from step to step. */
  hostScalar(owner: object, value: () => number): Output {
    return this.recorder.hostScalar(owner, "float32", value);
  }

  /** Gives a variable a computed value. */
  assign(variable: tf.Variable, value: Output): void {
    tf.tidy(() => variable.assign(alias(variable)));
    this.recorder.bind(variable, value);
  }

  /**
   * Updates variables by one of TensorFlow's ops that work in place (ResourceApplyAdam and the like).
   *
   * @param variables those that the op takes, first in its inputs
   * @param inputs the rest of its inputs
   */
  apply(op: string, variables: readonly tf.Variable[], inputs: readonly Output[], attributes: Attributes = {}): void {
    const all: Attributes = { T: { kind: "type", value: dataTypeCode("float32") }, ...attributes };
    if (this.mode === "in place") {
      // A variable that is no longer what the step began with has been read or written: `source` says so.
      for (const variable of variables) this.recorder.source(variable);
      const handles = variables.map((variable) => this.recorder.storedVariable(variable).handle);
      this.#nodes.push(this.recorder.graph.add(op, [...handles, ...inputs, `^${READY}`], all));
      this.#needed.push(...inputs);
      for (const variable of variables) {
        tf.tidy(() => variable.assign(alias(variable)));
        this.recorder.bindUpdated(variable);
      }
      return;
    }
    const copies = variables.map((variable) => this.#copy(variable));
    const node = this.recorder.graph.add(
      op,
      [...copies.map(({ handle }) => handle), ...inputs, ...copies.map(({ filled }) => `^${filled}`)],
      all,
    );
    for (const [index, variable] of variables.entries()) {
      const dtype: Attributes = { dtype: { kind: "type", value: dataTypeCode(variable.dtype) } };
      const handle = copies[index]?.handle as Output;
      this.assign(variable, `${this.recorder.graph.add("ReadVariableOp", [handle, `^${node}`], dtype)}:0`);
    }
  }

  /**
   * Adds the assignments and what they wait for.
   *
   * @returns the names of all nodes that write
   */
  finish(variables: Iterable<tf.Variable>, outputs: readonly Output[]): string[] {
    const { graph } = this.recorder;
    for (const variable of variables) {
      if (variable.isDisposed) continue;
      const value = this.recorder.newValue(variable);
      if (value === undefined) continue;
      this.changed.add(variable);
      if (value === null) continue;
      const { handle } = this.recorder.storedVariable(variable);
      const dtype: Attributes = { dtype: { kind: "type", value: dataTypeCode(variable.dtype) } };
      this.#nodes.push(graph.add("AssignVariableOp", [handle, value, `^${READY}`], dtype));
      this.#needed.push(value);
    }
    if (this.#nodes.length > 0) graph.add("NoOp", [...new Set([...outputs, ...this.#needed].map(after))], {}, READY);
    return this.#nodes;
  }

  #copy(variable: tf.Variable): { handle: Output; filled: string } {
    const dtype: Attributes = { dtype: { kind: "type", value: dataTypeCode(variable.dtype) } };
    const value = this.recorder.source(variable);
    const handle = this.recorder.handle(variable.dtype, variable.shape);
    return { handle, filled: this.recorder.graph.add("AssignVariableOp", [handle, value], dtype) };
  }
}

// The record of one run of a function: which graph node stands for which tensor. Tensors are known by the identity of their
// data (`dataId`), which `clone` shares and every operation makes anew.

import { at } from "../../indexing";
import { alias, backend, dataTypeCode, type OpAttribute } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { UncompilableError } from "../../tfjs/uncompilable";
import { type Attributes, type AttributeValue, after, Graph, type Output } from "./definition";

/** A tensor that lives in the graph's session from run to run: a variable, or a large constant. */
export interface Stored {
  /** The tensor in JavaScript; its value is what the session starts from. */
  readonly tensor: tf.Tensor;
  readonly handle: Output;
  /** The placeholder through which a value enters, and the output that says it has. */
  readonly entry: Output;
  readonly entered: Output;
  /** The value at the beginning of a run. */
  readonly read: Output;
}

/** A number that JavaScript hands in at each run: a learning rate, the step's number. */
export interface HostScalar {
  readonly placeholder: Output;
  readonly dtype: "float32" | "int32";
  readonly value: () => number;
}

/** A variable was read after it had been updated in place: the recording starts over with copies. */
export class ReadAfterUpdate extends Error {}

// Larger tensors that the step captures are handed to the session once instead of being written into the graph's file.
const EMBEDDED_BYTES = 1024;

const UPDATED_IN_PLACE: Output = "updated in place";

export class Recorder {
  readonly graph: Graph;
  readonly stored: Stored[] = [];
  /** Large constants, kept alive for as long as the graph is used. */
  readonly captured: tf.Tensor[] = [];
  readonly hostScalars: HostScalar[] = [];
  readonly #sources = new Map<object, Output>();
  readonly #variables = new Map<tf.Variable, Stored>();
  readonly #variableOf = new Map<object, tf.Variable>();
  readonly #scalarsOf = new Map<object, Output>();
  #unfinished = 0;

  /** @param where names what runs at the moment (a layer), for messages */
  constructor(
    readonly where: () => string | undefined = () => undefined,
    shareConstants = true,
  ) {
    this.graph = new Graph(shareConstants);
  }

  /** Declares a variable, whose value a run begins with is then its own. */
  variable(variable: tf.Variable): void {
    this.#variableOf.set(variable.dataId, variable);
    // A new variable shares its data with the tensor it was made from; from here on the data stands for the variable.
    this.#sources.delete(variable.dataId);
  }

  /** The variables that the function touched. */
  get touched(): ReadonlyMap<tf.Variable, Stored> {
    return this.#variables;
  }

  /** Makes a tensor stand for an input of the graph. */
  input(tensor: tf.Tensor, name: string): Output {
    const placeholder = this.#placeholder(tensor.dtype, tensor.shape, name);
    this.#sources.set(tensor.dataId, placeholder);
    return placeholder;
  }

  /** An input for a number, the same one for the same owner. */
  hostScalar(owner: object, dtype: HostScalar["dtype"], value: () => number): Output {
    const known = this.#scalarsOf.get(owner);
    if (known !== undefined) return known;
    const placeholder = this.#placeholder(dtype, [], `host_${this.hostScalars.length}`);
    this.hostScalars.push({ placeholder, dtype, value });
    this.#scalarsOf.set(owner, placeholder);
    return placeholder;
  }

  /** Makes a tensor stand for an output of the graph. */
  bind(tensor: tf.TensorInfo, source: Output): void {
    this.#sources.set(tensor.dataId, source);
  }

  /** Makes a variable stand for a value that the graph has already put in its place. */
  bindUpdated(variable: tf.Variable): void {
    this.#sources.set(variable.dataId, UPDATED_IN_PLACE);
  }

  /** Adds the node of an operation that has just run. */
  record(op: string, attributes: readonly OpAttribute[], inputs: readonly tf.TensorInfo[], outputs: tf.Tensor[]): void {
    const sources = inputs.map((input) => this.source(input));
    if (op === "Cast" && outputs[0]?.dtype === inputs[0]?.dtype) {
      this.bind(at(outputs, 0), at(sources, 0));
      return;
    }
    // tfjs-node leaves the type of ExpandDims to be guessed, which a graph does not do.
    const type: Attributes = op === "ExpandDims" ? { T: typeOf(at(inputs, 0)) } : {};
    const node = this.graph.add(op, sources, { ...type, ...convertAttributes(attributes) });
    if (sources.length > 0 && sources.every((source) => this.graph.isFixed(source))) this.graph.markFixed(node);
    for (const [index, output] of outputs.entries()) this.#sources.set(output.dataId, `${node}:${index}`);
  }

  /** The output that stands for a tensor; a tensor from outside becomes a variable or a constant. */
  source(tensor: tf.TensorInfo): Output {
    const known = this.#sources.get(tensor.dataId);
    if (known === UPDATED_IN_PLACE) throw new ReadAfterUpdate();
    if (known !== undefined) return known;
    const variable = this.#variableOf.get(tensor.dataId);
    const source = variable === undefined ? this.#captureConstant(tensor) : this.storedVariable(variable).read;
    this.#sources.set(tensor.dataId, source);
    return source;
  }

  /** Whether a variable now holds another value than a run begins with, and where it comes from; in place: null. */
  newValue(variable: tf.Variable): Output | null | undefined {
    if (this.#variableOf.get(variable.dataId) === variable) return undefined;
    if (this.#sources.get(variable.dataId) === UPDATED_IN_PLACE) return null;
    return this.source(variable);
  }

  /** A tensor's value if it is the same in every run; otherwise the operation that it comes from. */
  originOfChange(dataId: object): string | undefined {
    const source = this.#sources.get(dataId);
    if (source === undefined) return this.#variableOf.has(dataId) ? "a variable" : undefined;
    if (this.graph.isFixed(source)) return undefined;
    return this.graph.node(source.replace(/:\d+$/, ""))?.op ?? "an update";
  }

  /** A variable's place in the session. */
  storedVariable(variable: tf.Variable): Stored {
    const known = this.#variables.get(variable);
    if (known !== undefined) return known;
    const stored = this.#store(variable);
    this.#variables.set(variable, stored);
    return stored;
  }

  /** A handle to a place in the session that only this graph knows. */
  handle(dtype: tf.DataType, shape: readonly number[]): Output {
    const name = `variable_${this.#unfinished++}`;
    this.graph.add(
      "VarHandleOp",
      [],
      {
        dtype: { kind: "type", value: dataTypeCode(dtype) },
        shape: { kind: "shape", value: shape },
        shared_name: { kind: "string", value: name },
        container: { kind: "string", value: "" },
      },
      name,
    );
    return `${name}:0`;
  }

  #placeholder(dtype: tf.DataType, shape: readonly number[], name: string): Output {
    this.graph.add(
      "Placeholder",
      [],
      { dtype: { kind: "type", value: dataTypeCode(dtype) }, shape: { kind: "shape", value: shape } },
      name,
    );
    return `${name}:0`;
  }

  #store(tensor: tf.Tensor): Stored {
    const handle = this.handle(tensor.dtype, tensor.shape);
    const name = handle.replace(":0", "");
    const type: Attributes = { dtype: { kind: "type", value: dataTypeCode(tensor.dtype) } };
    const read = `${this.graph.add("ReadVariableOp", [handle], type, `${name}_read`)}:0`;
    const entry = this.#placeholder(tensor.dtype, tensor.shape, `${name}_entry`);
    const assign = this.graph.add("AssignVariableOp", [handle, entry], type, `${name}_assign`);
    const float32 = dataTypeCode("float32");
    const done = this.graph.constant(float32, [], new Uint8Array(4));
    const entered = `${this.graph.add("Identity", [done, `^${assign}`], { T: { kind: "type", value: float32 } })}:0`;
    const stored = { tensor, handle, entry, entered, read };
    this.stored.push(stored);
    return stored;
  }

  #captureConstant(tensor: tf.TensorInfo): Output {
    if (tensor.dtype === "string") throw new UncompilableError("uses text inside the step", this.where());
    const values = backend().readSync(tensor.dataId);
    if (values.byteLength > EMBEDDED_BYTES) {
      const kept = tf.keep(alias(tensor));
      this.captured.push(kept);
      return this.#store(kept).read;
    }
    const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return this.graph.constant(dataTypeCode(tensor.dtype), tensor.shape, content);
  }
}

const typeOf = ({ dtype }: tf.TensorInfo): AttributeValue => ({ kind: "type", value: dataTypeCode(dtype) });

function convertAttributes(attributes: readonly OpAttribute[]): Attributes {
  const { binding } = backend();
  const convert = ({ name, type, value }: OpAttribute): AttributeValue => {
    const list = Array.isArray(value);
    switch (type) {
      case binding.TF_ATTR_STRING:
        return { kind: "string", value: String(value) };
      case binding.TF_ATTR_INT:
        return list ? { kind: "integers", value } : { kind: "integer", value: Number(value) };
      case binding.TF_ATTR_FLOAT:
        return list ? { kind: "floats", value } : { kind: "float", value: Number(value) };
      case binding.TF_ATTR_BOOL:
        return list ? { kind: "booleans", value } : { kind: "boolean", value: Boolean(value) };
      case binding.TF_ATTR_TYPE:
        return { kind: "type", value: Number(value) };
      case binding.TF_ATTR_SHAPE:
        return { kind: "shape", value: value as number[] };
      default:
        throw new Error(`The attribute "${name}" has the unknown type ${type}.`);
    }
  };
  return Object.fromEntries(attributes.map((attribute) => [attribute.name, convert(attribute)]));
}

// ## What a step writes
// Variables that get new values. All of it happens after everything else of the step has been computed,
// so that a step that fails has changed nothing; and it happens in place, by TensorFlow's own update ops, wherever nothing
// reads the variable again within the step.

/** An optimizer as tfjs counts its steps. */
export interface CountsSteps {
  incrementIterations(): void;
}

// The node that has run when all new values are known and all outputs are computed.
const READY = "ready";

export class Updates {
  /** Variables that the step changes. */
  readonly changed = new Set<tf.Variable>();
  /** Optimizers that took part, one entry for each time they were applied. */
  readonly optimizers: CountsSteps[] = [];
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

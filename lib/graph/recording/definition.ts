// A graph as TensorFlow reads it, from its bytes to its nodes: how messages are written, what they say of nodes, and the list of
// nodes that grows while a step is recorded.

// ## Protocol buffers on the wire
// For writing only: the few forms that TensorFlow's messages need. Follows the encoding section of the Protocol Buffers documentation (base-128 varints, tag = field << 3 | wire type).

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** A message, or a part of one: bytes that may be joined with others in any order of fields. */
export type Bytes = Uint8Array;

function varint(value: number): number[] {
  // Negative numbers are written as 64-bit two's complement, which only BigInt holds; they are rare (axis −1).
  if (value < 0 || value > Number.MAX_SAFE_INTEGER) {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    do {
      bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
      rest >>= 7n;
    } while (rest > 0n);
    return bytes;
  }
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest % 128) | (rest > 127 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return bytes;
}

const tag = (field: number, wireType: number): number[] => varint(field * 8 + wireType);

/** Joins fields into one message. */
function message(...fields: Bytes[]): Bytes {
  return Buffer.concat(fields);
}

/** An integer, boolean or enumeration field. */
function integerField(field: number, value: number | boolean): Bytes {
  return Uint8Array.from([...tag(field, VARINT), ...varint(Number(value))]);
}

/** A 32-bit float field. */
function floatField(field: number, value: number): Bytes {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return message(Uint8Array.from(tag(field, FIXED32)), bytes);
}

/** A string, bytes or message field. */
function bytesField(field: number, value: Bytes | string): Bytes {
  const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : value;
  return message(Uint8Array.from([...tag(field, LENGTH_DELIMITED), ...varint(bytes.length)]), bytes);
}

// ## TensorFlow's own messages
// A node of a graph, its attributes, the graph, and the SavedModel that holds it. Field numbers are those of
// tensorflow/core/framework/{node_def,attr_value,tensor,tensor_shape,graph}.proto and
// tensorflow/core/protobuf/{meta_graph,saved_model}.proto.

/** A value that an op is configured with (`strides`, `padding`, the type `T` of its operands). */
export type AttributeValue =
  | { kind: "string"; value: string }
  | { kind: "integer"; value: number }
  | { kind: "integers"; value: readonly number[] }
  | { kind: "float"; value: number }
  | { kind: "floats"; value: readonly number[] }
  | { kind: "boolean"; value: boolean }
  | { kind: "booleans"; value: readonly boolean[] }
  | { kind: "type"; value: number }
  | { kind: "types"; value: readonly number[] }
  | { kind: "shape"; value: readonly number[] }
  | { kind: "strings"; value: readonly string[] }
  | { kind: "function"; value: string }
  | { kind: "tensor"; dtype: number; shape: readonly number[]; content: Bytes };

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** One operation of a graph; `inputs` are `node:output` names, or `^node` for "not before that node has run". */
export interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
}

// Any GraphDef producer version from the last years means the same for the ops used here; this one is TensorFlow 2.9's.
const PRODUCER_VERSION = 1087;
const SCHEMA_VERSION = 1;
const TENSORFLOW_VERSION = "2.9.0";

/** A tensor's shape; −1 stands for a size that is not known beforehand. */
function shapeMessage(shape: readonly number[]): Bytes {
  return message(...shape.map((size) => bytesField(2, integerField(1, size))));
}

function attributeMessage(attribute: AttributeValue): Bytes {
  switch (attribute.kind) {
    case "string":
      return bytesField(2, attribute.value);
    case "integer":
      return integerField(3, attribute.value);
    case "float":
      return floatField(4, attribute.value);
    case "boolean":
      return integerField(5, attribute.value);
    case "type":
      return integerField(6, attribute.value);
    case "shape":
      return bytesField(7, shapeMessage(attribute.value));
    case "tensor":
      return bytesField(
        8,
        message(
          integerField(1, attribute.dtype),
          bytesField(2, shapeMessage(attribute.shape)),
          bytesField(4, attribute.content),
        ),
      );
    case "function":
      return bytesField(10, bytesField(1, attribute.value));
    case "strings":
      return bytesField(1, message(...attribute.value.map((value) => bytesField(2, value))));
    case "integers":
      return bytesField(1, message(...attribute.value.map((value) => integerField(3, value))));
    case "floats":
      return bytesField(1, message(...attribute.value.map((value) => floatField(4, value))));
    case "booleans":
      return bytesField(1, message(...attribute.value.map((value) => integerField(5, value))));
    case "types":
      return bytesField(1, message(...attribute.value.map((value) => integerField(6, value))));
  }
}

/** One node as a NodeDef message. */
function nodeMessage(node: NodeDef): Bytes {
  const attributes = Object.entries(node.attributes).map(([name, value]) =>
    bytesField(5, message(bytesField(1, name), bytesField(2, attributeMessage(value)))),
  );
  const inputs = node.inputs.map((input) => bytesField(3, input));
  return message(bytesField(1, node.name), bytesField(2, node.op), ...inputs, ...attributes);
}

/** Nodes as a GraphDef message. */
export function graphMessage(nodes: readonly NodeDef[]): Bytes {
  return message(
    ...nodes.map((node) => bytesField(1, nodeMessage(node))),
    bytesField(4, integerField(1, PRODUCER_VERSION)),
  );
}

/** A tensor that a signature names. */
interface NamedTensor {
  readonly name: string;
  readonly output: string;
  readonly dtype: number;
  readonly shape: readonly number[];
}

/** What a graph is called with and what it answers. */
interface Signature {
  readonly inputs: readonly NamedTensor[];
  readonly outputs: readonly NamedTensor[];
}

function signatureMessage({ inputs, outputs }: Signature): Bytes {
  const entry = (field: number, { name, output, dtype, shape }: NamedTensor): Bytes => {
    const tensor = message(bytesField(1, output), integerField(2, dtype), bytesField(3, shapeMessage(shape)));
    return bytesField(field, message(bytesField(1, name), bytesField(2, tensor)));
  };
  const fields = [...inputs.map((input) => entry(1, input)), ...outputs.map((output) => entry(2, output))];
  return message(...fields, bytesField(3, "tensorflow/serving/predict"));
}

/** The tag under which every SavedModel here is written and loaded. */
export const SERVING_TAG = "serve";

/** A graph as a SavedModel message with the one tag that is served, and the signature by which it is called. */
export function savedModelMessage(graph: Bytes, signature?: Signature): Bytes {
  const metaInfo = bytesField(1, message(bytesField(4, SERVING_TAG), bytesField(5, TENSORFLOW_VERSION)));
  const signatures =
    signature === undefined
      ? new Uint8Array()
      : bytesField(5, message(bytesField(1, "serving_default"), bytesField(2, signatureMessage(signature))));
  return message(integerField(1, SCHEMA_VERSION), bytesField(2, message(metaInfo, bytesField(2, graph), signatures)));
}

// ## A graph while it is being recorded
// Nodes with unique names, each constant held once, and in the end only the nodes that some result needs.

/** The name of a node's output: `MatMul_3:0`. */
export type Output = string;

/** Where a control input points: the node must have run, its value is not used. */
export const after = (output: Output): string => `^${nodeOf(output)}`;

/** The node that an output belongs to. */
export const nodeOf = (output: Output): string => output.replace(/^\^/, "").replace(/:\d+$/, "");

// Constants this small are looked for among those there; looking at large ones would cost more than it saves.
const SHARED_CONSTANT_BYTES = 256;

export class Graph {
  readonly #nodes = new Map<string, NodeDef>();
  readonly #constants = new Map<string, Output>();
  readonly #fixed = new Set<string>();

  constructor(readonly shareConstants = true) {}

  /** Adds a node and returns its name. */
  add(op: string, inputs: readonly string[], attributes: Attributes, name = `${op}_${this.#nodes.size}`): string {
    this.#nodes.set(name, { name, op, inputs, attributes });
    return name;
  }

  /** Adds a constant, or finds the same one again. */
  constant(dtype: number, shape: readonly number[], content: Bytes): Output {
    const small = this.shareConstants && content.length <= SHARED_CONSTANT_BYTES;
    const key = small ? `${dtype}[${shape}]${Buffer.from(content).toString("latin1")}` : "";
    const known = this.#constants.get(key);
    if (small && known !== undefined) return known;
    const name = this.add("Const", [], {
      dtype: { kind: "type", value: dtype },
      value: { kind: "tensor", dtype, shape, content: Uint8Array.from(content) },
    });
    this.#fixed.add(name);
    if (small) this.#constants.set(key, `${name}:0`);
    return `${name}:0`;
  }

  /** Remembers that a node yields the same in every run, because it depends on constants alone. */
  markFixed(node: string): void {
    this.#fixed.add(node);
  }

  /** Whether an output is the same in every run. */
  isFixed(output: Output): boolean {
    return this.#fixed.has(nodeOf(output));
  }

  node(name: string): NodeDef | undefined {
    return this.#nodes.get(name);
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** The nodes that the named ones need, in the order in which they were added. */
  reachable(results: readonly string[]): NodeDef[] {
    const needed = new Set<string>();
    const open = results.map(nodeOf);
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (needed.has(name)) continue;
      needed.add(name);
      const node = this.#nodes.get(name);
      if (node === undefined) throw new Error(`The graph has no node "${name}".`);
      open.push(...node.inputs.map(nodeOf));
    }
    return [...this.#nodes.values()].filter((node) => needed.has(node.name));
  }
}

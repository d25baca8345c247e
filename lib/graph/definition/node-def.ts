// TensorFlow's own messages: a node of a graph, its attributes, the graph, and the SavedModel that holds it.
// Field numbers are those of tensorflow/core/framework/{node_def,attr_value,tensor,tensor_shape,graph}.proto and
// tensorflow/core/protobuf/{meta_graph,saved_model}.proto.
import { type Bytes, bytesField, floatField, integerField, message } from "./wire";

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

/** A graph as a SavedModel message with the one tag that is served, and the signature by which it is called. */
export function savedModelMessage(graph: Bytes, signature?: Signature): Bytes {
  const metaInfo = bytesField(1, message(bytesField(4, SERVING_TAG), bytesField(5, TENSORFLOW_VERSION)));
  const signatures =
    signature === undefined
      ? new Uint8Array()
      : bytesField(5, message(bytesField(1, "serving_default"), bytesField(2, signatureMessage(signature))));
  return message(integerField(1, SCHEMA_VERSION), bytesField(2, message(metaInfo, bytesField(2, graph), signatures)));
}

/** The tag under which every SavedModel here is written and loaded. */
export const SERVING_TAG = "serve";

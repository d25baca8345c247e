// One graph for batches of any size. A recording holds its batch's size in constants (the shape that a reshape asks for); so
// a function is recorded with two sizes, and a constant that differs grows with the batch: it becomes `slope · size + offset`.

import { at } from "../indexing";
import { dataTypeCode } from "../tfjs/tensors";
import { UncompilableError } from "../tfjs/uncompilable";
import type { Attributes, AttributeValue, NodeDef } from "./recording/definition";

type TensorAttribute = Extract<AttributeValue, { kind: "tensor" }>;

const INT32 = dataTypeCode("int32");
const INT_TYPE: AttributeValue = { kind: "type", value: INT32 };

/**
 * Merges two recordings of a function with different batch sizes.
 *
 * @param small its nodes for the batch size `sizes[0]`
 * @param large its nodes for the batch size `sizes[1]`
 * @param input the placeholder whose first axis is the batch
 * @throws UncompilableError when the function depends on the size in another way
 */
export function forAnyBatch(
  small: readonly NodeDef[],
  large: readonly NodeDef[],
  sizes: Sizes,
  input: string,
): NodeDef[] {
  if (small.length !== large.length) throw new UncompilableError("does something else for another batch size");
  const size = batchSize(input);
  const merged = small.flatMap((node, index) => mergeNode(node, at(large, index), sizes));
  return [...size, ...merged];
}

const SIZE = "batch_size";

/** Nodes for the number of rows of an input. */
function batchSize(input: string): NodeDef[] {
  const slice: Attributes = {
    T: INT_TYPE,
    Index: INT_TYPE,
    begin_mask: { kind: "integer", value: 0 },
    end_mask: { kind: "integer", value: 0 },
    ellipsis_mask: { kind: "integer", value: 0 },
    new_axis_mask: { kind: "integer", value: 0 },
    shrink_axis_mask: { kind: "integer", value: 1 },
  };
  return [
    {
      name: "batch_shape",
      op: "Shape",
      inputs: [`${input}:0`],
      attributes: { T: { kind: "type", value: dataTypeCode("float32") }, out_type: INT_TYPE },
    },
    integers("batch_begin", [1], [0]),
    integers("batch_end", [1], [1]),
    {
      name: SIZE,
      op: "StridedSlice",
      inputs: ["batch_shape", "batch_begin", "batch_end", "batch_end"],
      attributes: slice,
    },
  ];
}

function integers(name: string, shape: readonly number[], values: readonly number[]): NodeDef {
  const content = new Uint8Array(Int32Array.from(values).buffer);
  return {
    name,
    op: "Const",
    inputs: [],
    attributes: { dtype: INT_TYPE, value: { kind: "tensor", dtype: INT32, shape, content } },
  };
}

function mergeNode(small: NodeDef, large: NodeDef, sizes: Sizes): NodeDef[] {
  if (small.op !== large.op || small.inputs.join() !== large.inputs.join()) {
    throw new UncompilableError(`does something else for another batch size, at ${small.op}`);
  }
  if (small.op === "Placeholder")
    return [{ ...small, attributes: { ...small.attributes, shape: anyBatchShape(small) } }];
  const [a, b] = [small.attributes.value, large.attributes.value];
  if (small.op === "Const" && a?.kind === "tensor" && b?.kind === "tensor") return mergeConstant(small, a, b, sizes);
  for (const [name, value] of Object.entries(small.attributes)) {
    if (JSON.stringify(value) === JSON.stringify(large.attributes[name])) continue;
    throw new UncompilableError(`takes the batch size as a fixed setting (${name} of ${small.op})`);
  }
  return [small];
}

type Sizes = readonly [small: number, large: number];

function mergeConstant(node: NodeDef, small: TensorAttribute, large: TensorAttribute, sizes: Sizes): NodeDef[] {
  const sameShape = small.shape.join() === large.shape.join();
  if (sameShape && Buffer.compare(small.content, large.content) === 0) return [node];
  if (sameShape && small.dtype === INT32) {
    const [a, b] = [small, large].map(({ content }) => [...new Int32Array(Uint8Array.from(content).buffer)]);
    return growingConstant(node.name, small.shape, a as number[], b as number[], sizes);
  }
  // A block of one number, such as the zeros that a recurrent network begins with: filled to its size.
  const element = elementOfAll(small);
  if (element !== undefined && Buffer.compare(element, elementOfAll(large) ?? Buffer.of()) === 0) {
    const dtype: AttributeValue = { kind: "type", value: small.dtype };
    const value: AttributeValue = { kind: "tensor", dtype: small.dtype, shape: [], content: element };
    return [
      ...growingConstant(`${node.name}_shape`, [small.shape.length], small.shape, large.shape, sizes),
      { name: `${node.name}_element`, op: "Const", inputs: [], attributes: { dtype, value } },
      {
        name: node.name,
        op: "Fill",
        inputs: [`${node.name}_shape`, `${node.name}_element`],
        attributes: { T: dtype, index_type: INT_TYPE },
      },
    ];
  }
  throw new UncompilableError("holds a value that depends on the batch size other than as a shape");
}

/** Integers that are `slope · size + offset`. */
function growingConstant(
  name: string,
  shape: readonly number[],
  small: readonly number[],
  large: readonly number[],
  [smallSize, largeSize]: Sizes,
): NodeDef[] {
  const slopes = small.map((value, i) => (at(large, i) - value) / (largeSize - smallSize));
  if (small.length !== large.length || slopes.some((slope) => !Number.isInteger(slope))) {
    throw new UncompilableError("holds a shape that does not grow evenly with the batch");
  }
  const offsets = small.map((value, i) => value - at(slopes, i) * smallSize);
  const type = { T: INT_TYPE };
  return [
    integers(`${name}_slope`, shape, slopes),
    integers(`${name}_offset`, shape, offsets),
    { name: `${name}_product`, op: "Mul", inputs: [`${name}_slope`, SIZE], attributes: type },
    { name, op: "AddV2", inputs: [`${name}_product`, `${name}_offset`], attributes: type },
  ];
}

/** The bytes of the number that all of a tensor consists of, if it does. */
function elementOfAll({ shape, content }: TensorAttribute): Buffer | undefined {
  const count = shape.reduce((product, size) => product * size, 1);
  const bytes = Buffer.from(content);
  const width = bytes.length / count;
  const element = bytes.subarray(0, width);
  for (let i = 0; i < count; i++) {
    if (bytes.compare(element, 0, width, i * width, (i + 1) * width) !== 0) return undefined;
  }
  return element;
}

function anyBatchShape({ attributes }: NodeDef): AttributeValue {
  const shape = attributes.shape;
  if (shape?.kind !== "shape") throw new Error("A placeholder without a shape was recorded.");
  return { kind: "shape", value: [-1, ...shape.value.slice(1)] };
}

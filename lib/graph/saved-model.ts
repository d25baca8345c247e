// A function of tensors as a TensorFlow SavedModel for other programs: Python's tf.saved_model.load, TensorFlow Serving.

import { at } from "../indexing";
import { type FolderKind, refuseForeignFolder, writeOwnFolder } from "../own-folder";
import { backend, dataTypeCode } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";
import { UncompilableError } from "../tfjs/uncompilable";
import { forAnyBatch } from "./any-batch-size";
import { graphMessage, type NodeDef, nodeOf, savedModelMessage } from "./recording/definition";
import type { Stored } from "./recording/recorder";
import { type Body, type Rewrite, type Trace, trace } from "./recording/trace";

/** A tensor that a SavedModel takes or gives, its first axis being the batch. */
export interface ServedTensor {
  readonly name: string;
  /** The shape of one example, without the batch. */
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32" | "bool";
}

// Two sizes that are told apart from each other and from 1, which broadcasts.
const SIZES = [2, 3] as const;

const SAVED_MODEL: FolderKind = { what: "a SavedModel", file: "saved_model.pb" };

/**
 * Writes a function as a SavedModel with the signature `serving_default`. Variables are written as constants, so that one
 * file holds all of it.
 *
 * @param inputs what the function takes, in order
 * @param outputNames what its results are called, in order
 * @param folder made when it is not there; a SavedModel that was written here before is replaced, whole or not at all
 * @param rewrites faster forms to record in place of what the function does
 * @throws Error, before anything else, when there is anything else
 */
export function writeSavedModel(
  body: Body,
  inputs: readonly ServedTensor[],
  outputNames: readonly string[],
  folder: string,
  rewrites: readonly Rewrite[] = [],
): void {
  refuseForeignFolder(folder, SAVED_MODEL);
  const traces: Trace[] = [];
  try {
    const [small, large] = SIZES.map((size) => {
      const recorded = record(body, inputs, size, rewrites);
      traces.push(recorded.trace);
      if (recorded.trace.hostScalars.length > 0)
        throw new UncompilableError("draws random numbers or counts steps, which a SavedModel cannot do", "the model");
      return recorded;
    }) as [Recorded, Recorded];
    const [first] = small.trace.inputs;
    const merged = forAnyBatch(withValues(small.trace), withValues(large.trace), SIZES, nodeOf(first as string));
    const signature = {
      inputs: inputs.map(({ name, shape, dtype }, i) => {
        return { name, output: at(small.trace.inputs, i), dtype: dataTypeCode(dtype), shape: [-1, ...shape] };
      }),
      outputs: small.outputs.map(({ shape, dtype }, i) => ({
        name: outputNames[i] ?? `output_${i}`,
        output: at(small.trace.outputs, i),
        dtype: dataTypeCode(dtype),
        // An axis that grows with the batch is open.
        shape: shape.map((size, axis) => (size === large.outputs[i]?.shape[axis] ? size : -1)),
      })),
    };
    writeOwnFolder(folder, SAVED_MODEL, savedModelMessage(graphMessage(merged), signature));
  } finally {
    for (const recorded of traces) recorded.dispose();
  }
}

interface Recorded {
  readonly trace: Trace;
  readonly outputs: readonly { shape: number[]; dtype: tf.DataType }[];
}

function record(body: Body, inputs: readonly ServedTensor[], size: number, rewrites: readonly Rewrite[]): Recorded {
  let outputs: Recorded["outputs"] = [];
  const examples = inputs.map(({ shape, dtype }) => tf.zeros([size, ...shape], dtype));
  const noteOutputs: Body = (...tensors) => {
    const results = body(...tensors);
    outputs = results.map(({ shape, dtype }) => ({ shape, dtype }));
    return results;
  };
  try {
    return {
      trace: trace(noteOutputs, examples, { seed: 0, step: () => 0, rewrites, shareConstants: false }),
      outputs,
    };
  } finally {
    tf.dispose(examples);
  }
}

/** The nodes with the variables' values in place of the variables. */
function withValues({ nodes, stored }: Trace): NodeDef[] {
  const byRead = new Map<string, Stored>(stored.map((place) => [nodeOf(place.read), place]));
  const inSession = new Set(stored.flatMap(({ handle, entry, entered }) => [handle, entry, entered].map(nodeOf)));
  return nodes.flatMap((node): NodeDef[] => {
    const place = byRead.get(node.name);
    if (place !== undefined) return [valueNode(node.name, place.tensor)];
    return inSession.has(node.name) || node.op === "AssignVariableOp" ? [] : [node];
  });
}

function valueNode(name: string, tensor: tf.Tensor): NodeDef {
  const values = backend().readSync(tensor.dataId);
  const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const dtype = dataTypeCode(tensor.dtype);
  return {
    name,
    op: "Const",
    inputs: [],
    attributes: {
      dtype: { kind: "type", value: dtype },
      value: { kind: "tensor", dtype, shape: tensor.shape, content },
    },
  };
}

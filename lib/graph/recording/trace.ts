// Recording: a function runs once, operation by operation, on real tensors, while every operation that passes through the
// backend is noted down. Afterwards everything is as before: variables hold what they held, and all methods are in place.

import { at } from "../../indexing";
import { Replacements, refuseWrongSecondGradients, variableMethods } from "../../tfjs/replacements";
import { alias, backend, dataTypeCode } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { UncompilableError } from "../../tfjs/uncompilable";
import { type Attributes, after, type NodeDef, type Output } from "./definition";
import { mix, replaceGradients, replaceKernels, replaceRandomFunctions } from "./operations";
import { replaceOptimizers } from "./optimizers";
import { type CountsSteps, type HostScalar, ReadAfterUpdate, Recorder, type Stored, Updates } from "./recorder";

// ## Disposed variables
// A variable that a step needs may be gone, by a model's `dispose`, an optimizer's or its own.

/** A step was run after a variable that it uses had been disposed. */
export class DisposedVariableError extends Error {
  /** @param variables what is gone, in words */
  constructor(variables: readonly string[]) {
    const [first = "", ...others] = variables;
    const more = others.length === 0 ? "" : ` and ${others.length} more`;
    super(
      `${first}${more} was disposed, with its model or optimizer perhaps, and this step uses it. ` +
        "Make a new step for a model and an optimizer that still have their variables, or dispose the step before them.",
    );
    this.name = "DisposedVariableError";
  }
}

/** A variable in words; those without a name of their own are numbered by tfjs. */
function describeVariable(tensor: tf.Tensor): string {
  const name = tensor instanceof tf.Variable && !/^\d+$/.test(tensor.name) ? ` "${tensor.name}"` : "";
  return `The variable${name} of shape [${tensor.shape.join(", ")}]`;
}

/** Makes reading a disposed variable an error that explains it, until the replacements are restored. */
function explainDisposedVariables(replacements: Replacements): void {
  replacements.replace(
    variableMethods,
    "throwIfDisposed",
    () =>
      function (this: unknown) {
        refuseDisposed([this as tf.Variable]);
      },
  );
}

/** @throws DisposedVariableError when one of the variables is gone */
export function refuseDisposed(tensors: readonly tf.Tensor[]): void {
  const gone = tensors.filter(({ isDisposed }) => isDisposed);
  if (gone.length > 0) throw new DisposedVariableError(gone.map(describeVariable));
}

// ## The recording

/** A function of tensors that may assign to variables. */
export type Body = (...inputs: tf.Tensor[]) => tf.Tensor[];

/** Patches a computation until the replacements are restored; the new form must compute the same. */
export type Rewrite = (replacements: Replacements) => void;

interface TraceOptions {
  /** Seed of all random operations. */
  readonly seed: number;
  /** The number of the step, the first being 0; random operations draw anew for each. */
  readonly step: () => number;
  /** Names what runs at the moment, for messages. */
  readonly where?: () => string | undefined;
  /** Faster forms of what the function does, by whoever knows more than tfjs's kernels: a layer's formula, say. */
  readonly rewrites?: readonly Rewrite[];
  /** Whether equal constants become one node (the default); otherwise the same function always records the same nodes. */
  readonly shareConstants?: boolean;
}

/** A recorded function, ready to be loaded. */
export interface Trace {
  readonly nodes: readonly NodeDef[];
  readonly inputs: readonly Output[];
  readonly outputs: readonly Output[];
  readonly stored: readonly Stored[];
  /** The variables that a run changes. */
  readonly written: readonly Stored[];
  readonly hostScalars: readonly HostScalar[];
  /** The optimizers that took part, which count their iterations. */
  readonly optimizers: readonly CountsSteps[];
  /** The large constants that the function captured. */
  readonly captured: readonly tf.Tensor[];
  /** Frees them. */
  dispose(): void;
}

let recording = false;

/** Whether a function is being recorded at the moment. */
export const isRecording = (): boolean => recording;

/**
 * Records a function.
 *
 * @throws UncompilableError when it does what no graph can do
 */
export function trace(body: Body, inputs: readonly tf.Tensor[], options: TraceOptions): Trace {
  try {
    return record(body, inputs, options, "in place");
  } catch (error) {
    if (!(error instanceof ReadAfterUpdate)) throw error;
    return record(body, inputs, options, "on copies");
  }
}

function record(
  body: Body,
  inputs: readonly tf.Tensor[],
  options: TraceOptions,
  mode: "in place" | "on copies",
): Trace {
  const recorder = new Recorder(options.where, options.shareConstants);
  const updates = new Updates(recorder, mode);
  const replacements = new Replacements();
  const kept: tf.Tensor[] = [];
  let recorded: Trace | undefined;
  try {
    recording = true;
    replacements.afterwards(() => {
      recording = false;
      // A function that fails while gradients are taken leaves behind what tfjs has kept for them.
      if (recorded === undefined) tf.dispose([...kept, ...recorder.captured]);
    });
    const before = new VariableValues(recorder, replacements);
    replacements.replace(tf.engine(), "keep", (original) => (tensor) => {
      kept.push(tensor);
      original.call(tf.engine(), tensor);
      return tensor;
    });
    tf.tidy(() => {
      const own = inputs.map((input) => alias(input));
      const names = own.map((input, index) => recorder.input(input, `input_${index}`));
      replaceExecution(replacements, recorder);
      explainDisposedVariables(replacements);
      replaceKernels(replacements);
      replaceGradients(replacements);
      refuseWrongSecondGradients(replacements, recorder.where);
      for (const rewrite of options.rewrites ?? []) rewrite(replacements);
      replaceOptimizers(replacements, updates);
      replaceRandomFunctions(replacements, {
        where: recorder.where,
        seedOf: (ordinal, seed) => stepSeed(recorder, mix(seed ?? options.seed, ordinal), options.step),
      });
      const results = body(...own);
      const sources = results.map((result) => recorder.source(result));
      const writers = updates.finish(before.all(), sources);
      const outputs = results.map((result, index) => outputAfter(recorder, at(sources, index), result, writers));
      tf.dispose(results);
      recorded = finish(recorder, updates, names, outputs);
    });
    return recorded as unknown as Trace;
  } finally {
    replacements.restore();
  }
}

function finish(recorder: Recorder, updates: Updates, inputs: readonly Output[], outputs: readonly Output[]): Trace {
  const { graph, stored, hostScalars, touched } = recorder;
  const fed = [...inputs, ...hostScalars.map(({ placeholder }) => placeholder)];
  const nodes = graph.reachable([...fed, ...outputs, ...stored.flatMap(({ entered, read }) => [entered, read])]);
  return {
    nodes,
    inputs,
    outputs,
    stored,
    written: [...touched].filter(([variable]) => updates.changed.has(variable)).map(([, place]) => place),
    hostScalars,
    optimizers: updates.optimizers,
    captured: recorder.captured,
    dispose: () => tf.dispose(recorder.captured),
  };
}

/** The values of all variables before the function ran, put back when the replacements are restored. */
class VariableValues {
  readonly #before = new Map<tf.Variable, tf.Tensor>();

  constructor(recorder: Recorder, replacements: Replacements) {
    const engine = tf.engine();
    const seen = new Set<object>();
    replacements.afterwards(() => this.#restore());
    for (const variable of Object.values(engine.registeredVariables)) {
      // Variables that share their data (after `twin.setWeights(model.getWeights())`) could not be told apart.
      if (seen.has(variable.dataId)) tf.tidy(() => variable.assign(alias(variable)));
      seen.add(variable.dataId);
      this.#keep(recorder, variable);
    }
    replacements.replace(engine, "makeVariable", (original) => (...parameters) => {
      const variable = original.apply(engine, parameters);
      tf.tidy(() => variable.assign(alias(variable)));
      this.#keep(recorder, variable);
      return variable;
    });
  }

  #keep(recorder: Recorder, variable: tf.Variable): void {
    recorder.variable(variable);
    const value = variable.clone();
    value.kept = true; // not by tf.keep, which whoever records may watch to free what a failing step has kept
    this.#before.set(variable, value);
  }

  all(): Iterable<tf.Variable> {
    return this.#before.keys();
  }

  #restore(): void {
    for (const [variable, value] of this.#before) {
      if (!variable.isDisposed && variable.dataId !== value.dataId) variable.assign(value);
      value.dispose();
    }
  }
}

function replaceExecution(replacements: Replacements, recorder: Recorder): void {
  const target = backend();
  replacements.replace(target, "executeSingleOutput", (original) => (op, attributes, inputs) => {
    refuseDisposed(inputs.filter((input) => input instanceof tf.Variable));
    const output = original.call(target, op, attributes, inputs);
    recorder.record(op, attributes, inputs, [output]);
    return output;
  });
  replacements.replace(target, "executeMultipleOutputs", (original) => (op, attributes, inputs, count) => {
    const outputs = original.call(target, op, attributes, inputs, count);
    recorder.record(op, attributes, inputs, outputs);
    return outputs;
  });
  const refuseChanging = (dataId: object): void => {
    const origin = recorder.originOfChange(dataId);
    if (origin === undefined) return;
    throw new UncompilableError(`reads the value of ${origin} in JavaScript`, recorder.where());
  };
  replacements.replace(target, "readSync", (original) => (dataId) => {
    refuseChanging(dataId);
    return original.call(target, dataId);
  });
  replacements.replace(target, "read", (original) => (dataId) => {
    refuseChanging(dataId);
    return original.call(target, dataId);
  });
}

/** The pair of seeds of a random operation: the first fixed, the second the number of the step. */
function stepSeed(recorder: Recorder, seed: number, step: () => number): tf.Tensor1D {
  const pair = tf.tensor1d([seed, step()], "int32");
  const counter = recorder.hostScalar(step, "int32", step);
  const first = recorder.graph.constant(dataTypeCode("int32"), [], new Uint8Array(Int32Array.of(seed).buffer));
  const attributes: Attributes = {
    T: { kind: "type", value: dataTypeCode("int32") },
    N: { kind: "integer", value: 2 },
    axis: { kind: "integer", value: 0 },
  };
  recorder.bind(pair, `${recorder.graph.add("Pack", [first, counter], attributes)}:0`);
  return pair;
}

/** An output that is there only when all updates have been made. */
function outputAfter(recorder: Recorder, source: Output, tensor: tf.Tensor, updates: readonly string[]): Output {
  const type: Attributes = { T: { kind: "type", value: dataTypeCode(tensor.dtype) } };
  return `${recorder.graph.add("Identity", [source, ...updates.map(after)], type)}:0`;
}

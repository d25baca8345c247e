// Methods and functions that stand in for tfjs's own while a step is recorded or gradients are taken, and their return afterwards:
// always, also where a notebook's kernel ends the running code by force, which runs no `finally` (V8's TerminateExecution).

import { createRequire } from "node:module";
// Taken from the module, not from the global scope: a kernel may clear a cell's timers when it interrupts the cell.
import { setImmediate as turn } from "node:timers/promises";
import type { Activation, Methods } from "./layers";
import { tf } from "./tf";
import { UncompilableError } from "./uncompilable";

/** What is not undone yet, in the order in which it was begun. */
const open: CleanupStack[] = [];

/** Actions that are done in reverse order when the work has ended: by `restore`, or else at the next turn of the event loop. */
export class CleanupStack {
  readonly #actions: (() => void)[] = [];

  constructor() {
    if (open.length === 0) void turn().then(restoreAll);
    open.push(this);
  }

  /** Registers a cleanup; running it twice must be as good as once. */
  afterwards(action: () => void): void {
    this.#actions.push(action);
  }

  /** Puts everything back. */
  restore(): void {
    for (let action = this.#actions.at(-1); action !== undefined; action = this.#actions.at(-1)) {
      try {
        action();
      } finally {
        this.#actions.pop(); // only now, so that one that was ended by force is done again
      }
    }
    if (open.includes(this)) open.splice(open.indexOf(this), 1);
  }
}

/** The work is done within one turn of the event loop: what is still open was left behind. */
function restoreAll(): void {
  for (const left of open.toReversed()) left.restore();
}

/** A set of replacements that are undone together, in reverse order. */
export class Replacements extends CleanupStack {
  /** Replaces a property of an object until `restore`; the original is handed over, for the replacement to call. */
  replace<Target extends object, Key extends keyof Target>(
    target: Target,
    key: Key,
    replacement: (original: Target[Key]) => Target[Key],
  ): void {
    const own = Object.getOwnPropertyDescriptor(target, key);
    const value = replacement(target[key]);
    this.afterwards(() => {
      if (own === undefined) delete target[key];
      else Object.defineProperty(target, key, own);
    });
    Object.defineProperty(target, key, {
      value,
      configurable: true,
      writable: true,
      enumerable: own?.enumerable ?? false,
    });
  }
}

// ## Where the methods of tfjs's layers and variables live, whose classes it does not export or keeps private

/** The activation of a name. */
export const activationNamed = (name: "gelu" | "sigmoid" | "tanh"): Activation =>
  (tf.layers.activation({ activation: name }) as unknown as { readonly activation: Activation }).activation;

const INSTANCES: { readonly [Kind in keyof Methods]: () => object } = {
  activation: () => activationNamed("gelu"),
  batchNormalization: () => tf.layers.batchNormalization(),
  embedding: () => tf.layers.embedding({ inputDim: 1, outputDim: 1 }),
  gru: () => tf.layers.gru({ units: 1 }),
  layerNormalization: () => tf.layers.layerNormalization(),
  lstm: () => tf.layers.lstm({ units: 1 }),
  rnn: () => tf.layers.rnn({ cell: tf.layers.simpleRNNCell({ units: 1 }) }),
  simpleRNN: () => tf.layers.simpleRNN({ units: 1 }),
};

/** The object that holds the methods of all layers of a kind, which tfjs does not export. The activation is GELU. */
export const methodsOf = <Kind extends keyof Methods>(kind: Kind): Methods[Kind] =>
  Object.getPrototypeOf(INSTANCES[kind]()) as Methods[Kind];

/** The methods of variables; what they do when one is used that is gone is private. */
export const variableMethods = tf.Variable.prototype as unknown as { throwIfDisposed(): void };

// ## What tfjs registers: the kernels of its operations and their gradients

/** The tensors and attributes that a kernel computes with. */
export interface KernelParameters<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly backend: unknown;
  readonly attrs: Attributes;
}

/** A kernel of an operation with one output. */
export type Kernel<Inputs = tf.NamedTensorInfoMap, Attributes = tf.NamedAttrMap> = (
  parameters: KernelParameters<Inputs, Attributes>,
) => tf.TensorInfo;

/** What computes an operation in TensorFlow's backend; what it takes the caller knows. */
export const kernelOf = <Inputs = tf.NamedTensorInfoMap, Attributes = tf.NamedAttrMap>(
  operation: string,
): { kernelFunc: Kernel<Inputs, Attributes> } =>
  tf.getKernel(operation, "tensorflow") as unknown as { kernelFunc: Kernel<Inputs, Attributes> };

export interface GradientConfig {
  inputsToSave?: string[];
  outputsToSave?: boolean[];
  gradFunc(dy: tf.Tensor, saved: tf.Tensor[], attributes?: object): Record<string, () => tf.Tensor>;
}

/** What computes the gradient of an operation, and what it wants kept. */
export const gradientOf = (operation: string): GradientConfig => tf.getGradient(operation) as GradientConfig;

/**
 * The functions of tfjs-core, by name. tfjs-layers calls them through the object that tfjs-core exports; this is the same object,
 * found from where tfjs-node finds it.
 */
export const coreFunctions: Record<string, unknown> = createRequire(require.resolve("@tensorflow/tfjs-node"))(
  "@tensorflow/tfjs-core",
);

// ## While gradients are taken
// Some cannot be: what tfjs says of them names its own functions (y=f(x), variableGrads) and no remedy, and what it keeps for
// gradients it frees only when it has taken them.

interface Fault {
  readonly ofTfjs: RegExp;
  readonly words: (match: RegExpExecArray) => string;
}

const FAULTS: readonly Fault[] = [
  {
    ofTfjs: /^Cannot compute gradient: gradient function not found for (\w+)/,
    words: ([, operation]) =>
      `goes through ${operation}, which has no gradient, so nothing can be learned through it. Take smooth operations in its place: ` +
      "tf.sigmoid for a comparison, tf.softmax for an argMax",
  },
  {
    ofTfjs: /^Cannot (?:find a connection|compute gradient of y=f\(x\))/,
    words: () =>
      "does not depend on anything that a gradient is taken by. Compute it by TensorFlow's operations from the outputs or variables " +
      "themselves, not from numbers that were read out of them (dataSync) or from the targets alone",
  },
  {
    ofTfjs: /must return a scalar, but it returned a rank-(\d+) tensor/,
    words: ([, rank]) => `is a tensor of rank ${rank}; it is one number. Take its mean: .mean()`,
  },
];

/**
 * Takes gradients; where that fails, nothing is left of it.
 *
 * @param what that of which they are taken, as the beginning of a sentence
 * @throws RangeError in place of tfjs's own errors about gradients
 */
export function takingGradients<Result>(what: string, take: () => Result): Result {
  const kept: tf.Tensor[] = [];
  const keeping = new Replacements();
  keeping.replace(tf.engine(), "keep", (keep) => (tensor) => {
    kept.push(tensor);
    keep.call(tf.engine(), tensor);
    return tensor;
  });
  try {
    return take();
  } catch (error) {
    tf.dispose(kept);
    throw inOurWords(what, error);
  } finally {
    keeping.restore();
  }
}

function inOurWords(what: string, error: unknown): unknown {
  if (!(error instanceof Error) || Object.getPrototypeOf(error) !== Error.prototype) return error;
  for (const { ofTfjs, words } of FAULTS) {
    const match = ofTfjs.exec(error.message);
    if (match) return new RangeError(`${what} ${words(match)}.`, { cause: error });
  }
  return error;
}

// ## Gradients of gradients in a recording
// A function with a gradient of its own (`tf.customGrad`) that uses intermediate results it kept has no second one: whatever it
// kept counts as constant. tfjs would go on with a wrong number; a recording refuses.

type GradientOf = (...parameters: unknown[]) => unknown;

/** The part of tfjs's engine that records operations; private there. */
interface Engine {
  readonly state: { readonly gradientDepth: number };
  nextTensorId(): number;
  addTapeNode(
    name: string,
    inputs: tf.NamedTensorMap,
    outputs: tf.Tensor[],
    gradient: GradientOf | null,
    saved: tf.Tensor[],
    attributes: object,
  ): void;
}

const engine = (): Engine => tf.engine() as unknown as Engine;

/** Whether the gradient that is being taken will be differentiated itself. */
export const isDifferentiated = (): boolean => engine().state.gradientDepth > 0;

/** The number that the next tensor will be known by: tensors that are there have smaller ones. */
export const nextTensorId = (): number => engine().nextTensorId();

/** Makes second gradients that would be wrong an error until the replacements are restored. */
export function refuseWrongSecondGradients(replacements: Replacements, where: () => string | undefined): void {
  /** What the gradient that is being taken has kept of intermediate results, if it will be differentiated. */
  let constant: ReadonlySet<tf.Tensor> = new Set();
  replacements.replace(engine(), "addTapeNode", (original) => (name, inputs, outputs, gradient, saved, attributes) => {
    if (Object.values(inputs).some((input) => constant.has(input)))
      throw new UncompilableError(
        "takes the gradient of a gradient through a function (tf.customGrad) whose gradient uses results that it kept",
        where(),
      );
    const followed = new Set([...Object.values(inputs), ...outputs].map(({ dataId }) => dataId));
    // Whole numbers, such as labels, have no gradient anyway.
    const floats = saved.filter(({ dtype }) => dtype === "float32");
    const intermediate = new Set(floats.filter(({ dataId }) => !followed.has(dataId)));
    const watched: GradientOf | null =
      gradient === null || intermediate.size === 0
        ? gradient
        : (...parameters) => {
            if (!isDifferentiated()) return gradient(...parameters);
            const before = constant;
            constant = intermediate;
            try {
              return gradient(...parameters);
            } finally {
              constant = before;
            }
          };
    original.call(engine(), name, inputs, outputs, watched, saved, attributes);
  });
}

// A function of tensors that runs as one graph: recorded for each combination of input shapes, the variables living in the
// graph's session between runs.

import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { messageOf } from "../error-message";
import { at } from "../indexing";
import { temporaryFolder } from "../own-folder";
import { CleanupStack } from "../tfjs/replacements";
import { backend, dataTypeCode, type TensorMetadata } from "../tfjs/tensors";
import type { tf } from "../tfjs/tf";
import { StepFailedError, UncompilableError } from "../tfjs/uncompilable";
import { type Bytes, graphMessage, type Output, SERVING_TAG, savedModelMessage } from "./recording/definition";
import { type Body, isRecording, type Rewrite, refuseDisposed, type Trace, trace } from "./recording/trace";

// ## A graph that TensorFlow has loaded
// tfjs-node offers one way in: a SavedModel in a folder, which is needed only while it is read, and is gone afterwards whatever
// happens.

/** A value for a placeholder: a tensor, or a number with its type. */
type Feed = readonly [placeholder: Output, value: tf.Tensor | { value: number; dtype: "float32" | "int32" }];

export class Session {
  readonly #id: number;
  #disposed = false;

  /**
   * @param graph a GraphDef message
   * @throws UncompilableError when TensorFlow does not load it
   */
  constructor(graph: Bytes) {
    this.#id = loadFromTemporaryFolder(savedModelMessage(graph));
  }

  /**
   * Runs the graph.
   *
   * @returns the fetched outputs, which the caller disposes
   * @throws Error with TensorFlow's words when an operation fails
   */
  run(feeds: readonly Feed[], fetches: readonly Output[]): tf.Tensor[] {
    const { createOutputTensor } = backend();
    return this.#run(feeds, fetches).map((metadata) => createOutputTensor.call(backend(), metadata));
  }

  /** Runs the graph for its effects. */
  runForEffect(feeds: readonly Feed[], fetches: readonly Output[]): void {
    for (const { id } of this.#run(feeds, fetches)) backend().binding.deleteTensor(id);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    backend().binding.deleteSavedModel(this.#id);
  }

  #run(feeds: readonly Feed[], fetches: readonly Output[]): TensorMetadata[] {
    const running = backend();
    const temporary: number[] = [];
    try {
      const ids = feeds.map(([, value]) => {
        if ("dataId" in value) return at(running.getInputTensorIds([value]), 0);
        const array = value.dtype === "int32" ? Int32Array.of(value.value) : Float32Array.of(value.value);
        const id = running.binding.createTensor([], dataTypeCode(value.dtype), array);
        temporary.push(id);
        return id;
      });
      const names = feeds.map(([placeholder]) => placeholder).join(",");
      return running.binding.runSavedModel(this.#id, ids, names, fetches.join(","));
    } finally {
      for (const id of temporary) running.binding.deleteTensor(id);
    }
  }
}

function loadFromTemporaryFolder(savedModel: Bytes): number {
  const undoing = new CleanupStack();
  try {
    holdSignals(undoing);
    const folder = temporaryFolder("cellwise-step");
    undoing.afterwards(() => folder.remove());
    writeFileSync(join(folder.path, "saved_model.pb"), savedModel);
    return backend().binding.loadSavedModel(folder.path, SERVING_TAG);
  } catch (error) {
    const words = messageOf(error).replace(/\s+/g, " "); // of several lines in some cases
    throw new UncompilableError(`became a graph that TensorFlow does not load: ${words}`);
  } finally {
    undoing.restore();
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A signal that nobody handles would end the process with the folder left behind; so it waits until the folder is gone. */
function holdSignals(undoing: CleanupStack): void {
  const arrived = new Set<NodeJS.Signals>();
  const note = (signal: NodeJS.Signals): void => {
    arrived.add(signal);
  };
  const alone = SIGNALS.filter((signal) => process.listenerCount(signal) === 0);
  undoing.afterwards(() => {
    // Node hands a signal over in a later turn of its loop; one that arrived is then sent again.
    void turn().then(() => {
      for (const signal of alone) process.removeListener(signal, note);
      for (const signal of arrived) process.kill(process.pid, signal);
      arrived.clear();
    });
  });
  for (const signal of alone) process.on(signal, note);
}

// ## Sessions that wait to be used again
// A network that is trained again, from another seed say, has the same graph. TensorFlow prepares a graph when it first runs, which
// takes as long as many steps of a small network: so the sessions used last are kept until others take their places. The variables
// of whoever uses one next are put in anew.

const MOST_IDLE = 4;
/** Those with larger variables, whose values they still hold, are not kept. */
const MOST_IDLE_BYTES = 2 ** 25;
/** By their graphs, the one used last at the end. */
const idle = new Map<string, Session>();

function openSession(graph: Bytes): { key: string; session: Session } {
  const key = createHash("sha256").update(graph).digest("base64");
  const session = idle.get(key) ?? new Session(graph);
  idle.delete(key);
  return { key, session };
}

function closeSession({ key, session, trace: recorded }: Loaded): void {
  const same = idle.get(key);
  idle.delete(key);
  const numbers = recorded.stored.reduce((sum, { tensor }) => sum + tensor.size, 0);
  if (4 * numbers <= MOST_IDLE_BYTES) idle.set(key, session);
  else session.dispose();
  same?.dispose();
  const [oldest] = idle.keys();
  if (idle.size > MOST_IDLE && oldest !== undefined) {
    idle.get(oldest)?.dispose();
    idle.delete(oldest);
  }
}

/** Frees the sessions that wait to be used again. */
export function disposeIdleSessions(): void {
  for (const session of idle.values()) session.dispose();
  idle.clear();
}

// ## The function

interface CompileOptions {
  /** Seed of the random operations; default: a new one for each compiled function. */
  readonly seed?: number;
  /** Names what runs at the moment while the function is recorded, for messages. */
  readonly where?: () => string | undefined;
  /** Faster forms to record in place of what the function does. */
  readonly rewrites?: readonly Rewrite[];
}

/** Whose session holds the newest value of a variable. */
const holders = new WeakMap<tf.Variable, CompiledFunction>();
/** The compiled functions whose session holds newer values than the variables themselves. */
const ahead = new Set<CompiledFunction>();

/** Brings back the newest values of variables, whichever compiled function holds them. */
export function syncVariables(variables: Iterable<tf.Variable>): void {
  for (const variable of variables) holders.get(variable)?.sync();
}

/** Brings back the newest values of all variables: recording gives variables new data, which would count as assignments. */
export function syncEverything(): void {
  for (const each of [...ahead]) each.sync();
}

interface Loaded {
  /** Which of the variables in it could be trained when it was recorded. */
  readonly trainable: readonly (boolean | undefined)[];
  readonly trace: Omit<Trace, "nodes">;
  /** The graph in short. */
  readonly key: string;
  readonly session: Session;
}

export class CompiledFunction {
  readonly #body: Body;
  readonly #where: (() => string | undefined) | undefined;
  readonly #rewrites: readonly Rewrite[];
  readonly #seed: number;
  readonly #loaded = new Map<string, Loaded[]>();
  /** The session that the variables are in, and the data that JavaScript's side held when they were last the same. */
  #resident: Loaded | undefined;
  readonly #known = new Map<tf.Tensor, object>();
  #runs = 0;
  readonly #stepNumber = (): number => this.#runs;

  constructor(body: Body, options: CompileOptions = {}) {
    this.#body = body;
    this.#where = options.where;
    this.#rewrites = options.rewrites ?? [];
    this.#seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
  }

  /** How many runs have been finished. */
  get runs(): number {
    return this.#runs;
  }

  /** How many graphs have been recorded so far. */
  get traces(): number {
    return this.#all.length;
  }

  /**
   * Runs the function.
   *
   * @param variant distinguishes recordings beyond the shapes of the inputs
   * @returns the function's results, which the caller disposes
   * @throws UncompilableError at the first run with these shapes, when the function cannot be recorded
   * @throws StepFailedError when TensorFlow stops in the middle; all variables are then as they were before
   * @throws Error that names a variable which was disposed after the function had been recorded
   */
  run(inputs: readonly tf.Tensor[], variant = ""): tf.Tensor[] {
    if (isRecording()) {
      throw new UncompilableError(
        "runs another compiled step inside, which is a graph already (call that step's own function there)",
        this.#where?.(),
      );
    }
    const loaded = this.#load(inputs, variant);
    this.#enter(loaded);
    const { trace: recorded, session } = loaded;
    const feeds: Feed[] = recorded.inputs.map((placeholder, index) => [placeholder, at(inputs, index)]);
    for (const { placeholder, dtype, value } of recorded.hostScalars) {
      feeds.push([placeholder, { value: value(), dtype }]);
    }
    // Noted before: what a step that is ended by force has written is brought back all the same.
    if (recorded.written.length > 0) ahead.add(this);
    let results: tf.Tensor[];
    try {
      results = session.run(feeds, recorded.outputs);
    } catch (error) {
      throw new StepFailedError(this.#runs + 1, error);
    }
    this.#runs++;
    for (const optimizer of recorded.optimizers) optimizer.incrementIterations();
    return results;
  }

  /** Puts the values that the session holds into the variables themselves. */
  sync(): void {
    if (!ahead.has(this) || this.#resident === undefined) return;
    const { trace: recorded, session } = this.#resident;
    const living = recorded.written.filter(({ tensor }) => !tensor.isDisposed);
    const values = session.run(
      [],
      living.map(({ read }) => read),
    );
    for (const [index, { tensor }] of living.entries()) {
      const value = at(values, index);
      // Values that JavaScript has assigned since the last run win.
      if (this.#known.get(tensor) === tensor.dataId) (tensor as tf.Variable).assign(value);
      this.#known.set(tensor, value.dataId);
      value.dispose();
    }
    ahead.delete(this);
  }

  /** Gives all sessions back; the variables keep the newest values. */
  dispose(): void {
    this.sync();
    for (const loaded of this.#all) {
      closeSession(loaded);
      loaded.trace.dispose();
    }
    this.#loaded.clear();
    this.#known.clear();
    this.#resident = undefined;
  }

  #load(inputs: readonly tf.Tensor[], variant: string): Loaded {
    const key = `${inputs.map(({ dtype, shape }) => `${dtype}[${shape}]`)} ${variant}`;
    const before = this.#loaded.get(key) ?? [];
    // A graph without one of its variables could go on, but with values that nobody sees.
    for (const { trace: recorded } of this.#all) refuseDisposed(recorded.stored.map(({ tensor }) => tensor));
    // What was frozen or thawed since makes another step; frozen and thawed in turns, each is recorded once.
    const known = before.find(({ trace: recorded, trainable }) =>
      recorded.stored.every(({ tensor }, index) => (tensor as tf.Variable).trainable === trainable[index]),
    );
    if (known !== undefined) return known;
    syncEverything();
    const where = this.#where;
    const { nodes, ...recorded } = trace(this.#body, inputs, {
      seed: this.#seed,
      step: this.#stepNumber,
      rewrites: this.#rewrites,
      ...(where === undefined ? {} : { where }),
    });
    try {
      const trainable = recorded.stored.map(({ tensor }) => (tensor as tf.Variable).trainable);
      const loaded = { trainable, trace: recorded, ...openSession(graphMessage(nodes)) };
      this.#loaded.set(key, [...before, loaded]);
      return loaded;
    } catch (error) {
      recorded.dispose();
      throw error;
    }
  }

  get #all(): Loaded[] {
    return [...this.#loaded.values()].flat();
  }

  /** Makes the session hold the newest values of all variables that the graph uses. */
  #enter(loaded: Loaded): void {
    for (const { tensor } of loaded.trace.stored) {
      const holder = holders.get(tensor as tf.Variable);
      if (holder !== this) {
        holder?.sync();
        holders.set(tensor as tf.Variable, this);
      }
    }
    if (this.#resident !== loaded) {
      this.sync();
      this.#known.clear();
      this.#resident = loaded;
    }
    const changed = loaded.trace.stored.filter(({ tensor }) => this.#known.get(tensor) !== tensor.dataId);
    if (changed.length === 0) return;
    const feeds: Feed[] = changed.map(({ entry, tensor }) => [entry, tensor]);
    loaded.session.runForEffect(
      feeds,
      changed.map(({ entered }) => entered),
    );
    for (const { tensor } of changed) this.#known.set(tensor, tensor.dataId);
  }
}

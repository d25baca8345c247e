// A graph that TensorFlow has loaded. tfjs-node offers one way in: a SavedModel in a folder, which is needed only while it is
// read, and is gone afterwards whatever happens.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { messageOf } from "../error-message";
import { at } from "../indexing";
import { temporaryFolder } from "../own-folder";
import { backend, dataTypeCode, type TensorMetadata } from "../tfjs/backend";
import { CleanupStack } from "../tfjs/replacements";
import type { tf } from "../tfjs/tf";
import { UncompilableError } from "../tfjs/uncompilable";
import { type Bytes, type Output, SERVING_TAG, savedModelMessage } from "./recording/definition";

/** A value for a placeholder: a tensor, or a number with its type. */
export type Feed = readonly [placeholder: Output, value: tf.Tensor | { value: number; dtype: "float32" | "int32" }];

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

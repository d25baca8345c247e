// What tfjs needs of a kernel: two functions that new Nodes lack, training that stops between two steps when the cell is
// interrupted, and an engine that is repaired when it was stopped by force in the middle of an operation.
import { existsSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { dirname, join } from "node:path";
import util from "node:util";
import { Flags } from "../link";
import { type Cell, type Cells, KeyboardInterrupt } from "./cell";

/** Packages that load tfjs. */
const LOADERS = /^(@tensorflow\/|danfojs|cellwise)/;

interface EngineState {
  scopeStack: unknown[];
  activeScope: unknown;
  activeTape: unknown;
  gradientDepth: number;
  kernelDepth: number;
}

interface Core {
  engine(): { state: EngineState; endScope(): void };
  nextFrame(): Promise<void>;
  Optimizer: { prototype: { minimize(...values: unknown[]): unknown } };
}

interface Layers {
  LayersModel: { prototype: Record<"fit" | "fitDataset", (...values: unknown[]) => Promise<unknown>> };
}

export class TensorFlow {
  readonly #cores = new Map<Core, number>();
  readonly #training = new Set<{ isTraining: boolean }>();
  readonly #known = new Set<string>();

  constructor(readonly cells: Cells) {}

  /**
   * Before a package is loaded: tfjs-node 4.22 calls two functions that Node 23 removed (tensorflow/tfjs #8609), and its
   * start-up lines are kept out of the cell (kernel-setup/setup/quiet.cc).
   */
  beforeLoad(specifier: string, native: NodeJS.Require): void {
    if (!LOADERS.test(specifier) || this.#known.has("mended")) return;
    this.#known.add("mended");
    Object.assign(util, {
      isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
      isArray: Array.isArray,
    });
    syncBuiltinESMExports();
    try {
      const package_ = dirname(native.resolve("@tensorflow/tfjs-node/package.json"));
      const quiet = join(package_, "lib", "napi-v8", "quiet.node");
      if (existsSync(quiet)) native(quiet);
    } catch {
      // Found from elsewhere, or not at all: then the lines appear, and no harm is done.
    }
  }

  /** After a package was loaded: every copy of tfjs that came with it learns to stop. */
  afterLoad(specifier: string, cache: NodeJS.Dict<NodeJS.Module>): void {
    if (!LOADERS.test(specifier)) return;
    for (const [file, module] of Object.entries(cache)) {
      const name = /@tensorflow\/(tfjs-core|tfjs-layers)\/dist\/tf-(core|layers)\.node\.js$/.exec(file)?.[2];
      if (name === undefined || this.#known.has(file)) continue;
      this.#known.add(file);
      if (name === "core") this.#bindCore(module?.exports as Core);
      else this.#bindLayers(module?.exports as Layers);
    }
  }

  /** Notes how deep the engine's scopes are before a cell. */
  beginCell(): void {
    for (const core of this.#cores.keys()) this.#cores.set(core, core.engine().state.scopeStack.length);
  }

  /** Repairs the engine's state after an interrupted cell. */
  repair(): void {
    for (const model of this.#training) model.isTraining = false;
    this.#training.clear();
    for (const [core, depth] of this.#cores) {
      const engine = core.engine();
      while (engine.state.scopeStack.length > depth) engine.endScope();
      Object.assign(engine.state, { activeTape: null, gradientDepth: 0, kernelDepth: 0 });
    }
  }

  /** A place between two steps: an interrupted cell ends here, with whole weights. */
  #safePoint(): Cell | undefined {
    const cell = this.cells.current();
    if (cell === undefined) return undefined;
    if (cell.hasInterruptRequest()) throw new KeyboardInterrupt();
    Atomics.store(cell.flags, Flags.cooperative, cell.number);
    return cell;
  }

  #bindCore(core: Core): void {
    this.#cores.set(core, core.engine().state.scopeStack.length);
    const { nextFrame } = core;
    const { minimize } = core.Optimizer.prototype;
    core.nextFrame = async () => {
      const cell = this.#safePoint();
      if (cell === undefined) return nextFrame();
      return new Promise<void>((resolve, reject) => {
        const forget = cell.onInterrupt(() => reject(new KeyboardInterrupt()));
        void nextFrame().then(() => {
          forget();
          resolve();
        });
      });
    };
    const safePoint = (): unknown => this.#safePoint();
    core.Optimizer.prototype.minimize = function (...values: unknown[]): unknown {
      safePoint();
      return minimize.apply(this, values);
    };
  }

  #bindLayers(layers: Layers): void {
    const training = this.#training;
    const { prototype } = layers.LayersModel;
    for (const name of ["fit", "fitDataset"] as const) {
      const train = prototype[name];
      prototype[name] = async function (this: unknown, ...values: unknown[]) {
        const model = this as { isTraining: boolean };
        training.add(model);
        try {
          return await train.apply(this, values);
        } finally {
          training.delete(model);
        }
      };
    }
  }
}

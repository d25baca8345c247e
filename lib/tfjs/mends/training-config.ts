// What `model.save` writes of losses and metrics with `includeOptimizer`, and what loading compiles the model with again: their
// names in each form that `compile` takes. tfjs stumbles over metrics in a list for each output, and over what is no name.
import type * as tfjs from "@tensorflow/tfjs-node";
import { valueText } from "../../arguments";
import { huber } from "../measures/of-keras";

interface Config {
  readonly loss: unknown;
  readonly metrics: unknown;
}

interface Saved {
  readonly name: string;
  readonly loss: unknown;
  readonly metrics: unknown;
  getTrainingConfig(): Config;
  loadTrainingConfig(config: Config): void;
  compile(given: object): void;
}

/** Mends tfjs, once for all. */
export function mendTrainingConfig(tf: typeof tfjs): void {
  const known = new Map<unknown, string>([
    [huber, "huber"],
    ...Object.entries(tf.metrics).map(([name, metric]) => [metric, name] as const),
  ]);
  const prototype = tf.LayersModel.prototype as unknown as Saved;
  const { getTrainingConfig, loadTrainingConfig } = prototype;

  prototype.getTrainingConfig = function () {
    const { name, loss, metrics } = this;
    const named = { loss: namesOf(loss, `the loss of ${name}`), metrics: namesOf(metrics, `a metric of ${name}`) };
    // tfjs is asked for the optimizer alone.
    const config = getTrainingConfig.call(
      Object.create(this, { loss: { value: "" }, metrics: { value: [] } }) as Saved,
    );
    return { ...config, ...named };
  };
  function namesOf(given: unknown, what: string): unknown {
    if (given === undefined || given === null || typeof given === "string") return given;
    const name = known.get(given);
    if (name !== undefined) return name;
    if (typeof given === "function")
      throw new Error(
        `save with includeOptimizer: ${what} is ${valueText(given)} of your own, and a file holds names alone. Save without ` +
          "includeOptimizer, and compile the model again when it is loaded.",
      );
    if (Array.isArray(given)) return given.map((one) => namesOf(one, what));
    return Object.fromEntries(Object.entries(given).map(([output, one]) => [output, namesOf(one, what)]));
  }

  prototype.loadTrainingConfig = function (config) {
    const { loss, metrics } = config;
    const compile = (given: object): void => this.compile({ ...given, loss, ...(metrics ? { metrics } : {}) });
    loadTrainingConfig.call(Object.create(this, { compile: { value: compile } }) as Saved, {
      ...config,
      loss: "",
      metrics: [],
    });
  };
}

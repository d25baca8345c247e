// How the builders finish a model: compiled with an Adam of its own, and looking at what it is given. Whoever compiles the model
// again, with another optimizer, never sees that Adam, so it is freed then.
import { tf } from "../../tfjs/tf";
import { checkedInputs } from "./checked-inputs";

/** What a builder compiles its model with, beside Adam (Kingma and Ba 2015). */
interface CompileOptions extends Pick<tf.ModelCompileArgs, "loss" | "metrics"> {
  /** Adam's step size. */
  learningRate: number;
  /** How much of the mean of past gradients each step of Adam keeps. Default 0.9. */
  beta1?: number;
}

/** What classifiers minimise and are measured by: their targets are class numbers, their outputs probabilities. */
export const CLASS_NUMBERS = { loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] };

/** Compiles a model with an optimizer that is the model's own, and has it check its inputs. */
export function compileWithChecks<Model extends tf.LayersModel>(model: Model, options: CompileOptions): Model {
  const { learningRate, beta1, ...measures } = options;
  const own = tf.train.adam(learningRate, beta1);
  model.compile({ ...measures, optimizer: own });
  // Not enumerable, like the method of the class.
  Object.defineProperty(model, "compile", {
    configurable: true,
    writable: true,
    value(this: Model, parameters: tf.ModelCompileArgs): void {
      const { compile } = Object.getPrototypeOf(model) as Model;
      compile.call(this, parameters);
      if (this.optimizer === own) return;
      own.dispose();
      Reflect.deleteProperty(model, "compile");
    },
  });
  return checkedInputs(model);
}

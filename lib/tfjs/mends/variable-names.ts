// A cell that is run again makes its named variables again. tfjs refuses a name that is taken; here the newest variable has it,
// and the one before, which may be in use still, goes on under a name with a number.
import type * as tfjs from "@tensorflow/tfjs-node";

/** Mends tfjs, once for all. */
export function mendVariableNames(tf: typeof tfjs): void {
  const prototype = Object.getPrototypeOf(tf.engine()) as ReturnType<typeof tfjs.engine>;
  const { makeVariable } = prototype;
  prototype.makeVariable = function (initialValue, trainable, name, dtype) {
    const { registeredVariables } = this;
    const before = name === undefined ? undefined : registeredVariables[name];
    if (name !== undefined && before !== undefined) {
      let number = 1;
      while (`${name}_${number}` in registeredVariables) number++;
      delete registeredVariables[name];
      before.name = `${name}_${number}`;
      registeredVariables[before.name] = before;
    }
    return makeVariable.call(this, initialValue, trainable, name, dtype);
  };
}

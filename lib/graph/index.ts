// Functions of tensors that run as one TensorFlow graph.

export { StepFailedError, UncompilableError } from "../tfjs/uncompilable";
export { clipGradients, type GradientLimit } from "./clip-gradients";
export { CompiledFunction, type CompileOptions, syncVariables } from "./compiled-function";
export { DisposedVariableError } from "./recording/disposed-variable";
export { withDrawsOfStep } from "./recording/random-ops";
export type { Body, Rewrite } from "./recording/trace";

// Functions of tensors that run as one TensorFlow graph.

export { gelu } from "../ops/gelu";
export { layerNormalize } from "../ops/normalization";
export { StepFailedError, UncompilableError } from "../tfjs/uncompilable";
export { clipGradients, type GradientLimit } from "./clip-gradients";
export { type CompiledStep, compileStep, minimize } from "./compile-step";
export { CompiledFunction, type CompileOptions, syncVariables } from "./compiled-function";
export { DisposedVariableError } from "./recording/disposed-variable";
export { withDrawsOfStep } from "./recording/random-ops";
export type { Body } from "./recording/trace";

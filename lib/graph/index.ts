// Functions of tensors that run as one TensorFlow graph.
export { clipGradients, type GradientLimit } from "./clip-gradients";
export { type CompiledStep, compileStep, minimize } from "./compile-step";
export { CompiledFunction, type CompileOptions, syncVariables } from "./compiled-function";
export { DisposedVariableError } from "./disposed-variable";
export { gelu } from "./gelu";
export { layerNormalize } from "./normalization";
export { withDrawsOfStep } from "./random";
export type { Body } from "./trace";
export { StepFailedError, UncompilableError } from "./uncompilable";

// Functions of tensors that run as one TensorFlow graph.
export { CompiledFunction, type CompileOptions } from "./compiled-function";
export type { Body } from "./trace";
export { StepFailedError, UncompilableError } from "./uncompilable";

// TensorFlow's own operation for connectionist temporal classification, which takes the labels as a sparse tensor.

import { tuple } from "../indexing";
import { Replacements } from "./replacements";
import { backend, dataTypeCode, type OpAttribute } from "./tensors";
import type { tf } from "./tf";

/**
 * −ln of the probability of label sequences by connectionist temporal classification, and its gradient by the logits. Where an
 * example has no label, or fewer steps than its labels need, TensorFlow fails.
 *
 * @param logits [time, batch, classes]; the last class is the blank
 * @param labels [batch, labels], int32
 * @param taken which of the labels are taken [batch, labels], bool
 * @param lengths how many steps of each example count, at least 1 [batch], int32
 * @returns [batch], and [time, batch, classes]
 */
export function ctcLossAndGradient(
  logits: tf.Tensor,
  labels: tf.Tensor,
  taken: tf.Tensor,
  lengths: tf.Tensor,
): [loss: tf.Tensor, gradient: tf.Tensor] {
  const { binding } = backend();
  const typed = (name: string, value: number): OpAttribute => ({ name, type: binding.TF_ATTR_TYPE, value });
  const flag = (name: string, value: boolean): OpAttribute => ({ name, type: binding.TF_ATTR_BOOL, value });
  const places = withoutInt64Warning(() =>
    backend().executeSingleOutput("Where", [typed("T", dataTypeCode("bool"))], [taken]),
  );
  const types = [typed("Tparams", dataTypeCode("int32")), typed("Tindices", INT64)];
  const values = backend().executeSingleOutput("GatherNd", types, [labels, places]);
  const attributes = [
    typed("T", dataTypeCode("float32")),
    flag("preprocess_collapse_repeated", false),
    flag("ctc_merge_repeated", true),
    flag("ignore_longer_outputs_than_inputs", false),
  ];
  return tuple(backend().executeMultipleOutputs("CTCLoss", attributes, [logits, places, values, lengths], 2), 2);
}

/** The code of tensorflow/core/framework/types.proto for a type that tfjs does not have. */
const INT64 = 9;

/** tfjs-node warns of what JavaScript would read as BigInt; here only TensorFlow reads it. */
function withoutInt64Warning<Result>(run: () => Result): Result {
  const replacements = new Replacements();
  replacements.replace(backend(), "createOutputTensor", (create) => (metadata) => {
    const dtype = metadata.dtype === INT64 ? dataTypeCode("int32") : metadata.dtype;
    return create.call(backend(), { ...metadata, dtype });
  });
  try {
    return run();
  } finally {
    replacements.restore();
  }
}

// Softmax and cross-entropy together: TensorFlow computes the loss and its gradient in one pass over the logits, where tfjs
// makes a dozen over arrays as large. For that it has to be known which logits a tensor of probabilities came from.

import { lastOf, tuple } from "../indexing";
import { isDifferentiated, kernelOf, nextTensorId, type Replacements } from "../tfjs/replacements";
import { ofRank, sparseSoftmaxCrossEntropy } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";

let logitsByOutput = new Map<object, tf.Tensor>();

/** The logits whose softmax a tensor is, if it is one and they are still there: tfjs frees them where nothing is trained. */
export function logitsOf(probabilities: tf.Tensor): tf.Tensor | undefined {
  const logits = logitsByOutput.get(probabilities.dataId);
  return logits?.isDisposed ? undefined : logits;
}

/** Makes softmax record its logits until the replacements are restored. */
export function noteLogits(replacements: Replacements): void {
  const first = nextTensorId();
  const kept: tf.Tensor[] = [];
  logitsByOutput = new Map();
  replacements.replace(kernelOf<{ logits: tf.Tensor }>("Softmax"), "kernelFunc", (original) => (parameters) => {
    const output = original(parameters);
    const { logits } = parameters.inputs;
    // Those that the function has made would be gone when the loss is computed.
    if (logits.id > first && !logits.kept) kept.push(tf.keep(logits));
    logitsByOutput.set(output.dataId, logits);
    return output;
  });
  replacements.afterwards(() => {
    logitsByOutput = new Map();
    tf.dispose(kept);
  });
}

/**
 * −ln of the softmax at the labels.
 *
 * @param logits [examples, classes]
 * @param labels [examples], int32
 * @returns [examples]
 */
export function crossEntropyOfLogits(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const custom = tf.customGrad((...parameters: unknown[]) => {
    const [x, save] = parameters as [tf.Tensor, (tensors: tf.Tensor[]) => void];
    const [value, slope] = sparseSoftmaxCrossEntropy(x, labels);
    save([x, slope, labels]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, slope, labels] = tuple(saved, 3);
        const classes = lastOf(x.shape);
        const derivative = isDifferentiated() ? x.softmax().sub(tf.oneHot(ofRank(labels, 1), classes)) : slope;
        return derivative.mul(dy.expandDims(-1));
      },
    };
  });
  return custom(logits);
}

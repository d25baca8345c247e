// The bias an LSTM starts from: one at the forget gate, so that at first it forgets little, and zero elsewhere (Gers et al.
// 2000; Jozefowicz et al. 2015, section 2.2). tfjs-layers can do so itself, but leaves tensors behind.
import { sizeOfAxis } from "../../arguments";
import { InitializerBase, registerClass } from "../../tfjs/layers";
import { tf } from "../../tfjs/tf";

/** An initializer for the bias of an LSTM, whose gates stand in the order input, forget, candidate, output. */
export class OpenForgetGate extends InitializerBase {
  /** The name in saved models. */
  static readonly className: string = "OpenForgetGate";

  override apply(shape: tf.Shape): tf.Tensor {
    const units = sizeOfAxis(shape, 0) / 4;
    return tf.tensor1d(Float32Array.from({ length: 4 * units }, (_, at) => (Math.floor(at / units) === 1 ? 1 : 0)));
  }
}
registerClass(OpenForgetGate);

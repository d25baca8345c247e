// What a function of tensors does, as a short text: whether it still does the same is then a comparison.
import { createHash } from "node:crypto";
import { backend } from "../tfjs/tensors";
import type { tf } from "../tfjs/tf";
import { syncEverything } from "./compiled-function";
import { graphMessage } from "./recording/definition";
import { type Body, trace } from "./recording/trace";

/**
 * Records a function and sums up the recording: its operations, and all numbers that it takes from JavaScript.
 *
 * @throws UncompilableError when it cannot be recorded
 */
export function fingerprint(body: Body, inputs: readonly tf.Tensor[]): string {
  syncEverything();
  const recorded = trace(body, inputs, { seed: 0, step: () => 0 });
  try {
    const hash = createHash("sha256").update(graphMessage(recorded.nodes));
    for (const { dataId } of recorded.captured) hash.update(bytesOf(backend().readSync(dataId)));
    return hash.digest("base64");
  } finally {
    recorded.dispose();
  }
}

const bytesOf = (values: Float32Array | Int32Array | Uint8Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

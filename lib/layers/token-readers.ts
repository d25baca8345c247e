// Which layers look tokens up: each has a row for every token of its vocabulary, and none for any other number.
import type { tf } from "../tfjs/tf";

/** The embeddings, the library's and tfjs-layers', that take an input of the model as token numbers. */
export function tokenReaders(
  model: tf.LayersModel,
  input: tf.SymbolicTensor,
): { readonly layer: string; readonly vocabulary: number }[] {
  return model.layers
    .filter((layer) => layer.inboundNodes.some(({ inputTensors }) => inputTensors.includes(input)))
    .flatMap((layer) => {
      const { vocabulary, inputDim = vocabulary } = layer.getConfig();
      return typeof inputDim === "number" ? [{ layer: layer.name, vocabulary: inputDim }] : [];
    });
}

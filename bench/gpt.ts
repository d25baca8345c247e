// A GPT in plain operations, as nanoGPT has it: pre-normalised blocks of causal self-attention and a feed-forward layer
// (Radford et al. 2019, section 2.3).
import { tf } from "cellwise";
import { gelu, layerNormalize, minimize } from "cellwise/dist/graph";
import { BATCH, BLOCKS, HEADS, TIME, VOCABULARY, WIDTH } from "./work";

const HEAD = WIDTH / HEADS;

interface Linear {
  readonly kernel: tf.Variable;
  readonly bias: tf.Variable;
}

const weights = (shape: number[]): tf.Variable => tf.tidy(() => tf.variable(tf.randomNormal(shape, 0, 0.02)));
const linear = (inputs: number, outputs: number): Linear => ({
  kernel: weights([inputs, outputs]),
  bias: tf.variable(tf.zeros([outputs])),
});
const normalization = (): Linear => ({ kernel: tf.variable(tf.ones([WIDTH])), bias: tf.variable(tf.zeros([WIDTH])) });

function normalize(x: tf.Tensor, { kernel, bias }: Linear): tf.Tensor {
  return layerNormalize(x, kernel, bias, 1e-5);
}

const apply = (x: tf.Tensor, { kernel, bias }: Linear): tf.Tensor => x.matMul(kernel).add(bias);

/** A GPT with its training step: the loss of predicting `targets` from `tokens`, and one update by Adam. */
export function gptStep(): (tokens: tf.Tensor, targets: tf.Tensor) => tf.Scalar {
  const tokenTable = weights([VOCABULARY, WIDTH]);
  const positionTable = weights([TIME, WIDTH]);
  const blocks = Array.from({ length: BLOCKS }, () => ({
    before: normalization(),
    projections: linear(WIDTH, 3 * WIDTH),
    merge: linear(WIDTH, WIDTH),
    between: normalization(),
    widen: linear(WIDTH, 4 * WIDTH),
    narrow: linear(4 * WIDTH, WIDTH),
  }));
  const last = normalization();
  const head = linear(WIDTH, VOCABULARY);
  const optimizer = tf.train.adam(0.001);

  const attend = (x: tf.Tensor, block: (typeof blocks)[number]): tf.Tensor => {
    const heads = apply(x, block.projections).reshape([BATCH, TIME, 3, HEADS, HEAD]).transpose([2, 0, 3, 1, 4]);
    const [queries, keys, values] = tf.unstack(heads) as [tf.Tensor, tf.Tensor, tf.Tensor]; // [batch, heads, time, dim]
    const scores = queries.mul(1 / Math.sqrt(HEAD)).matMul(keys, false, true); // [batch, heads, time, time]
    const future = tf.linalg
      .bandPart(tf.ones([TIME, TIME]), -1, 0)
      .sub(1)
      .mul(1e9); // 0 below the diagonal, −1e9 above
    const mixed = scores.add(future).softmax().matMul(values);
    return apply(mixed.transpose([0, 2, 1, 3]).reshape([BATCH * TIME, WIDTH]), block.merge);
  };
  const loss = (tokens: tf.Tensor, targets: tf.Tensor): tf.Scalar => {
    let x = tf
      .gather(tokenTable, tokens.cast("int32"))
      .add(positionTable)
      .reshape([BATCH * TIME, WIDTH]);
    for (const block of blocks) {
      x = x.add(attend(normalize(x, block.before), block));
      x = x.add(apply(gelu(apply(normalize(x, block.between), block.widen)), block.narrow));
    }
    const logits = apply(normalize(x, last), head); // [batch · time, vocabulary]
    const truth = tf.oneHot(targets.cast("int32").flatten(), VOCABULARY);
    return tf.losses.softmaxCrossEntropy(truth, logits) as tf.Scalar;
  };
  return (tokens, targets) => minimize(optimizer, () => loss(tokens, targets));
}

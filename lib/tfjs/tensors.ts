// Where tfjs's types leave open what a value is: a tensor or several, of which rank, made by numbers or by symbols. Each is looked
// at here and has its type from then on.
import { tuple } from "../indexing";
import { tf } from "./tf";

interface OfRank {
  readonly 1: tf.Tensor1D;
  readonly 2: tf.Tensor2D;
  readonly 3: tf.Tensor3D;
  readonly 4: tf.Tensor4D;
}

function hasRank<Rank extends keyof OfRank>(tensor: tf.Tensor, rank: Rank): tensor is OfRank[Rank] {
  return tensor.rank === rank;
}

/** @throws RangeError for a tensor of another number of axes. */
export function ofRank<Rank extends keyof OfRank>(tensor: tf.Tensor, rank: Rank): OfRank[Rank] {
  if (hasRank(tensor, rank)) return tensor;
  throw new RangeError(`A tensor [${tensor.shape.join(", ")}] has ${tensor.rank} axes; ${rank} are expected.`);
}

/** The tensors that a layer or a model has computed. */
export function tensorsOf(outputs: ReturnType<tf.layers.Layer["apply"]>): tf.Tensor[] {
  return [outputs].flat().map((output) => {
    if (output instanceof tf.Tensor) return output;
    throw new TypeError("A layer was applied to symbols where tensors are expected.");
  });
}

/** The one tensor that a layer or a model has computed. */
export function tensorOf(outputs: ReturnType<tf.layers.Layer["apply"]>): tf.Tensor {
  const [output] = tuple(tensorsOf(outputs), 1);
  return output;
}

/** The one symbol that a layer makes of others. */
export function symbolOf(outputs: ReturnType<tf.layers.Layer["apply"]>): tf.SymbolicTensor {
  if (outputs instanceof tf.SymbolicTensor) return outputs;
  throw new TypeError("A layer was applied to tensors, or has several outputs, where one symbol is expected.");
}

/** The variable that holds a weight. */
export function variableOf(weight: tf.LayerVariable): tf.Variable {
  const variable = weight.read();
  if (variable instanceof tf.Variable) return variable;
  throw new TypeError(`The weight ${weight.name} is held by no variable.`);
}

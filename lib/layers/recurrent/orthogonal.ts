// Recurrent kernels start orthogonal, as in Keras: what goes round the loop is turned, and neither grows nor fades (Saxe et al.
// 2014, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks"). tfjs-layers' own such
// initializer takes seconds for an LSTM and warns of it.

import { sizeOfAxis } from "../../arguments";
import { dot } from "../../linear-algebra";
import { Random } from "../../random";
import { InitializerBase, registerClass } from "../../tfjs/layers";
import { tf } from "../../tfjs/tf";

/** What an {@link Orthogonal} can be asked for. */
interface OrthogonalOptions {
  /** The same seed gives the same values. */
  seed: number;
}

/** An initializer for matrices whose rows (or columns, if there are fewer of them) are orthogonal and of length 1. */
export class Orthogonal extends InitializerBase {
  /** The name in saved models. */
  static readonly className: string = "SeededOrthogonal";
  readonly #seed: number;

  constructor({ seed }: OrthogonalOptions) {
    super();
    this.#seed = seed;
  }

  override apply(shape: tf.Shape): tf.Tensor {
    const [rows, columns] = [sizeOfAxis(shape, 0), sizeOfAxis(shape, 1)];
    const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
    const random = new Random(this.#seed);
    const vectors: Float64Array[] = [];
    for (let i = 0; i < count; i++) vectors.push(orthogonalTo(vectors, random, length));
    return tf.tidy(() => {
      const values = Float32Array.from({ length: count * length }, (_, i) => {
        const vector = vectors[Math.floor(i / length)] as Float64Array;
        return vector[i % length] as number;
      });
      const matrix = tf.tensor2d(values, [count, length]);
      return rows <= columns ? matrix : matrix.transpose();
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { seed: this.#seed };
  }
}
registerClass(Orthogonal);

/** A random direction without its parts along the given ones (Gram–Schmidt), of length 1. */
function orthogonalTo(others: readonly Float64Array[], random: Random, length: number): Float64Array {
  const vector = Float64Array.from({ length }, () => random.normal());
  for (const other of others) {
    const along = dot(vector, other);
    for (let i = 0; i < length; i++) vector[i] = (vector[i] as number) - along * (other[i] as number);
  }
  const norm = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / norm);
}

// How fast the machine is just now: a second on a slow or a busy one (whose caches and cores are shared) is less than on another.
import { tf } from "cellwise";

/** Processor time that the work takes on the reference: two cores of an AMD EPYC with nothing beside it. */
export const REFERENCE_SECONDS = 0.1;

/** How many times longer than on the reference a fixed piece of work takes now; 1 where it takes less. */
export function slowness(): number {
  const { user, system } = process.cpuUsage();
  work();
  const used = process.cpuUsage({ user, system });
  return Math.max(1, (used.user + used.system) / 1e6 / REFERENCE_SECONDS);
}

/** The piece of work, of each kind that calls are made of: numbers in JavaScript, objects, and TensorFlow's own threads. */
export function work(): void {
  let x = 1;
  for (let i = 0; i < 2e7; i++) x = (Math.imul(x, 1103515245) + 12345) | 0;
  const objects = Array.from({ length: 2e4 }, (_, i) => ({ i, text: String(i + x) }));
  objects.sort((a, b) => (a.text < b.text ? -1 : 1));
  tf.tidy(() => {
    const square = tf.ones([256, 256]);
    let product: tf.Tensor2D = square as tf.Tensor2D;
    for (let i = 0; i < 20; i++) product = tf.matMul(product, square).div(256) as tf.Tensor2D;
    product.dataSync();
  });
}

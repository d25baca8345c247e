// The calls that tfjs-node's backend makes to TensorFlow, and the graphs that this holds, for tests that count them.
import { tf } from "cellwise";
import { disposeIdleSessions } from "cellwise/dist/graph/compiled-function";

/**
 * Has calls reported until the returned function is called.
 *
 * @param names of the native add-on's functions
 */
export function watchNativeCalls(names: readonly string[], seen: (name: string, result: unknown) => void): () => void {
  type Binding = Record<string, (...parameters: unknown[]) => unknown>;
  const backend = tf.backend() as unknown as { binding: Binding };
  const { binding } = backend;
  const watched = names.map((name) => {
    const value = (...parameters: unknown[]): unknown => {
      const result = binding[name]?.(...parameters);
      seen(name, result);
      return result;
    };
    return [name, { value }];
  });
  backend.binding = Object.create(binding, Object.fromEntries(watched)) as Binding;
  return () => {
    backend.binding = binding;
  };
}

/** How many graphs TensorFlow holds. */
export const graphsHeld = (): number =>
  (tf.backend() as unknown as { getNumOfSavedModels(): number }).getNumOfSavedModels();

/** Those in use: but for the ones that wait to be used again, which are freed. */
export function graphsInUse(): number {
  disposeIdleSessions();
  return graphsHeld();
}

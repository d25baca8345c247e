// A model for as long as a test looks at it.
import type { tf } from "cellwise";

/** Builds, looks, and frees the model and its optimizer. */
export function withModel<Model extends tf.LayersModel, Result>(
  build: () => Model,
  look: (model: Model) => Result,
): Result {
  const model = build();
  try {
    return look(model);
  } finally {
    model.optimizer.dispose();
    model.dispose();
  }
}

// The names of losses and metrics: Keras has several for each ("mse", "mean_squared_error", "MeanSquaredError"), tfjs-layers one.

/** The names of the losses, as tfjs-layers writes them; `huber` is our own. */
export const LOSSES = [
  ...["meanSquaredError", "meanAbsoluteError", "meanAbsolutePercentageError", "meanSquaredLogarithmicError"],
  ...["binaryCrossentropy", "categoricalCrossentropy", "sparseCategoricalCrossentropy", "kullbackLeiblerDivergence"],
  ...["hinge", "squaredHinge", "categoricalHinge", "logcosh", "poisson", "cosineProximity", "huber"],
];
/** What Keras calls some of them besides. */
export const SHORT: Readonly<Record<string, string>> = {
  mse: "meanSquaredError",
  mae: "meanAbsoluteError",
  mape: "meanAbsolutePercentageError",
  msle: "meanSquaredLogarithmicError",
  bce: "binaryCrossentropy",
  kld: "kullbackLeiblerDivergence",
  kldivergence: "kullbackLeiblerDivergence",
  cosinesimilarity: "cosineProximity",
  logcosherror: "logcosh",
};
/** Those of tfjs's metrics that `compile` knows by name, and those that it makes of the loss and the output's shape. */
export const METRICS_OF_TFJS = [
  ...["binaryAccuracy", "categoricalAccuracy", "precision", "categoricalCrossentropy", "sparseCategoricalCrossentropy"],
  ...["mse", "MSE", "mae", "MAE", "mape", "MAPE", "cosine", "accuracy", "acc", "crossentropy", "ce"],
];
/** Metrics that are no losses, and that tfjs does not know by name. */
export const MORE_METRICS = [
  ...["sparseCategoricalAccuracy", "topKCategoricalAccuracy", "sparseTopKCategoricalAccuracy", "recall", "auc"],
  ...["r2Score", "rootMeanSquaredError", "cosineSimilarity"],
];

/** `mean_squared_error`, `MeanSquaredError` and `meanSquaredError` are one name. */
export const normalizeName = (name: string): string => name.toLowerCase().replaceAll("_", "");

/** The loss's one name; `undefined` for what is the name of none. */
export const lossByName = (given: string): string | undefined =>
  SHORT[normalizeName(given)] ?? LOSSES.find((each) => normalizeName(each) === normalizeName(given));

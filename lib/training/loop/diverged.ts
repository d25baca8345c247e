// A training that diverged.

/** A loss that is no finite number. */
export class DivergedError extends Error {
  /** @param kept the epoch that began with the weights to which the training goes back */
  constructor(loss: number, epoch: number, step: number, kept: number) {
    super(
      `The loss became ${loss} in step ${step} of epoch ${epoch}: the training diverged. The model has the weights again that ` +
        `it had ${kept === 1 ? "before the training" : `after epoch ${kept - 1}`}, and its optimizer is as it was then. ` +
        "Train with a smaller learning rate (a tenth of it, say); check that the inputs are scaled.",
    );
    this.name = "DivergedError";
  }
}

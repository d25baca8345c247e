// Why a step cannot be recorded, or a recorded one could not be finished.

/**
 * What a step does cannot be recorded as a graph: JavaScript reads a value inside it, draws random numbers of its own, or
 * keeps state where no graph can see it. The step still runs operation by operation.
 *
 * @example
 * ```ts
 * const step = compileStep((x: tf.Tensor) => tf.scalar(x.dataSync()[0]!)) // JavaScript reads a value
 * try {
 *   step.run(tf.scalar(1))
 * } catch (error) {
 *   if (error instanceof UncompilableError) console.log(error.reason)
 * }
 * ```
 */
export class UncompilableError extends Error {
  /**
   * Names what stands in the way, and whose it is.
   *
   * @param reason what stands in the way, as the end of a sentence: "reads the value of Sum in JavaScript"
   * @param source what does so: a layer's name, or undefined where it is not known
   */
  constructor(
    readonly reason: string,
    readonly source?: string,
  ) {
    super(`This step cannot be compiled: ${clause(source, reason)}.`);
    this.name = "UncompilableError";
  }

  /** The reason with its subject, for another sentence. */
  get what(): string {
    return clause(this.source, this.reason);
  }
}

const clause = (source: string | undefined, reason: string): string =>
  `${source === undefined ? "it" : `"${source}"`} ${reason}`;

/**
 * A compiled step failed while it ran; nothing of it was kept.
 *
 * @example
 * ```ts
 * try {
 *   await fit(buildMlp({ preset: "tiny" }), spirals(), { engine: "compiled" })
 * } catch (error) {
 *   if (error instanceof StepFailedError) console.log(`Step ${error.step} failed; the model is as it was before it.`)
 * }
 * ```
 */
export class StepFailedError extends Error {
  /**
   * Names the step and passes TensorFlow's words on.
   *
   * @param step the number of the step that failed, the first being 1
   * @param cause TensorFlow's own words
   */
  constructor(
    readonly step: number,
    cause: unknown,
  ) {
    const words = cause instanceof Error ? cause.message : String(cause);
    super(`Step ${step} failed; all variables stand as they were after step ${step - 1}. ${words}`, { cause });
    this.name = "StepFailedError";
  }
}

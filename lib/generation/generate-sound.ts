// Sound from a WaveNet, sample by sample.

import { both, checkArguments, countFrom, kind, list, MODEL, NUMERIC, SIGNAL, settings, WHOLE } from "../arguments";
import { withoutUndefined } from "../layers/initializers";
import { interruptSignal, yieldToEventLoop } from "../notebook";
import { Random } from "../random";
import { muLawDecode } from "../sound/mu-law";
import type { Sound } from "../sound/wav";
import type { tf } from "../tfjs/tf";
import { draw, type SamplingOptions, samplingProbabilities } from "./sampling";
import { WaveNetMemory } from "./wavenet-memory";

/** What {@link generateSound} can be asked for. */
export interface GenerateSoundOptions extends SamplingOptions {
  /** How many samples to generate. Default 8000. */
  length?: number;
  /** How many samples of the training's sound there are in a second. Default 8000. */
  sampleRate?: number;
  /** The codes that the sound goes on from, at least one; they are not part of it. Default: one of silence. */
  prompt?: ArrayLike<number>;
  /** The same seed gives the same sound. Default 1. */
  seed?: number;
  /** Ends the work with an AbortError. Default: the running cell's interrupt. */
  signal?: AbortSignal;
}

/**
 * Lets a network of `buildWaveNet` go on by itself: each sample is drawn from the probabilities that the network gives after those
 * before it. What the layers have computed is kept until they look at it again, so that it takes the same short time for each sample,
 * several thousand of them a second with the tiny network; the samples are those that `generate` would draw.
 *
 * @param model a network of `buildWaveNet`
 * @throws RangeError for another model, a prompt that is no list of its codes, or options out of range; AbortError when the learner
 * interrupts.
 * @see Paine et al. 2016, "Fast Wavenet generation algorithm"
 *
 * @example
 * ```ts
 * const model = buildWaveNet({ preset: "tiny" }) // untrained: noise
 * const noise = await generateSound(model, { length: 200 })
 * noise.channels[0]?.length // => 200
 * ```
 */
export async function generateSound(model: tf.LayersModel, options: GenerateSoundOptions = {}): Promise<Sound> {
  const sampling = { temperature: NUMERIC, topK: NUMERIC, topP: NUMERIC };
  checkArguments(
    "generateSound",
    { model, options },
    {
      model: MODEL,
      options: settings({
        ...{ length: countFrom(1, 10_000_000), sampleRate: countFrom(1, 768_000), seed: WHOLE, signal: SIGNAL },
        ...{ prompt: list("codes of muLawEncode", NUMERIC), ...sampling },
      }),
    },
  );
  const { length = 8000, sampleRate = 8000, seed = 1, signal = interruptSignal() } = options;
  const memory = new WaveNetMemory(model, "generateSound");
  const { levels } = memory;
  const prompt = Array.from(options.prompt ?? [Math.floor(levels / 2)]);
  const some = kind("at least one code, from which the sound goes on", (value) => Object(value).length > 0);
  checkArguments(
    "generateSound",
    { prompt },
    { prompt: both(list("codes of muLawEncode", countFrom(0, levels - 1)), some) },
  );
  const { temperature, topK, topP } = options;
  const drawing = withoutUndefined({ temperature, topK, topP });
  const random = new Random(seed);
  const codes = new Int32Array(length);
  let scores: ArrayLike<number> = [];
  for (const code of prompt) scores = memory.next(code);
  for (let i = 0; i < length; i++) {
    await yieldToEventLoop();
    signal?.throwIfAborted();
    const code = draw(samplingProbabilities(scores, drawing), random);
    codes[i] = code;
    if (i + 1 < length) scores = memory.next(code);
  }
  return { sampleRate, channels: [muLawDecode(codes, { levels })] };
}

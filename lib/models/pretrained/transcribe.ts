// What somebody says in a sound, written by a recogniser.

import { checkArguments, either, kind, MODEL, SIGNAL, STRING, settings } from "../../arguments";
import { interruptSignal } from "../../notebook";
import { readWav, SOUND, type Sound } from "../../sound/wav";
import { Whisper } from "./whisper";
import { encode, write } from "./whisper-decoding";
import { HOP, heardSamples, RATE, type SoundWindow, whisperInput, windowsOf } from "./whisper-input";

/** What {@link transcribe} can be asked for. */
export interface TranscribeOptions {
  /** Ends the work with an AbortError. Default: the running cell's interrupt. */
  signal?: AbortSignal;
}

/** What is said in a sound. */
export interface Transcription {
  /** All of it, without what was written where probably nobody speaks. */
  readonly text: string;
  /** What was written of each window of at most 30 seconds. */
  readonly parts: readonly TranscribedPart[];
}

/** What was written of a window of a sound. */
export interface TranscribedPart {
  /** Where it begins and ends, in seconds. */
  readonly from: number;
  /** Where it ends, in seconds. */
  readonly to: number;
  /** What was written. */
  readonly text: string;
  /** How likely it is, by the network itself, that nobody speaks: from 0 to 1. */
  readonly noSpeech: number;
  /** The mean of the natural logarithms of the probabilities of the tokens that were written: 0 if it was sure of each. */
  readonly logProbability: number;
}

/** Nobody speaks where the network thinks so, and is not sure of what it has written nevertheless (section 4.5). */
const NO_SPEECH = { probability: 0.6, logProbability: -1 };
const WHISPER = kind(
  "a recogniser of speech, not disposed",
  (value) => value instanceof Whisper && MODEL(value.model, "model") === undefined,
  "Load it: await loadWhisper()",
);

/**
 * Writes what somebody says in English. The sound is brought to 16,000 samples a second and one channel; a longer one is heard in windows of at
 * most 30 seconds, cut where it is most quiet. Of each window the likeliest token is taken after the other, at most half of those that
 * the network can look at. A window takes two to four seconds on two cores, however short it is.
 *
 * @param whisper `await loadWhisper()`
 * @param sound a sound, or the path of a WAV file
 * @throws RangeError when it is no sound, or has no samples or others than finite numbers; Error when the file cannot be read; AbortError
 * when the learner interrupts.
 * @see Radford et al. 2022, "Robust speech recognition via large-scale weak supervision", sections 2.3 and 4.5
 *
 * @example
 * ```ts
 * const whisper = await loadWhisper().catch((error) => console.log(error.message)) // what to run, where it is not there
 * const silence = { sampleRate: 16_000, channels: [new Float32Array(16_000)] }
 * if (whisper) console.log((await transcribe(whisper, silence)).text) // or the path of a WAV file
 * whisper?.dispose()
 * ```
 */
export async function transcribe(
  whisper: Whisper,
  sound: Sound | string,
  options: TranscribeOptions = {},
): Promise<Transcription> {
  checkArguments(
    "transcribe",
    { whisper, sound, options },
    { whisper: WHISPER, sound: either(STRING, SOUND), options: settings({ signal: SIGNAL }) },
  );
  const { signal = interruptSignal() } = options;
  const samples = heardSamples(typeof sound === "string" ? await readWav(sound) : sound);
  const wrong = samples.findIndex((sample) => !Number.isFinite(sample));
  if (samples.length === 0 || wrong >= 0)
    throw new RangeError(
      samples.length === 0
        ? "transcribe: the sound has 0 samples; it needs at least 1."
        : `transcribe: the sound is ${samples[wrong]} ${(wrong / RATE).toFixed(2)} seconds after its beginning; samples are finite numbers.`,
    );
  const [, frames] = whisper.model.inputs[0]?.shape ?? [];
  const parts: TranscribedPart[] = [];
  for (const window of windowsOf(samples, Number(frames) * HOP))
    parts.push(await transcribeWindow(whisper, window, signal));
  const spoken = parts.filter(
    ({ noSpeech, logProbability }) => noSpeech <= NO_SPEECH.probability || logProbability >= NO_SPEECH.logProbability,
  );
  return {
    text: spoken
      .map(({ text }) => text)
      .join(" ")
      .trim(),
    parts,
  };
}

async function transcribeWindow(
  { model, tokens }: Whisper,
  { start, samples }: SoundWindow,
  signal: AbortSignal | undefined,
): Promise<TranscribedPart> {
  const [, frames = 0, bands = 0] = model.inputs[0]?.shape ?? [];
  const spectrogram = whisperInput(samples, Number(frames), Number(bands));
  try {
    const encoded = await encode(model, spectrogram, signal);
    try {
      const written = await write(model, encoded, tokens, signal);
      const { noSpeech, logProbability } = written;
      const text = tokens.decode(written.tokens).trim();
      return { from: start / RATE, to: (start + samples.length) / RATE, text, noSpeech, logProbability };
    } finally {
      encoded.dispose();
    }
  } finally {
    spectrogram.dispose();
  }
}

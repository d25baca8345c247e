// A sound to be heard in the notebook and in what is made of it: its bytes are kept in the output.

import { checkArguments, STRING, settings } from "../../arguments";
import { at } from "../../indexing";
import { encodeWav, SOUND, type Sound } from "../../sound/wav";
import { type AudioPlayer, secondsText } from "../figure/audio-player";
import { displayable } from "../figure/displayable";
import { soundFigure } from "./sound-figure";

/** What {@link audio} can be asked for. */
export interface AudioOptions {
  /** Over the figure. Default: how long the sound is. */
  title?: string;
}

/** Two megabytes of WAV: of 16,000 samples a second a minute. */
const MOST_SAMPLES = 2 ** 20;
/** Fewer samples a second, and more channels, are not played by every browser. */
const LOWEST_RATE = 3000;
const MOST_CHANNELS = 8;

/**
 * A player for a sound, and above it what there is to see: the wave, and the power of each frequency at each time, in decibels below
 * the strongest. Of several channels their mean is drawn. What is above 1 or below −1 sounds cut off.
 *
 * The sound is kept in the notebook, so it has at most 1,048,576 samples: 65 seconds of 16,000 a second, 23 of 44,100.
 *
 * @throws RangeError when it is no sound (a sample that is no number, channels of different lengths), has fewer than 2 or too many
 * samples, or is none that browsers play.
 *
 * @example
 * ```ts
 * const tone = Float32Array.from({ length: 8000 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / 8000))
 * audio({ sampleRate: 8000, channels: [tone] }, { title: "The A of an orchestra" })
 * ```
 */
export function audio(sound: Sound, options: AudioOptions = {}): AudioPlayer {
  checkArguments("audio", { sound, options }, { sound: SOUND, options: settings({ title: STRING }) });
  checkPlayable(sound);
  const wav = encodeWav(sound);
  const seconds = at(sound.channels, 0).length / sound.sampleRate;
  const { title = `A sound of ${secondsText(seconds)}` } = options;
  const source = `data:audio/wav;base64,${wav.toString("base64")}`;
  return displayable({ figure: soundFigure(sound, title), title, seconds, source });
}

function checkPlayable({ sampleRate, channels }: Sound): void {
  const count = channels.length;
  const lengths = channels.map(({ length }) => length);
  const [length = 0] = lengths;
  if (count < 1 || count > MOST_CHANNELS || length < 2 || lengths.some((each) => each !== length))
    throw new RangeError(
      `audio: the sound has ${count} channels of ${lengths.slice(0, 4).join(", ") || "no"} samples; what can be played has 1 to ` +
        `${MOST_CHANNELS}, all of one length, of at least 2 samples.`,
    );
  if (sampleRate < LOWEST_RATE)
    throw new RangeError(
      `audio: the sound has ${sampleRate} samples a second; browsers play ${LOWEST_RATE} or more. Repeat each sample ` +
        `${Math.ceil(LOWEST_RATE / sampleRate)} times, or give the rate at which it was made.`,
    );
  const most = Math.floor(MOST_SAMPLES / count);
  if (length > most)
    throw new RangeError(
      `audio: the sound has ${length} samples in ${count === 1 ? "its channel" : `each of ${count} channels`}, ` +
        `${secondsText(length / sampleRate)}; a notebook keeps what it shows, and takes ${most} of them, ` +
        `${secondsText(most / sampleRate)}. Give a part: { ...sound, channels: sound.channels.map((all) => all.subarray(0, ${most})) }.`,
    );
  for (const [channel, samples] of channels.entries()) {
    const place = samples.findIndex((sample) => !Number.isFinite(sample));
    if (place >= 0)
      throw new RangeError(
        `audio: sample ${place} of channel ${channel} is ${at(samples, place)}; samples are numbers from −1 to 1. Look at what made it.`,
      );
  }
}

// How much of each frequency there is in a piece of sound: the fast Fourier transform (Cooley and Tukey 1965, "An algorithm for the
// machine calculation of complex Fourier series").

import { at } from "../indexing";

// In the loops `?? 0` is for the compiler: `at` would make them several times slower.

/** How large the waves of each frequency are, and where they begin. */
interface Spectrum {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** From real samples to the spectrum of all their frequencies. */
type Transform = (samples: Float64Array) => Spectrum;

/**
 * The power |X_k|² of the discrete Fourier transform of frames, for frequencies from 0 to half the sampling rate.
 *
 * @param size samples in a frame; the fewer and smaller its odd prime factors are, the faster
 * @returns a function from a frame to its powers, one more than half as many
 */
export function powerSpectrumOf(size: number): (frame: Float64Array) => Float64Array {
  const transform = transformOf(size);
  const count = Math.floor(size / 2) + 1;
  return (frame) => {
    const { real, imaginary } = transform(frame);
    return Float64Array.from({ length: count }, (_, k) => at(real, k) ** 2 + at(imaginary, k) ** 2);
  };
}

function transformOf(size: number): Transform {
  const factor = oddFactorOf(size);
  return factor === 1 ? powerOf2Transform(size) : joinedTransform(size, factor, transformOf(size / factor));
}

/** The smallest odd factor above 1; 1 for a power of 2. */
function oddFactorOf(size: number): number {
  for (let factor = 3; factor <= size; factor += 2) if (size % factor === 0) return factor;
  return 1;
}

/** The waves e^(−2πik / size), k from 0 on. */
function wavesOf(size: number, count: number): Spectrum {
  const angles = Array.from({ length: count }, (_, k) => (-2 * Math.PI * k) / size);
  return { real: Float64Array.from(angles, Math.cos), imaginary: Float64Array.from(angles, Math.sin) };
}

/** Every so many samples are transformed by themselves; their spectra, each turned by where its samples begin, are added up. */
function joinedTransform(size: number, factor: number, partly: Transform): Transform {
  const length = size / factor;
  const { real: cosines, imaginary: sines } = wavesOf(size, size);
  return (samples) => {
    const [real, imaginary] = [new Float64Array(size), new Float64Array(size)];
    for (let start = 0; start < factor; start++) {
      const every = new Float64Array(length);
      for (let i = 0; i < length; i++) every[i] = samples[start + i * factor] ?? 0;
      const part = partly(every);
      for (let k = 0, turn = 0, place = 0; k < size; k++) {
        const [cosine, sine] = [cosines[turn] ?? 0, sines[turn] ?? 0];
        const [a, b] = [part.real[place] ?? 0, part.imaginary[place] ?? 0];
        real[k] = (real[k] ?? 0) + a * cosine - b * sine;
        imaginary[k] = (imaginary[k] ?? 0) + a * sine + b * cosine;
        turn += start; // start · k, which after a whole turn begins anew
        if (turn >= size) turn -= size;
        place = place + 1 === length ? 0 : place + 1;
      }
    }
    return { real, imaginary };
  };
}

function powerOf2Transform(size: number): Transform {
  const waves = wavesOf(size, size / 2);
  return (samples) => transformed(samples, waves.real, waves.imaginary);
}

function transformed(frame: Float64Array, cosines: Float64Array, sines: Float64Array): Spectrum {
  const size = frame.length;
  const [real, imaginary] = [new Float64Array(size), new Float64Array(size)];
  // In the order of their numbers' bits read backwards, transforms of half the size stand side by side.
  for (let i = 0, place = 0; i < size; i++) {
    real[place] = frame[i] ?? 0;
    let bit = size >> 1;
    while (place & bit) {
      place ^= bit;
      bit >>= 1;
    }
    place |= bit;
  }
  for (let half = 1; half < size; half *= 2) {
    for (let k = 0; k < half; k++) {
      const turn = (k * size) / (2 * half);
      const [cosine, sine] = [cosines[turn] ?? 0, sines[turn] ?? 0];
      for (let even = k; even < size; even += 2 * half) {
        const odd = even + half;
        const [a, b] = [real[odd] ?? 0, imaginary[odd] ?? 0];
        const [x, y] = [a * cosine - b * sine, a * sine + b * cosine];
        const [c, d] = [real[even] ?? 0, imaginary[even] ?? 0];
        real[odd] = c - x;
        imaginary[odd] = d - y;
        real[even] = c + x;
        imaginary[even] = d + y;
      }
    }
  }
  return { real, imaginary };
}

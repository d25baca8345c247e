// How much of each frequency there is in a piece of sound: the fast Fourier transform (Cooley and Tukey 1965, "An algorithm for the
// machine calculation of complex Fourier series").

import { at } from "../indexing";

/**
 * The power |X_k|² of the discrete Fourier transform of frames, for frequencies from 0 to half the sampling rate.
 *
 * @param size samples in a frame, a power of 2
 * @returns a function from a frame to its powers, one more than half as many
 */
export function powerSpectrumOf(size: number): (frame: Float64Array) => Float64Array {
  const angles = Array.from({ length: size / 2 }, (_, k) => (-2 * Math.PI * k) / size);
  const [cosines, sines] = [Float64Array.from(angles, Math.cos), Float64Array.from(angles, Math.sin)];
  return (frame) => {
    const { real, imaginary } = transformed(frame, cosines, sines);
    return Float64Array.from({ length: size / 2 + 1 }, (_, k) => at(real, k) ** 2 + at(imaginary, k) ** 2);
  };
}

function transformed(frame: Float64Array, cosines: Float64Array, sines: Float64Array) {
  const size = frame.length;
  const [real, imaginary] = [new Float64Array(size), new Float64Array(size)];
  // In the order of their numbers' bits read backwards, transforms of half the size stand side by side.
  for (let i = 0, place = 0; i < size; i++) {
    real[place] = at(frame, i);
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
      const [cosine, sine] = [at(cosines, turn), at(sines, turn)];
      for (let even = k; even < size; even += 2 * half) {
        const odd = even + half;
        const [a, b] = [at(real, odd), at(imaginary, odd)];
        const [x, y] = [a * cosine - b * sine, a * sine + b * cosine];
        real[odd] = at(real, even) - x;
        imaginary[odd] = at(imaginary, even) - y;
        real[even] = at(real, even) + x;
        imaginary[even] = at(imaginary, even) + y;
      }
    }
  }
  return { real, imaginary };
}

// Sound out of FLAC files, which lose nothing: libFLAC, compiled to WebAssembly in the npm package `@wasm-audio-decoders/flac`.

import type { Sound } from "./wav";

/**
 * @param files the bytes of each
 * @throws RangeError when one of them is no FLAC file, or damaged; it says which
 */
export async function decodeFlac(files: readonly Uint8Array[]): Promise<Sound[]> {
  // An ES module, which is imported at run time only.
  const { FLACDecoder } = await import("@wasm-audio-decoders/flac");
  const decoder = new FLACDecoder();
  await decoder.ready;
  try {
    const sounds: Sound[] = [];
    for (const [number, file] of files.entries()) {
      const { channelData, sampleRate, errors } = await decoder.decodeFile(file);
      await decoder.reset();
      const [error] = errors;
      if (error || channelData.length === 0)
        throw new RangeError(`FLAC file ${number} cannot be decoded: ${error ? error.message : "it holds no sound"}`);
      sounds.push({ sampleRate, channels: channelData });
    }
    return sounds;
  } finally {
    decoder.free();
  }
}

// Which way up a photograph is. Cameras keep their pixels as the sensor has them and note in the JPEG, in a directory of the form
// Exif (CIPA DC-008), how to turn them.

import { at } from "../../indexing";

/** How the pixels have to be moved: first rows and columns are exchanged, then mirrored. */
export interface Orientation {
  readonly exchanged: boolean;
  readonly mirroredRows: boolean;
  readonly mirroredColumns: boolean;
}

/** By Exif's numbers, from 1. */
const ORIENTATIONS: readonly Orientation[] = [
  { exchanged: false, mirroredRows: false, mirroredColumns: false },
  { exchanged: false, mirroredRows: false, mirroredColumns: true },
  { exchanged: false, mirroredRows: true, mirroredColumns: true },
  { exchanged: false, mirroredRows: true, mirroredColumns: false },
  { exchanged: true, mirroredRows: false, mirroredColumns: false },
  { exchanged: true, mirroredRows: false, mirroredColumns: true },
  { exchanged: true, mirroredRows: true, mirroredColumns: true },
  { exchanged: true, mirroredRows: true, mirroredColumns: false },
];
const UPRIGHT = at(ORIENTATIONS, 0);
const [EXIF_SEGMENT, SCAN] = [0xe1, 0xda];
const ORIENTATION_TAG = 0x0112;

/** How a JPEG's pixels have to be turned; not at all where it does not say. */
export function orientationOf(jpeg: Buffer): Orientation {
  try {
    return ORIENTATIONS[noted(jpeg) - 1] ?? UPRIGHT;
  } catch {
    return UPRIGHT; // a directory that ends too early
  }
}

function noted(jpeg: Buffer): number {
  // Segments: 0xff, their kind, their length with these two bytes, until the pixels begin.
  for (let start = 2; jpeg[start] === 0xff && jpeg[start + 1] !== SCAN; start += 2 + jpeg.readUInt16BE(start + 2))
    if (jpeg[start + 1] === EXIF_SEGMENT && jpeg.toString("latin1", start + 4, start + 8) === "Exif")
      return inDirectory(jpeg.subarray(start + 10));
  return 1;
}

/** A TIFF header, which says the order of bytes and where the directory is; then entries of twelve bytes. */
function inDirectory(tiff: Buffer): number {
  const low = tiff.toString("latin1", 0, 2) === "II";
  const short = (place: number): number => (low ? tiff.readUInt16LE(place) : tiff.readUInt16BE(place));
  const start = low ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  for (let entry = 0; entry < short(start); entry++) {
    const place = start + 2 + 12 * entry;
    if (short(place) === ORIENTATION_TAG) return short(place + 8);
  }
  return 1;
}

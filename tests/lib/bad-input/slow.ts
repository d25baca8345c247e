// The calls that may take more than a second of processor time, with the reason.
import type { Case } from "./cases";

interface Slow {
  readonly row: RegExp;
  readonly place?: RegExp;
  readonly misfit?: RegExp;
  /** At the speed of the reference. */
  readonly seconds: number;
  readonly why: string;
}

const SLOW: readonly Slow[] = [
  {
    ...{ row: /^loadMail$/, seconds: 3 },
    why: "all letters are read, unpacked and taken apart, as with what fits: 0.7 s",
  },
  {
    ...{ row: /^loadTabla$/, seconds: 3 },
    why: "all strokes are decoded and resampled, as with what fits: 1 s",
  },
  {
    ...{ row: /^buildCnn$/, place: /\.inputShape\./, misfit: /^100000$/, seconds: 3 },
    why: "an image may be so long: the dense layer behind it has 70 million weights, which are drawn in 0.7 s",
  },
];

/** What a call may take where it stands in no list. */
const MOST_SECONDS = 1;

/** Processor time at the speed of the reference. */
export function mostSeconds({ row, path, misfit }: Case): number {
  const slow = SLOW.find(
    (each) =>
      each.row.test(row) && (each.place?.test(`.${path.join(".")}`) ?? true) && (each.misfit?.test(misfit) ?? true),
  );
  return slow?.seconds ?? MOST_SECONDS;
}

// Images that change from moment to moment, side by side.

import { checkArguments, countFrom, fields, list, NUMBERS, SHAPE, STRING, STRINGS, settings } from "../../arguments";
import type { Example } from "../../data/dataset";
import { at, lastOf } from "../../indexing";
import { withMoments } from "../figure/animation";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { type ImageGridOptions, imageGrid } from "./image-grid";

/** What {@link imageFilm} can be asked for. */
export interface ImageFilmOptions extends ImageGridOptions {
  /** Stands before the label of the moment that is seen: `"epoch "`. Default: nothing. */
  prefix?: string;
}

/** One moment of {@link imageFilm}. */
export interface FilmMoment {
  /** What the slider says there, another one for each moment. */
  readonly label: string;
  /** As many images as at the other moments, all of one size. */
  readonly images: readonly Example[];
}

/**
 * Images that change, as a grid with a slider over the moments and a button that plays them. At first the last moment is seen. Each is drawn
 * as {@link imageGrid} draws it.
 *
 * @param moments in the order of time; of more than 60 some are left out.
 * @throws RangeError for no moment, different numbers of images, two moments of the same label, or what `imageGrid` does not draw.
 *
 * @example
 * ```ts
 * const image = (grey: number) => ({ values: new Float32Array(64).map((_, i) => (i < 32 ? grey : 1)), shape: [8, 8] })
 * imageFilm([0, 0.5, 1].map((grey) => ({ label: String(grey), images: [image(grey)] })), { prefix: "grey: " })
 * ```
 */
export function imageFilm(moments: readonly FilmMoment[], options: ImageFilmOptions = {}): Figure {
  checkArguments(
    "imageFilm",
    { moments, options },
    {
      moments: list(
        "moments",
        fields({ label: STRING, images: list("images", fields({ values: NUMBERS, shape: SHAPE })) }),
      ),
      options: settings({ title: STRING, titles: STRINGS, columns: countFrom(1, 1000), prefix: STRING }),
    },
  );
  if (moments.length === 0) throw new RangeError("imageFilm draws moments; none were given. Give at least one.");
  const { prefix, ...look } = options;
  const count = at(moments, 0).images.length;
  for (const [place, { label, images }] of moments.entries()) {
    if (images.length !== count)
      throw new RangeError(
        `imageFilm: moment ${place} (${label}) has ${images.length} images, moment 0 has ${count}; give each the same number.`,
      );
    if (moments.findIndex((other) => other.label === label) < place)
      throw new RangeError(
        `imageFilm: two moments have the label ${label}; the slider needs a label of its own for each.`,
      );
  }
  const drawn = moments.map(({ label, images }) => ({ label, ...imageGrid(images, look) }));
  const last = lastOf(drawn);
  const figure = { data: last.data, layout: last.layout };
  return displayable(
    withMoments(
      figure,
      [0],
      drawn.map(({ label, data }) => ({ label, data: data.slice(0, 1) })),
      prefix,
    ),
  );
}

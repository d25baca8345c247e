// Images, and under each the same image with a map of numbers laid over it.
import type { ColorScale } from "plotly.js-dist";
import type { ChosenClasses } from "../inspection/class-scores";
import type { tf } from "../tf";
import { drawsItself } from "./draws-itself";
import type { Figure } from "./figure";
import { INK } from "./look";
import { tiled, tileLayout } from "./tiles";

/** What figures of maps over images can be asked for. */
export interface MapsOverImagesOptions {
  /** The name of each class. Default: its number. */
  classNames?: readonly string[];
  /** Over the figure. */
  title?: string;
}

const MOST_IMAGES = 10;

/** From nothing to vermilion, which is seen on paper and on ink alike. */
const GLOW: ColorScale = [
  [0, "rgba(213, 94, 0, 0)"],
  [0.3, "rgba(213, 94, 0, 0.35)"],
  [1, "rgba(213, 94, 0, 0.95)"],
];

/**
 * @param maps a value of at least 0 for each pixel, image by image; each image's largest is drawn in full colour.
 * @throws RangeError for more than 10 images, or such as are not grey.
 */
export function mapsOverImages(
  caller: string,
  inputs: tf.Tensor,
  { classes, probabilities, values }: ChosenClasses & { readonly values: Float32Array },
  { classNames, title }: MapsOverImagesOptions,
): Figure {
  const [count, height, width, channels] = inputs.shape as [number, number, number, number];
  if (count > MOST_IMAGES || channels !== 1)
    throw new RangeError(
      `${caller}: the images have the shape [${inputs.shape.join(", ")}]; up to ${MOST_IMAGES} grey ones, [batch, height, width, 1], can be drawn.`,
    );
  const pixels = inputs.dataSync<"float32">();
  const size = height * width;
  const images = Array.from({ length: count }, (_, i) => pixels.subarray(i * size, (i + 1) * size));
  const maps = Array.from({ length: count }, (_, i) => {
    const own = values.subarray(i * size, (i + 1) * size);
    const largest = own.reduce((a, b) => Math.max(a, b), 0);
    return own.map((value) => (largest > 0 ? value / largest : 0));
  });
  const titles = classes.map(
    (label, i) => `${classNames?.[label] ?? label}<br>${(100 * (probabilities[i] as number)).toFixed(1)} %`,
  );
  const below = images.map(() => "");
  const options = { columns: count, titles: [...titles, ...below], tilePixels: count > 5 ? 72 : 130 };
  const ground = tiled([...images, ...images], [height, width], options);
  const over = tiled(
    [...images.map((image) => Array<null>(image.length).fill(null)), ...maps],
    [height, width],
    options,
  );
  const common = { type: "heatmap", showscale: false, hoverongaps: false } as const;
  return drawsItself({
    data: [
      { ...common, z: ground.z, colorscale: INK, hovertemplate: "pixel %{z}<extra></extra>" },
      {
        ...common,
        z: over.z,
        zmin: 0,
        zmax: 1,
        colorscale: GLOW,
        hovertemplate: "%{z:.0%} of the largest<extra></extra>",
      },
    ],
    layout: tileLayout(ground, title),
  });
}

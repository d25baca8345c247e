// Every figure that writes names, with names that Plotly could take for something else.
import {
  architecture,
  attentionHeatmap,
  audio,
  bars,
  boundaryLine,
  confusionMatrix,
  curve,
  Dataset,
  decisionBoundary,
  embedding,
  type Figure,
  featureMaps,
  filters,
  forecast,
  functionCurves,
  gradCam,
  histograms,
  imageFilm,
  imageGrid,
  learningCurves,
  lines,
  lossOverPlane,
  lossSurface,
  positionalEncoding,
  similarityMap,
  slidingFilter,
  tf,
  tokenProbabilities,
} from "cellwise";

/** Markup, numbers, dates, formulas, templates, empty, long, from right to left. */
export const NAMES = [
  ...["<s>", "</s>", "<b>bold</b>", "&amp;", "&lt;", "a & b < c > d", "<br>", "<a href='x'>y</a>", "<sub>1</sub>"],
  ...["1E1", "2A1", "3E2", "2020-01-01", "1,000", "007", "12:30", "true", "NaN", "null"],
  ...["$x^2$", "%{x}", "100 %{y:.2f}", '"quoted"', "  two  blanks", "שלום עולם", "مرحبا", "naïve 模型 🙂"],
  "a name that is longer than the fifteen characters that Plotly leaves of it under the mouse, and than any line",
];

/** Figures by their name; each writes all of `names`, in whatever way it writes names. */
export function figuresOf(names: readonly string[]): Record<string, Figure> {
  const [one = "", two = ""] = names;
  const ones = names.map((_, i) => i + 1);
  const byName = Object.fromEntries(names.map((name) => [name, [1, 2, 3]]));
  const titles = { title: one, xTitle: two, yTitle: one };
  const classes = new Dataset({
    name: "points",
    inputs: [{ values: Float32Array.from(names.flatMap((_, i) => [i, -i])), shape: [2], dtype: "float32" }],
    targets: [{ values: Int32Array.from(names.keys()), shape: [], dtype: "int32" }],
    classNames: names,
  });
  const images = new Dataset({
    name: "images",
    inputs: [{ values: new Float32Array(16 * names.length).fill(0.5), shape: [4, 4, 1], dtype: "float32" }],
    targets: [{ values: Int32Array.from(names.keys()), shape: [], dtype: "int32" }],
    classNames: names,
  });
  const regions = {
    ...{ x: [0, 1], y: [0, 1], classes: names.length },
    probabilities: new Float32Array(4 * names.length).fill(1 / names.length),
  };
  const map = (layer: string) => ({
    layer,
    shape: [1, 1, names.length, names.length] as [number, number, number, number],
    values: new Float32Array(names.length ** 2).fill(0.5),
  });
  const tokens = names.map((token, id) => {
    const seen = { id, token, probability: 0.5 };
    return { ...seen, likeliest: [seen] };
  });
  const steps = { loss: [2, 1], ...Object.fromEntries(names.slice(0, 3).map((name) => [name, [1, 2]])) };
  const history = {
    ...{ engine: "eager" as const, batchSize: 1, stepsPerEpoch: 1, secondsPerEpoch: [1, 1], interrupted: false },
    ...{ epochs: steps, steps, validation: steps },
  };
  const plane = lossOverPlane((a, b) => a * a + b * b, { x: [-1, 1], y: [-1, 1], steps: 3 });
  // tfjs itself takes no such names for layers.
  const convolution = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 2, kernelSize: 2, inputShape: [4, 4, 1] }),
      tf.layers.flatten(),
      tf.layers.dense({ units: names.length, name: "classes" }),
    ],
  });
  const pictures = [1, 2].map((count) => tf.tidy(() => tf.range(0, 16 * count).reshape([count, 4, 4, 1])));
  const neuron = { weights: [1, 1], bias: 0 };
  const figures = {
    bars: bars(Object.fromEntries(names.map((name, i) => [name, i + 1])), titles),
    "bars in groups": bars(byName, { ...titles, x: names.slice(0, 3) }),
    lines: lines(byName, titles),
    "lines over names": lines({ [one]: ones }, { ...titles, x: names }),
    forecast: forecast(names, ones, { [one]: { values: ones, low: ones, high: ones } }, { ...titles, testFrom: two }),
    histograms: histograms(Object.fromEntries(names.slice(0, 16).map((name) => [name, [1, 2, 3]])), {
      title: one,
      xTitle: two,
    }),
    "functions and derivatives": functionCurves(
      { [one]: curve(tf.tanh), [two]: curve(tf.relu) },
      { title: one, xTitle: two },
    ),
    "embedding of classes": embedding(
      [...ones, ...ones].map((i) => [i, -i]),
      [...names, ...names],
      titles,
    ),
    "embedding of words": embedding(
      ones.map((i) => [i, -i]),
      names,
      titles,
    ),
    confusion: confusionMatrix([0, 1], [0, 1], names),
    similarity: similarityMap(
      ones.map(() => ones.map(() => 0.5)),
      { rows: names, title: one },
    ),
    images: imageGrid(images, { title: one }),
    "images that change": imageFilm([{ label: one, images: [images.example(0)] }], { title: one }),
    "images with titles": imageGrid(images, { titles: names.map((name) => name.replaceAll("<br>", "")), title: one }),
    boundary: decisionBoundary({ [one]: regions, [two]: regions }, classes, { title: one }),
    line: boundaryLine({ [one]: neuron, [two]: neuron }, classes, { title: one }),
    attention: attentionHeatmap([map(one), map(two)], { queries: names, keys: names, title: one }),
    tokens: tokenProbabilities(tokens, { title: one }),
    curves: learningCurves(history),
    surface: lossSurface(plane, { ...titles, paths: { [one]: [[0, 0]], [two]: [[1, 1]] } }),
    model: architecture(convolution, { title: one }),
    filters: filters(convolution),
    maps: featureMaps(convolution, pictures[0] as tf.Tensor),
    "grad-cam": gradCam(convolution, pictures[1] as tf.Tensor, { classNames: names, title: one }),
    positions: positionalEncoding([[1, 2]], { title: one }),
    sound: audio({ sampleRate: 8000, channels: [new Float32Array(400)] }, { title: one }).figure,
    sliding: slidingFilter(
      [
        [1, 2],
        [3, 4],
      ],
      [[1]],
      { title: one },
    ),
  };
  tf.dispose(pictures);
  convolution.dispose();
  return figures;
}

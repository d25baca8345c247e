// A model layer by layer: what comes out of each, and how many parameters it has.
import { checkArguments, kind } from "../../arguments";
import { displayable } from "../figure/displayable";
import type { Table } from "../figure/table";

/** What a summary needs to know of a model; every `tf.LayersModel` has it. */
export interface LayeredModel {
  /** The model's name. */
  readonly name: string;
  /** Its layers, in the order in which they run. */
  readonly layers: readonly SummedUpLayer[];
  /** Of all weights, trained or not. */
  countParams(): number;
}

/** What a summary needs to know of a layer. */
export interface SummedUpLayer {
  /** The layer's name. */
  readonly name: string;
  /** The batch axis first, as `null`; a list of shapes where there are several outputs. */
  readonly outputShape: unknown;
  /** The kind of layer: `"Dense"`. */
  getClassName(): string;
  /** Of all its weights. */
  countParams(): number;
}

/**
 * A table of a model's layers with output shapes (the batch axis written `batch`) and parameters.
 *
 * @example
 * ```ts
 * summary(buildMlp({ units: [32] }))
 * ```
 */
export function summary(model: LayeredModel): Table {
  checkArguments(
    "summary",
    { model },
    { model: kind("a model", (value) => Array.isArray(Object(value).layers), "Build one: buildCnn()") },
  );
  return displayable({
    columns: ["layer", "type", "output shape", "parameters"],
    rows: model.layers.map((layer) => [
      layer.name,
      layer.getClassName(),
      outputShapeText(layer.outputShape),
      layer.countParams(),
    ]),
    total: [model.name, "", "", model.countParams()],
  });
}

/** One shape, or several for a layer with several outputs. */
export function outputShapeText(shape: unknown): string {
  if (!Array.isArray(shape)) return "";
  if (Array.isArray(shape[0])) return shape.map(outputShapeText).join(", ");
  const [, ...sides] = shape as (number | null)[];
  return `[${["batch", ...sides.map((side) => side ?? "any")].join(", ")}]`;
}

// A model as boxes and arrows: a box for each call of a layer, an arrow for each tensor that goes from one call to another. A
// layer that is called twice (an embedding that is also the output's table) has two boxes and its weights once.
import type { LayeredModel, SummedUpLayer } from "./summary";

/** What a diagram needs to know of a model; every `tf.LayersModel` has it. */
export interface DrawnModel extends LayeredModel {
  /** What it gives; from here the graph is followed back to the inputs. */
  readonly outputs: readonly DrawnTensor[];
}

/** What a diagram needs to know of what flows between layers; every `tf.SymbolicTensor` has it. */
export interface DrawnTensor {
  /** The batch axis first, as `null`. */
  readonly shape: unknown;
  /** The layer that gives it. */
  readonly sourceLayer: DrawnLayer;
  /** Which of the layer's calls gives it. */
  readonly nodeIndex: number;
  /** What that call was given. */
  readonly inputs: readonly DrawnTensor[];
}

/** What a diagram needs to know of a layer. */
export interface DrawnLayer extends SummedUpLayer {
  /** What the layer was made with, by name. */
  getConfig(): object;
  /** What its call number `nodeIndex` gives. */
  getOutputAt(nodeIndex: number): DrawnTensor | readonly DrawnTensor[];
}

/** One call of a layer. */
export interface Box {
  readonly layer: DrawnLayer;
  /** The shape of its output; a list of shapes where there are several. */
  readonly shape: unknown;
  /** The numbers of the boxes that it takes its inputs from, all of them earlier ones. */
  readonly sources: readonly number[];
  /** Whether the layer has an earlier box, where its parameters are counted. */
  readonly again: boolean;
}

/** The boxes of a model, each after those that it takes its inputs from. */
export function modelGraph(model: DrawnModel): Box[] {
  const boxes: Box[] = [];
  const numbers = new Map<DrawnLayer, Map<number, number>>();
  const numberOf = ({ sourceLayer: layer, nodeIndex, inputs }: DrawnTensor): number => {
    const known = numbers.get(layer)?.get(nodeIndex);
    if (known !== undefined) return known;
    const sources = [...new Set(inputs.map(numberOf))];
    const calls = numbers.get(layer) ?? new Map<number, number>();
    numbers.set(layer, calls.set(nodeIndex, boxes.length));
    const outputs = [layer.getOutputAt(nodeIndex)].flat() as DrawnTensor[];
    const shapes = outputs.map(({ shape }) => shape);
    return boxes.push({ layer, shape: shapes.length === 1 ? shapes[0] : shapes, sources, again: calls.size > 1 }) - 1;
  };
  for (const output of model.outputs) numberOf(output);
  return boxes;
}

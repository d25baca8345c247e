// A layer that a model uses several times, with the same weights, is freed with the model. tfjs counts its uses, and gives back one of
// them only, so that its weights would stay for ever.
import type * as tfjs from "@tensorflow/tfjs-node";

/** The parts of tfjs's layers and models that count; its types keep them to themselves. */
interface Counted {
  readonly name: string;
  readonly inboundNodes: readonly unknown[];
  _refCount: number | null;
}
interface Container {
  readonly layers: readonly Counted[];
  readonly containerNodes: ReadonlySet<string>;
  _refCount: number;
  dispose(): unknown;
}

/** Mends tfjs, once for all. */
export function mendSharedLayers(tf: typeof tfjs): void {
  const container: Container = Object.getPrototypeOf(tf.LayersModel.prototype);
  const { dispose } = container;
  container.dispose = function (this: Container) {
    // Models inside models have a count of their own.
    const layers = this._refCount === 1 ? this.layers.filter((layer) => !(layer instanceof tf.LayersModel)) : [];
    for (const layer of layers) {
      const uses = layer.inboundNodes.filter((_, node) => this.containerNodes.has(`${layer.name}_ib-${node}`));
      if (uses.length > 1 && layer._refCount !== null)
        layer._refCount = Math.max(1, layer._refCount - (uses.length - 1));
    }
    return dispose.call(this);
  };
}

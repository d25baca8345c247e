// The published image networks, tiny: two steps compiled are two steps of tfjs's own.
import {
  buildAlexNet,
  buildDenseNet,
  buildEfficientNet,
  buildGoogLeNet,
  buildRecurrentCnn,
  buildResNet,
  buildVgg,
  buildVit,
  tf,
} from "cellwise";
import { assertSameTraining, twins } from "./twin";

const colours = { inputShape: [32, 32, 3] as [number, number, number], dropout: 0 };

const networks: Record<string, () => tf.LayersModel> = {
  AlexNet: () => buildAlexNet({ preset: "tiny", dropout: 0 }),
  "AlexNet, tanh": () => buildAlexNet({ ...colours, activation: "tanh" }),
  VGG: () => buildVgg({ preset: "tiny" }),
  "VGG, batch normalised": () => buildVgg({ ...colours, batchNorm: true }),
  GoogLeNet: () => buildGoogLeNet({ preset: "tiny" }),
  "GoogLeNet, large stem, no bottlenecks": () =>
    buildGoogLeNet({ ...colours, stem: "large", bottleneck: false, width: 0.1 }),
  ResNet: () => buildResNet({ preset: "tiny" }),
  "ResNet, large stem, bottlenecks": () => buildResNet({ ...colours, stem: "large", bottleneck: true, filters: 8 }),
  "ResNet, plain": () => buildResNet({ ...colours, shortcut: false, filters: 8 }),
  DenseNet: () => buildDenseNet({ preset: "tiny" }),
  "DenseNet, large stem": () => buildDenseNet({ ...colours, stem: "large", growth: 4 }),
  "recurrent CNN": () => buildRecurrentCnn({ preset: "tiny" }),
  "recurrent CNN, not normalised": () => buildRecurrentCnn({ ...colours, batchNorm: false, filters: 8 }),
  EfficientNet: () => buildEfficientNet({ preset: "tiny" }),
  ViT: () => buildVit({ preset: "tiny" }),
  "ViT, in colour": () => buildVit({ inputShape: [12, 8, 3], patch: 4, width: 16, heads: 4, blocks: 1 }),
  "EfficientNet, padded as TensorFlow has it": () => buildEfficientNet({ ...colours, padding: "same" }),
};

describe("the compiled step on the published image networks", () => {
  for (const [name, build] of Object.entries(networks))
    it(`${name}: trains as tfjs does`, async () => {
      const [model, twin] = twins(build, (one) =>
        // Adam would make whole steps of gradients that are nothing but rounding.
        one.compile({ optimizer: tf.train.sgd(0.05), loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] }),
      );
      const shape = model.inputs[0]?.shape.slice(1) as number[];
      const batch = [
        tf.randomUniform([8, ...shape], 0, 1, "float32", 4),
        tf.tensor2d([0, 1, 2, 3, 4, 5, 6, 7], [8, 1]),
      ] as const;
      try {
        await assertSameTraining(model, twin, [batch], { steps: 2 });
      } finally {
        tf.dispose(batch as unknown as tf.TensorContainer);
        for (const one of [model, twin]) {
          one.optimizer.dispose();
          one.dispose();
        }
      }
    });
});

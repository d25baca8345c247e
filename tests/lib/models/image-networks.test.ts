// The published image networks: their parameters, which the papers, Keras and torchvision count; what is seen of their form; and what
// they refuse.
import assert from "node:assert/strict";
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
  vitParameters,
} from "cellwise";
import { withModel } from "../with-model";
import { withoutRandomStarts } from "../zero-starts";

const sizeOf = (weights: readonly tf.LayerVariable[]): number =>
  weights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0);

/** What is trained, and what batch normalisation keeps besides. */
const published: Record<string, [build: () => tf.LayersModel, trained: number, averages: number]> = {
  // Counted for one tower by netscope and the Hewlett Packard deep learning cookbook.
  AlexNet: [() => buildAlexNet({ preset: "paper" }), 62_378_344, 0],
  // torchvision's documentation of vgg11 and vgg13; Keras's and torchvision's of the other two.
  "VGG-11": [() => buildVgg({ preset: "vgg11" }), 132_863_336, 0],
  "VGG-13": [() => buildVgg({ preset: "vgg13" }), 133_047_848, 0],
  "VGG-16": [() => buildVgg({ preset: "vgg16" }), 138_357_544, 0],
  "VGG-19": [() => buildVgg({ preset: "vgg19" }), 143_667_240, 0],
  // Caffe's bvlc_googlenet without its auxiliary classifiers, counted by netscope.
  GoogLeNet: [() => buildGoogLeNet({ preset: "paper" }), 6_998_552, 0],
  // torchvision's documentation of resnet18 to resnet152, which counts what is trained.
  "ResNet-18": [() => buildResNet({ preset: "resnet18" }), 11_689_512, 9_600],
  "ResNet-34": [() => buildResNet({ preset: "resnet34" }), 21_797_672, 17_024],
  // Keras's ResNet50 has 25,636,712: a bias besides, that batch normalisation undoes, for each of its 26,560 maps.
  "ResNet-50": [() => buildResNet({ preset: "resnet50" }), 25_557_032, 25_636_712 - 26_560 - 25_557_032],
  "ResNet-101": [() => buildResNet({ preset: "resnet101" }), 44_549_160, 105_344],
  "ResNet-152": [() => buildResNet({ preset: "resnet152" }), 60_192_808, 151_424],
  // torchvision's documentation; in all, Keras's: 8,062,504, 14,307,880 and 20,242,984.
  "DenseNet-121": [() => buildDenseNet({ preset: "densenet121" }), 7_978_856, 8_062_504 - 7_978_856],
  "DenseNet-169": [() => buildDenseNet({ preset: "densenet169" }), 14_149_480, 14_307_880 - 14_149_480],
  "DenseNet-201": [() => buildDenseNet({ preset: "densenet201" }), 20_013_928, 20_242_984 - 20_013_928],
  // The paper's 0.67, 1.19 and 1.86 million, and its own arithmetic: a 5 × 5 convolution, four layers of two 3 × 3 ones, an output.
  "RCNN-96": [() => buildRecurrentCnn({ preset: "rcnn96" }), recurrentCnn(96, 0.67), 0],
  "RCNN-128": [() => buildRecurrentCnn({ preset: "rcnn128" }), recurrentCnn(128, 1.19), 0],
  "RCNN-160": [() => buildRecurrentCnn({ preset: "rcnn160" }), recurrentCnn(160, 1.86), 0],
  // timm's efficientnet_lite0.
  "EfficientNet-Lite0": [() => buildEfficientNet({ preset: "lite0" }), 4_652_008, 42_016],
};

function recurrentCnn(filters: number, millions: number): number {
  const count = (25 * 3 + 1) * filters + 4 * (2 * 9 * filters + 1) * filters + (filters + 1) * 10;
  assert.equal((count / 1e6).toFixed(2), String(millions));
  return count;
}

describe("published image networks", () => {
  for (const [name, [build, trained, averages]] of Object.entries(published))
    it(`${name} has its ${trained.toLocaleString("en-GB")} parameters`, () => {
      const before = tf.memory().numTensors;
      withoutRandomStarts(() =>
        withModel(build, (model) => {
          assert.equal(sizeOf(model.trainableWeights), trained);
          assert.equal(model.countParams(), trained + averages);
          assert.deepEqual(model.outputs[0]?.shape, [null, name.startsWith("RCNN") ? 10 : 1000]);
        }),
      );
      assert.equal(tf.memory().numTensors, before);
    });

  it("Vision Transformers have those of the paper's table 1, which torchvision and timm count to the last", () => {
    assert.equal(vitParameters({ preset: "base" }), 86_567_656);
    assert.equal(vitParameters({ preset: "large" }), 304_326_632);
    assert.equal(Math.round(vitParameters({ preset: "huge" }) / 1e6), 632);
    assert.equal(vitParameters({ preset: "base", patch: 32 }), 88_224_232);
    for (const options of [
      { preset: "tiny" },
      { inputShape: [8, 12, 3], patch: 4, width: 6, heads: 3, feedForward: 5 },
    ] as const)
      withModel(
        () => buildVit({ ...options, inputShape: [8, 12, 3], patch: 4 }),
        (model) => assert.equal(model.countParams(), vitParameters({ ...options, inputShape: [8, 12, 3], patch: 4 })),
      );
  });

  it("a Vision Transformer without positions would not know where its patches are", () => {
    withModel(
      () => buildVit({ inputShape: [4, 4, 1], patch: 2, width: 8, heads: 2, blocks: 2 }),
      (model) =>
        tf.tidy(() => {
          // The patches of a picture, and the same ones in another order.
          const picture = tf.range(0, 16).reshape([1, 4, 4, 1]).div(16);
          const exchanged = picture
            .slice([0, 2, 0, 0], [1, 2, 4, 1])
            .concat(picture.slice([0, 0, 0, 0], [1, 2, 4, 1]), 1);
          const apart = () => {
            const [a, b] = [picture, exchanged].map((x) => model.predict(x) as tf.Tensor) as [tf.Tensor, tf.Tensor];
            return a.sub(b).abs().max().dataSync()[0] as number;
          };
          assert.ok(apart() > 1e-4, `${apart()}`);
          const positions = model.getLayer("positions");
          positions.setWeights(positions.getWeights().map((table) => tf.zerosLike(table)));
          assert.ok(apart() < 1e-6, `${apart()}`);
        }),
    );
  });

  it("a Vision Transformer says by what its picture cannot be divided", () => {
    assert.throws(() => buildVit({ patch: 5 }), /image of 28 × 28 cannot be cut into patches of 5 × 5/);
    assert.throws(() => vitParameters({ inputShape: [28, 30, 1] }), /28 × 30 cannot be cut into patches of 7 × 7/);
    assert.throws(() => buildVit({ width: 30 }), /width|heads/);
  });

  it("have the maps that the papers' tables give", () => {
    const maps = (build: () => tf.LayersModel, ...names: string[]) =>
      withoutRandomStarts(() =>
        withModel(build, (model) =>
          names.map((name) => (model.getLayer(name).outputShape as tf.Shape).slice(1).join(" ")),
        ),
      );
    assert.deepEqual(
      maps(() => buildAlexNet({ preset: "paper" }), "conv1", "pool1", "conv2", "pool2", "conv5", "pool5"),
      ["55 55 96", "27 27 96", "27 27 256", "13 13 256", "13 13 256", "6 6 256"],
    );
    assert.deepEqual(
      maps(
        () => buildGoogLeNet({ preset: "paper" }),
        ...["stem-conv1", "stem-pool1", "stem-conv2", "stem-pool2", "inception-3a-concat", "inception-3b-concat"],
        ...["stage4-pool", "inception-4e-concat", "stage5-pool", "inception-5b-concat"],
      ),
      [
        ...["112 112 64", "56 56 64", "56 56 192", "28 28 192", "28 28 256", "28 28 480"],
        ...["14 14 480", "14 14 832", "7 7 832", "7 7 1024"],
      ],
    );
    assert.deepEqual(
      maps(
        () => buildResNet({ preset: "resnet50" }),
        ...["stem", "stem-pool", "stage1-block3-add", "stage2-block4-add", "stage3-block6-add", "stage4-block3-add"],
      ),
      ["112 112 64", "56 56 64", "56 56 256", "28 28 512", "14 14 1024", "7 7 2048"],
    );
    assert.deepEqual(
      maps(
        () => buildDenseNet({ preset: "densenet121" }),
        ...["stem-pool", "transition1-conv", "transition1-pool", "transition2-pool", "transition3-pool", "average"],
      ),
      ["56 56 64", "56 56 128", "28 28 128", "14 14 256", "7 7 512", "1024"],
    );
    assert.deepEqual(
      maps(
        () => buildEfficientNet({ preset: "lite0" }),
        ...["stem", "stage1-block1-project", "stage2-block2-add", "stage3-block2-add", "stage4-block3-add"],
        ...["stage5-block3-add", "stage6-block4-add", "stage7-block1-project", "head"],
      ),
      [
        ...["112 112 32", "112 112 16", "56 56 24", "28 28 40", "14 14 80"],
        ...["14 14 112", "7 7 192", "7 7 320", "7 7 1280"],
      ],
    );
  });

  it("feeding a recurrent layer back more often takes no weights, and the same kernel each time", () => {
    const sizes = (steps: number) =>
      withModel(
        () => buildRecurrentCnn({ steps, batchNorm: false }),
        (model) => [model.countParams(), model.getLayer("recurrent1-recurrent").inboundNodes.length],
      );
    const [once, thrice] = [sizes(1), sizes(3)] as const;
    assert.equal(once[0], thrice[0]);
    assert.deepEqual([once[1], thrice[1]], [1, 3]);
  });

  it("the recurrent network drops behind each recurrent layer but the last, as in the paper", () => {
    const dropped = withModel(
      () => buildRecurrentCnn({ dropout: 0.5 }),
      ({ layers }) =>
        layers.flatMap(({ name }, i) => (name.startsWith("dropout") ? [`${layers[i - 1]?.name}: ${name}`] : [])),
    );
    assert.deepEqual(dropped, [
      "recurrent1-step3-relu: dropout1",
      "pool2: dropout2",
      "recurrent3-step3-relu: dropout3",
    ]);
  });

  it("a residual block whose convolutions are zero hands its maps on; a plain one gives zero", () => {
    const outputs = (shortcut: boolean) =>
      withModel(
        () => buildResNet({ inputShape: [6, 6, 2], blocks: [1], filters: 2, shortcut, batchNorm: false }),
        (model) =>
          tf.tidy(() => {
            for (const number of [1, 2]) {
              const layer = model.getLayer(`stage1-block1-conv${number}`);
              layer.setWeights(layer.getWeights().map((weight) => tf.zerosLike(weight)));
            }
            const parts = ["stem-relu", "stage1-block1-relu"].map(
              (name) => model.getLayer(name).output as tf.SymbolicTensor,
            );
            const [maps, after] = tf
              .model({ inputs: model.inputs, outputs: parts })
              .predict(tf.randomUniform([1, 6, 6, 2], 0, 1, "float32", 3)) as tf.Tensor[];
            return [maps, after].map((tensor) => [...(tensor as tf.Tensor).dataSync()]) as [number[], number[]];
          }),
      );
    const [maps, residual] = outputs(true);
    assert.ok(maps.some((value) => value > 0));
    assert.deepEqual(residual, maps);
    assert.ok(outputs(false)[1].every((value) => value === 0));
  });

  it("padding like TensorFlow's and like PyTorch's differs where a stride meets an even number of pixels", () => {
    const first = (padding: "same" | "symmetric") =>
      withModel(
        () =>
          buildEfficientNet({
            inputShape: [4, 4, 1],
            stem: 1,
            stride: 2,
            filters: [1],
            blocks: [1],
            ...{ kernelSizes: [3], strides: [1] },
            padding,
          }),
        (model) =>
          tf.tidy(() => {
            const stem = model.getLayer("stem");
            // The filter sees the middle of its window only.
            stem.setWeights([tf.tensor([0, 0, 0, 0, 1, 0, 0, 0, 0], [3, 3, 1, 1])]);
            const upTo = tf.model({ inputs: model.inputs, outputs: stem.output as tf.SymbolicTensor });
            return [...(upTo.predict(tf.range(0, 16).reshape([1, 4, 4, 1])) as tf.Tensor).dataSync()];
          }),
      );
    // Windows around the pixels 0 and 2 of each axis, and, with all the zeros below and to the right, around 1 and 3.
    assert.deepEqual(first("symmetric"), [0, 2, 8, 10]);
    assert.deepEqual(first("same"), [5, 7, 13, 15]);
  });

  it("refuse images that are too small with the layer, what it needs, and the size that would do", () => {
    const side = (count: number) => ({ inputShape: [count, count + 3, 3] as [number, number, number] });
    const smallest: [build: (options: object) => tf.LayersModel, needed: number, layer: string][] = [
      // Backwards: pool5 needs 3, pool2 7, pool1 15, and conv1 (15 − 1) · 4 + 11.
      [(options) => buildAlexNet({ preset: "paper", units: [2], ...options }), 67, "pool5"],
      [(options) => buildAlexNet({ ...options }), 19, "pool5"],
      [(options) => buildVgg({ preset: "vgg16", units: [2], ...options }), 32, "block5-pool"],
      [(options) => buildGoogLeNet({ preset: "paper", ...options }), 17, "stage5-pool"],
      [(options) => buildResNet({ preset: "resnet18", ...options }), 17, "stage4-block1-conv1"],
      // Backwards: its transitions need 2, 4 and 8, the pooling (8 − 1) · 2 + 1, the first convolution (15 − 1) · 2 + 1.
      [(options) => buildDenseNet({ preset: "densenet121", ...options }), 29, "transition3-pool"],
      [(options) => buildEfficientNet({ preset: "lite0", ...options }), 17, "stage6-block1-depthwise"],
      [(options) => buildRecurrentCnn({ ...options }), 3, "pool2"],
    ];
    const before = tf.memory().numTensors;
    for (const [build, needed, layer] of smallest) {
      const message = new RegExp(
        `an image of ${needed - 1} × ${needed + 2} is \\d+ pixels? wide or high when it reaches the layer ${layer}, ` +
          `which needs [23]\\. Give images of at least ${needed} × ${needed}, or fewer strides`,
      );
      assert.throws(() => build(side(needed - 1)), { name: "RangeError", message });
      assert.equal(tf.memory().numTensors, before);
      withoutRandomStarts(() =>
        withModel(
          () => build(side(needed)),
          () => {},
        ),
      );
    }
    assert.equal(tf.memory().numTensors, before);
  });

  it("even filters with a stride are reckoned with the zeros that they get", () => {
    const build = (side: number) =>
      buildEfficientNet({
        inputShape: [side, side, 1],
        ...{ stem: 1, filters: [1, 1], blocks: [1, 1], kernelSizes: [4, 4], strides: [2, 2] },
      });
    // One zero on each side: of 3 pixels ⌊(3 + 2 − 4) / 2⌋ + 1 = 1 is left, of 4 there are 2, and of these 1.
    assert.throws(
      () => build(3),
      /is 1 pixel wide or high when it reaches the layer stage2-block1-depthwise, which needs 2\. Give images of at least 4 × 4/,
    );
    for (const [side, ...places] of [
      [4, 2, 1],
      [7, 3, 1],
      [8, 4, 2],
    ])
      withModel(
        () => build(side ?? 0),
        (model) =>
          assert.deepEqual(
            [1, 2].map((stage) => model.getLayer(`stage${stage}-block1-depthwise`).outputShape.slice(1, 3)),
            places.map((count) => [count, count]),
          ),
      );
  });

  it("refuse what cannot be, with what would do, and leave nothing", () => {
    const before = tf.memory().numTensors;
    const refusals: [() => unknown, RegExp][] = [
      [
        () => buildAlexNet({ filters: [1, 2] }),
        /buildAlexNet: filters has 2 numbers, \[1, 2\]; the network has 5 stages/,
      ],
      [() => buildAlexNet({ activation: "elu" as "relu" }), /activation is "elu"; it is one of "relu", "tanh"/],
      [() => buildAlexNet({ preset: "vgg16" as "paper" }), /preset is "vgg16"; it is one of "tiny", "paper"/],
      [
        () => buildVgg({ convolutions: [1, 2] }),
        /buildVgg: convolutions has 2 numbers, \[1, 2\]; the network has 3 stages/,
      ],
      [
        () => buildVgg({ convolutions: [1, 1, 1000] }),
        /convolutions is \[1, 1, 1000\], 1,002 in all; .* at most 1,000/,
      ],
      [() => buildVgg({ dropout: 1 }), /buildVgg: dropout is 1/],
      [() => buildVgg({ momentum: 1 }), /buildVgg: momentum is 1/],
      [
        () => buildVgg({ inputShape: [28, 28] as unknown as [number, number, number] }),
        /inputShape is \[28, 28\], of 2/,
      ],
      [() => buildGoogLeNet({ modules: [3, 1, 1] }), /modules is \[3, 1, 1\]; the paper's stages have 2, 5, 2 modules/],
      [() => buildGoogLeNet({ width: 2 }), /width is 2; it needs a share above 0 and at most 1/],
      [() => buildResNet({ blocks: [600, 600] }), /blocks is \[600, 600\], 1,200 in all/],
      [() => buildResNet({ stem: "none" as "small" }), /stem is "none"; it is one of "large", "small"/],
      [() => buildDenseNet({ compression: 0 }), /compression is 0/],
      [
        () => buildDenseNet({ growth: 0 }),
        /growth is 0; it needs a whole number of at least 1 \(and at most 16,384\)\.$/,
      ],
      [() => buildRecurrentCnn({ steps: -1 }), /steps is -1/],
      [() => buildEfficientNet({ strides: [1, 2] }), /strides has 2 numbers, \[1, 2\]; the network has 3 stages/],
      [() => buildEfficientNet({ padding: "valid" as "same" }), /padding is "valid"/],
      // A dense layer that no memory holds; the convolutions before it are freed.
      [
        () => buildVgg({ inputShape: [4000, 4000, 1], units: [16_000] }),
        /hidden1: its weight kernel .* GB are the most/,
      ],
    ];
    for (const [build, message] of refusals) assert.throws(build, { name: "RangeError", message });
    assert.equal(tf.memory().numTensors, before);
  });
});

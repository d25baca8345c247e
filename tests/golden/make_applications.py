"""Fixtures of Keras's own published networks, and of EfficientNet-Lite0, which it does not have, made of its layers; at a reduced input, with weights by a formula instead of the trained ones.

These are too large for sines: a network of them collapses into a few directions. Weights are `scattered` and have the size that keeps
signals alive; of convolutions before a normalisation Keras has biases, which are zero here. A fixture holds the outputs, and the
layers with weights, in the order in which they are numbered and by their names in the library.
"""

import json
import re

import keras
import numpy as np
from fixture import HERE, VERSIONS, rounded
from keras import layers

PRIME = 65537


def scattered(shape, number):
    """Numbers from -0.5 to 0.5: the cubes of equal steps modulo a prime, exact in every language."""
    steps = (np.arange(int(np.prod(shape)), dtype="int64") * 7919 + number * 10007 + 1) % PRIME
    return ((steps * steps % PRIME * steps % PRIME) / (PRIME - 1) - 0.5).reshape(shape)


def values(layer, weight, number, gamma):
    spread = scattered(weight.shape, number)
    if isinstance(layer, keras.layers.BatchNormalization):
        middle = {"gamma": gamma, "moving_variance": 1}.get(weight.name, 0)
        return middle + 0.6 * spread
    if weight.name == "bias":
        return 0.3 * spread
    depthwise = len(weight.shape) == 4 and weight.shape[3] == 1
    return spread * np.sqrt(24 / np.prod(weight.shape[: 2 if depthwise else -1]))


def ours(name, rules):
    for pattern, replacement in rules:
        found = re.fullmatch(pattern, name)
        if found:
            return replacement(*found.groups())
    raise ValueError(f"no name for {name}")


def make(name, build, shape, rules, gamma=0.5):
    model = build(weights=None, input_shape=shape, classes=10)
    normalised = {
        node.operation.name
        for layer in model.layers
        if isinstance(layer, keras.layers.BatchNormalization)
        for node in [layer.input._keras_history]
    }
    names, number = [], 0
    for layer in model.layers:
        if not layer.weights:
            continue
        names.append(ours(layer.name, rules))
        for weight in layer.weights:
            if weight.name == "bias" and layer.name in normalised:
                weight.assign(np.zeros(weight.shape))
                continue
            weight.assign(values(layer, weight, number, gamma))
            number += 1
    inputs = (scattered((2, *shape), 9999) + 0.5) * np.array([1, 3]).reshape(2, 1, 1, 1)
    outputs = model.predict(inputs.astype("float32"), verbose=0)
    fixture = {
        "madeBy": VERSIONS,
        "inputShape": list(shape),
        "gamma": gamma,
        "layers": names,
        "outputs": rounded(outputs),
    }
    (HERE / f"{name}.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


LITE0 = [  # repeats, kernel, stride, expansion, maps: the rows of the published table
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
]


def efficientnet_lite0(weights, input_shape, classes):
    def normalised(x, name, active=True):
        x = layers.BatchNormalization(epsilon=1e-3, name=f"{name}-norm")(x)
        return layers.ReLU(max_value=6)(x) if active else x

    def padded(x, size):
        return layers.ZeroPadding2D((size - 1) // 2)(x)

    def pointwise(x, maps, name, active=True):
        return normalised(layers.Conv2D(maps, 1, use_bias=False, name=name)(x), name, active)

    image = keras.Input(input_shape)
    x = normalised(layers.Conv2D(32, 3, strides=2, use_bias=False, name="stem")(padded(image, 3)), "stem")
    for stage, (repeats, kernel, stride, expansion, maps) in enumerate(LITE0):
        for block in range(repeats):
            name, before = f"stage{stage + 1}-block{block + 1}", x
            if expansion > 1:
                x = pointwise(x, expansion * x.shape[-1], f"{name}-expand")
            depthwise = layers.DepthwiseConv2D(
                kernel, strides=1 if block else stride, use_bias=False, name=f"{name}-depthwise"
            )
            x = normalised(depthwise(padded(x, kernel)), f"{name}-depthwise")
            x = pointwise(x, maps, f"{name}-project", active=False)
            if block:
                x = x + before
    x = layers.GlobalAveragePooling2D()(pointwise(x, 1280, "head"))
    return keras.Model(image, layers.Dense(classes, activation="softmax", name="output")(x))


OUTPUT = (r"predictions", lambda: "output")
STEM = [(r"conv1_conv", lambda: "stem"), (r"conv1_bn", lambda: "stem-norm")]
NORM = {"conv": "", "bn": "-norm"}

make(
    "application-vgg16",
    keras.applications.VGG16,
    (32, 32, 3),
    [
        (r"block(\d)_conv(\d)", lambda block, number: f"block{block}-conv{number}"),
        (r"fc(\d)", lambda number: f"hidden{number}"),
        OUTPUT,
    ],
)
make(
    "application-resnet50",
    keras.applications.ResNet50,
    (48, 64, 3),
    [
        *STEM,
        (
            r"conv(\d)_block(\d+)_0_(conv|bn)",
            lambda stage, block, kind: f"stage{int(stage) - 1}-block{block}-shortcut{NORM[kind]}",
        ),
        (
            r"conv(\d)_block(\d+)_(\d)_(conv|bn)",
            lambda stage, block, number, kind: f"stage{int(stage) - 1}-block{block}-conv{number}{NORM[kind]}",
        ),
        OUTPUT,
    ],
)
make(
    "application-densenet121",
    keras.applications.DenseNet121,
    (48, 64, 3),
    [
        *STEM,
        (
            r"conv(\d)_block(\d+)_(0_bn|1_conv|1_bn|2_conv)",
            lambda block, layer, part: f"block{int(block) - 1}-layer{layer}-"
            + {"0_bn": "norm", "1_conv": "bottleneck", "1_bn": "bottleneck-norm", "2_conv": "conv"}[part],
        ),
        (r"pool(\d)_(bn|conv)", lambda number, kind: f"transition{int(number) - 1}-" + {"bn": "norm", "conv": "conv"}[kind]),
        (r"bn", lambda: "end-norm"),
        OUTPUT,
    ],
)
make("application-efficientnet-lite0", efficientnet_lite0, (48, 64, 3), [(r"(.*)", lambda name: name)], gamma=1)

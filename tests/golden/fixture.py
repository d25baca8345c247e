"""How a fixture is made: weights and inputs by a formula, outputs and gradients from Python's Keras."""

import json
import os
import platform
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras
import numpy as np
import tensorflow as tf
from keras import layers

HERE = Path(__file__).parent / "fixtures"
VERSIONS = {"keras": keras.__version__, "tensorflow": tf.__version__, "python": platform.python_version()}


def wave(shape, number):
    """The values of tensor number `number`: a sine of the position, the same in every language."""
    count = int(np.prod(shape))
    return np.sin(1.7 * np.arange(count) + 0.9 * number + 0.5).reshape(shape).astype("float32")


def fill(parts):
    """Weights from the formula, numbered in the order of the layers; variances are positive."""
    for number, weight in enumerate(weight for part in parts for weight in part.weights):
        values = 0.3 * wave(weight.shape, number)
        weight.assign(1 + values if "variance" in weight.name else values)


def rounded(tensor):
    return [float(f"{value:.7g}") for value in np.asarray(tensor, "float64").flatten()]


def record(name, parts, call, inputs, training=False):
    """`parts` are the layers in the order of the library's weights, `call` runs them on the list of inputs."""
    tensors = [tf.constant(value) for value in inputs]
    call(tensors, training)  # builds
    fill(parts)
    real = [tensor for tensor in tensors if tensor.dtype == tf.float32]
    trained = [weight.value for part in parts for weight in part.weights if weight.trainable]
    with tf.GradientTape() as tape:
        tape.watch(real)
        outputs = call(tensors, training)
        outputs = outputs if isinstance(outputs, list) else [outputs]
        loss = sum(tf.reduce_sum(output * wave(output.shape, 50 + i)) for i, output in enumerate(outputs))
    gradients = [tf.convert_to_tensor(gradient) for gradient in tape.gradient(loss, trained + real)]
    fixture = {
        "madeBy": VERSIONS,
        "training": training,
        "inputs": [
            {"shape": list(value.shape)} | ({"tokens": value.flatten().tolist()} if value.dtype == np.int32 else {})
            for value in inputs
        ],
        "outputs": [{"shape": list(output.shape), "values": rounded(output)} for output in outputs],
        "gradients": [{"shape": list(gradient.shape), "values": rounded(gradient)} for gradient in gradients],
    }
    if training:
        moved = [weight for part in parts for weight in part.weights if not weight.trainable and "seed" not in weight.name]
        fixture["moved"] = [rounded(weight.value) for weight in moved]
    (HERE / f"{name}.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


def single(name, layer, *inputs, training=False, **arguments):
    """One layer, or a list of them one after another."""
    parts = layer if isinstance(layer, list) else [layer]

    def call(tensors, training):
        x = tensors[0] if len(tensors) == 1 else tensors
        for part in parts:
            flag = {"training": training} if training else {}
            x = part(x, **flag, **arguments)
        return x

    record(name, parts, call, list(inputs), training)


def x(*shape, number=40):
    return wave(shape, number)


def tokens(rows):
    return np.array(rows, "int32")


PADDED = tokens([[3, 1, 4, 0], [2, 5, 0, 0]])
FULL = tokens([[3, 1, 4, 2], [2, 5, 1, 1]])


def keep(ids):
    """[batch, 1, keys]: which keys attention may see."""
    return (ids != 0)[:, None, :]

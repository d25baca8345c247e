"""The sizes that all engines share, and what bench/batches.ts has written for them; the same as in bench/work.ts."""

import os

import numpy as np

VOCABULARY, TIME, BATCH, WIDTH, HEADS, BLOCKS, WORD = 65, 64, 64, 128, 4, 2, 16
IMAGES, PREDICTED, PREDICTED_AT_ONCE = 16_000, 10_000, 256

DIGITS = ["mlp", "cnn", "blocks", "resnet", "densenet", "efficientnet"]
KINDS = {
    **dict.fromkeys(DIGITS, "digits"),
    **dict.fromkeys(["seq2seq", "transformer"], "pairs"),
    **dict.fromkeys(["classifier", "bertClassifier"], "padded"),
    "forecaster": "series",
}


def numbers(kind):
    name = os.path.join(os.environ["CELLWISE_BENCH_BATCHES"], kind)
    return np.fromfile(name + ".inputs", "<f4"), np.fromfile(name + ".labels", "<i4")


def batch(network):
    """Inputs, one array or two, and targets last."""
    kind = KINDS.get(network, "text")
    x, y = numbers(kind)
    if kind == "digits":
        return x.reshape((BATCH, 784) if network == "mlp" else (BATCH, 28, 28, 1)), y
    if kind == "pairs":
        return *x.astype("int32").reshape(2, BATCH, WORD), y.reshape(BATCH, WORD)
    if kind == "series":
        return x.reshape(BATCH, TIME, 1), (y / VOCABULARY).astype("float32").reshape(BATCH, 1)
    return x.astype("int32").reshape(BATCH, TIME), y if kind == "padded" else y.reshape(BATCH, TIME)


def images(network):
    """The first 16,000 digits of MNIST and their classes."""
    x, y = numbers("images")
    return x.reshape((IMAGES, 784) if network == "mlp" else (IMAGES, 28, 28, 1)), y

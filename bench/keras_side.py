"""Keras 3 on TensorFlow in a process of its own: the same networks, asked the same way as bench/node-side.ts."""

import json
import math
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import tensorflow as tf
from keras import layers

VOCABULARY, TIME, BATCH, WIDTH, HEADS, BLOCKS = 65, 64, 64, 128, 4, 2


def cnn():
    return keras.Sequential([
        layers.Input((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])


def recurrent(layer):
    return keras.Sequential([
        layers.Input((TIME,)),
        layers.Embedding(VOCABULARY, WIDTH),
        layer,
        layers.Dense(VOCABULARY, activation="softmax"),
    ])


class Positions(layers.Layer):
    def build(self, shape):
        self.table = self.add_weight(shape=(TIME, WIDTH), initializer=keras.initializers.RandomNormal(0, 0.02))

    def call(self, x):
        return x + self.table


def gpt():
    tokens = keras.Input((TIME,))
    x = Positions()(layers.Embedding(VOCABULARY, WIDTH)(tokens))
    for _ in range(BLOCKS):
        normal = layers.LayerNormalization(epsilon=1e-5)(x)
        x = x + layers.MultiHeadAttention(HEADS, WIDTH // HEADS)(normal, normal, use_causal_mask=True)
        normal = layers.LayerNormalization(epsilon=1e-5)(x)
        x = x + layers.Dense(WIDTH)(layers.Dense(4 * WIDTH, activation="gelu")(normal))
    x = layers.LayerNormalization(epsilon=1e-5)(x)
    return keras.Model(tokens, layers.Dense(VOCABULARY)(x))


BUILDERS = {
    "cnn": cnn,
    "rnn": lambda: recurrent(layers.SimpleRNN(WIDTH, return_sequences=True)),
    "lstm": lambda: recurrent(layers.LSTM(WIDTH, return_sequences=True)),
    "gru": lambda: recurrent(layers.GRU(WIDTH, return_sequences=True)),
    "gpt": gpt,
}


def batch(network):
    """The batch that bench/batches.ts has written for all engines."""
    name = os.path.join(os.environ["CELLWISE_BENCH_BATCHES"], "digits" if network == "cnn" else "text")
    x, y = np.fromfile(name + ".inputs", "<f4"), np.fromfile(name + ".labels", "<i4")
    if network == "cnn":
        return x.reshape(BATCH, 28, 28, 1), y
    return x.astype("int32").reshape(BATCH, TIME), y.reshape(BATCH, TIME)


def prepare(network, jit):
    model = BUILDERS[network]()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=network == "gpt")
    model.compile(optimizer=keras.optimizers.Adam(0.001), loss=loss, jit_compile=jit)
    x, y = (tf.constant(values) for values in batch(network))
    return lambda: float(model.train_on_batch(x, y))


def main():
    jit = "auto" if sys.argv[1] == "keras" else False
    print(json.dumps({"version": f"Keras {keras.__version__}, TensorFlow {tf.__version__}"}), flush=True)
    prepared = {}
    for line in sys.stdin:
        network, steps = line.split()
        if network not in prepared:
            prepared[network] = prepare(network, jit)
        step, times, loss = prepared[network], [], math.nan
        for _ in range(int(steps)):
            start = time.perf_counter()
            loss = step()
            times.append((time.perf_counter() - start) * 1000)
        print(json.dumps({"times": times, "loss": loss}), flush=True)


main()

"""Keras 3 on TensorFlow in a process of its own: the same networks, asked the same way as bench/node-side.ts."""

import json
import math
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import keras_images
import numpy as np
import tensorflow as tf
from keras import layers

VOCABULARY, TIME, BATCH, WIDTH, HEADS, BLOCKS, WORD = 65, 64, 64, 128, 4, 2, 16


def mlp():
    return keras.Sequential([
        layers.Input((784,)),
        layers.Dense(256, activation="relu"),
        layers.Dense(128, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])


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


def blocks():
    block = lambda filters: [  # noqa: E731
        layers.Conv2D(filters, 3, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.Activation("relu"),
        layers.MaxPooling2D(2),
    ]
    return keras.Sequential([
        layers.Input((28, 28, 1)),
        *block(32),
        *block(64),
        layers.GlobalAveragePooling2D(),
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


def normalization():
    return layers.LayerNormalization(epsilon=1e-5)


def post_norm(x, *parts):
    """Each part with a residual connection and a normalisation after it."""
    for part in parts:
        x = normalization()(x + part(x))
    return x


def attend(values=None, **options):
    attention = layers.MultiHeadAttention(HEADS, WIDTH // HEADS)
    return lambda x: attention(x, x if values is None else values, **options)


def feed_forward(activation):
    hidden, output = layers.Dense(4 * WIDTH, activation=activation), layers.Dense(WIDTH)
    return lambda x: output(hidden(x))


class Scores(layers.Layer):
    """A score for each token, by the embedding's own table."""

    def __init__(self, embedding, bias):
        super().__init__()
        self.embedding, self.use_bias = embedding, bias

    def build(self, shape):
        self.bias = self.add_weight(shape=(VOCABULARY,), initializer="zeros") if self.use_bias else 0

    def call(self, x):
        return keras.ops.matmul(x, keras.ops.transpose(self.embedding.embeddings)) + self.bias


class NotPadding(layers.Layer):
    """[batch, 1, keys]: which keys attention may see."""

    def call(self, tokens):
        return keras.ops.expand_dims(tokens != 0, 1)


def encoder():
    tokens = keras.Input((TIME,))
    embedding, mask = layers.Embedding(VOCABULARY, WIDTH), NotPadding()(tokens)
    x = normalization()(Positions()(embedding(tokens)))
    for _ in range(BLOCKS):
        x = post_norm(x, attend(attention_mask=mask), feed_forward("gelu"))
    return tokens, embedding, x


def bert():
    tokens, embedding, x = encoder()
    x = normalization()(layers.Dense(WIDTH, activation="gelu")(x))
    return keras.Model(tokens, Scores(embedding, True)(x))


def bert_classifier():
    tokens, _, x = encoder()
    pooled = layers.Dense(WIDTH, activation="tanh")(x[:, 0])
    return keras.Model(tokens, layers.Dense(2, activation="softmax")(pooled))


def classifier():
    return keras.Sequential([
        layers.Input((TIME,)),
        layers.Embedding(VOCABULARY, WIDTH, mask_zero=True),
        layers.LSTM(WIDTH),
        layers.Dense(2, activation="softmax"),
    ])


def forecaster():
    return keras.Sequential([layers.Input((TIME, 1)), layers.LSTM(WIDTH), layers.Dense(1)])


class Waves(layers.Layer):
    """The sinusoidal positions."""

    def build(self, shape):
        position, dimension = np.arange(WORD)[:, None], np.arange(WIDTH)[None]
        angle = position / 10000 ** ((dimension - dimension % 2) / WIDTH)
        self.table = tf.constant(np.where(dimension % 2 == 0, np.sin(angle), np.cos(angle)), tf.float32)

    def call(self, x):
        return x * math.sqrt(WIDTH) + self.table


def transformer():
    source, target = keras.Input((WORD,)), keras.Input((WORD,))
    embedding, mask = layers.Embedding(VOCABULARY, WIDTH), NotPadding()(source)
    memory, x = Waves()(embedding(source)), Waves()(embedding(target))
    for _ in range(BLOCKS):
        memory = post_norm(memory, attend(attention_mask=mask), feed_forward("relu"))
    for _ in range(BLOCKS):
        x = post_norm(x, attend(use_causal_mask=True), attend(memory, attention_mask=mask), feed_forward("relu"))
    return keras.Model([source, target], Scores(embedding, False)(x))


def seq2seq():
    source, target = keras.Input((WORD,)), keras.Input((WORD,))
    read = layers.Embedding(VOCABULARY, WIDTH, mask_zero=True)(source)
    states, *last = layers.LSTM(WIDTH, return_sequences=True, return_state=True)(read)
    decoded = layers.LSTM(WIDTH, return_sequences=True)(layers.Embedding(VOCABULARY, WIDTH)(target), initial_state=last)
    joined = layers.Concatenate()([layers.Attention()([decoded, states]), decoded])
    return keras.Model(
        [source, target],
        layers.Dense(VOCABULARY, activation="softmax")(layers.Dense(WIDTH, activation="tanh")(joined)),
    )


IMAGES = ["resnet", "densenet", "efficientnet"]
DIGITS, PAIRS, PADDED = ["mlp", "cnn", "blocks", *IMAGES], ["seq2seq", "transformer"], ["classifier", "bertClassifier"]
KINDS = {"forecaster": "series", **dict.fromkeys(DIGITS, "digits"), **dict.fromkeys(PAIRS, "pairs"), **dict.fromkeys(PADDED, "padded")}
LOGITS = ["gpt", "bert", "transformer"]
BUILDERS = {
    "mlp": mlp,
    "cnn": cnn,
    "blocks": blocks,
    **{name: getattr(keras_images, name) for name in IMAGES},
    "rnn": lambda: recurrent(layers.SimpleRNN(WIDTH, return_sequences=True)),
    "lstm": lambda: recurrent(layers.LSTM(WIDTH, return_sequences=True)),
    "gru": lambda: recurrent(layers.GRU(WIDTH, return_sequences=True)),
    "classifier": classifier,
    "forecaster": forecaster,
    "seq2seq": seq2seq,
    "transformer": transformer,
    "gpt": gpt,
    "bert": bert,
    "bertClassifier": bert_classifier,
}


def batch(network):
    """The batch that bench/batches.ts has written for all engines."""
    kind = KINDS.get(network, "text")
    name = os.path.join(os.environ["CELLWISE_BENCH_BATCHES"], kind)
    x, y = np.fromfile(name + ".inputs", "<f4"), np.fromfile(name + ".labels", "<i4")
    if kind == "digits":
        return x.reshape((BATCH, 784) if network == "mlp" else (BATCH, 28, 28, 1)), y
    if kind == "pairs":
        return *x.astype("int32").reshape(2, BATCH, WORD), y.reshape(BATCH, WORD)
    if kind == "series":
        return x.reshape(BATCH, TIME, 1), (y / VOCABULARY).astype("float32").reshape(BATCH, 1)
    return x.astype("int32").reshape(BATCH, TIME), y if kind == "padded" else y.reshape(BATCH, TIME)


def prepare(network, jit):
    model = BUILDERS[network]()
    loss, metrics = keras.losses.SparseCategoricalCrossentropy(from_logits=network in LOGITS), ["accuracy"]
    if network == "forecaster":
        loss, metrics = keras.losses.MeanSquaredError(), []
    model.compile(optimizer=keras.optimizers.Adam(0.001), loss=loss, metrics=metrics, jit_compile=jit)
    *x, y = (tf.constant(values) for values in batch(network))
    x = x if len(x) > 1 else x[0]
    return lambda: float(np.ravel(model.train_on_batch(x, y))[0])


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

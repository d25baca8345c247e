"""The bench's networks in Keras 3, on any of its backends."""

import math

import keras
import keras_images
import numpy as np
from keras import layers
from work import BLOCKS, HEADS, TIME, VOCABULARY, WIDTH, WORD


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


def gpt(blocks=BLOCKS):
    tokens = keras.Input((TIME,))
    x = Positions()(layers.Embedding(VOCABULARY, WIDTH)(tokens))
    for _ in range(blocks):
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
        waves = np.where(dimension % 2 == 0, np.sin(angle), np.cos(angle))
        self.table = keras.ops.convert_to_tensor(waves, "float32")

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


LOGITS = ["gpt", "bert", "transformer"]
BUILDERS = {
    "mlp": mlp,
    "cnn": cnn,
    "blocks": blocks,
    **{name: getattr(keras_images, name) for name in ["resnet", "densenet", "efficientnet"]},
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

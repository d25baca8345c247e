"""Fixtures of whole models."""

import json

import keras
import numpy as np
import tensorflow as tf
from blocks import Decoder, Encoder, normalization
from fixture import FULL, HERE, PADDED, VERSIONS, keep, record, single, tokens, x
from keras import layers


def sequential(name, parts, *inputs, training=False):
    single(name, parts, *inputs, training=training)


sequential(
    "model-mlp",
    [layers.Dense(6, activation="relu"), layers.Dense(5, activation="relu"), layers.Dense(3, activation="softmax")],
    x(4, 3),
)
sequential(
    "model-article-cnn",
    [
        layers.Conv2D(2, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(3, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(3, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(4, activation="relu"),
        layers.Dense(3, activation="softmax"),
    ],
    x(2, 20, 18, 1),
)
for training in [False, True]:
    block = lambda filters: [  # noqa: E731
        layers.Conv2D(filters, 3, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.Activation("relu"),
        layers.MaxPooling2D(2),
    ]
    sequential(
        "model-block-cnn-training" if training else "model-block-cnn",
        [*block(2), *block(3), layers.GlobalAveragePooling2D(), layers.Dense(3, activation="softmax")],
        x(3, 8, 8, 1),
        training=training,
    )

# The two players of a GAN, in the sizes of models.test.ts.
CLASSES = tokens([[0], [2], [1]])
for training in [False, True]:
    up = [layers.Conv2DTranspose(3, 4, strides=2, padding="same", use_bias=False)]
    up += [layers.Conv2DTranspose(2, 4, strides=2, padding="same", activation="sigmoid")]
    named, start = layers.Embedding(3, 3), layers.Dense(2 * 1 * 4, use_bias=False)
    norms = [layers.BatchNormalization(momentum=0.9), layers.BatchNormalization(momentum=0.9)]

    def generator(inputs, training):
        noise, classes = inputs
        maps = start(tf.concat([noise, named(classes)[:, 0]], 1))
        maps = tf.reshape(maps, [-1, 2, 1, 4])
        for norm, larger in zip(norms, up):
            maps = larger(tf.nn.relu(norm(maps, training=training)))
        return maps

    record(
        "model-generator-training" if training else "model-generator",
        [named, start, norms[0], up[0], norms[1], up[1]],
        generator,
        [x(3, 3), CLASSES],
        training,
    )

down = [layers.Conv2D(count, 4, strides=2, padding="same", activation="elu") for count in [3, 4]]
likes, features, any_class = layers.Embedding(3, 5), layers.Dense(5, activation="elu"), layers.Dense(1)


def discriminator(inputs, _):
    image, classes = inputs
    found = features(layers.Flatten()(down[1](down[0](image))))
    return any_class(found) + tf.reduce_sum(found * likes(classes)[:, 0], -1, keepdims=True)


record("model-discriminator", [*down, likes, features, any_class], discriminator, [x(3, 8, 4, 2), CLASSES])


def sinusoidal(length, width):
    table = np.zeros((length, width), "float32")
    for position in range(length):
        for i in range(0, width, 2):
            angle = position / 10000 ** (i / width)
            table[position, i] = np.sin(angle)
            if i + 1 < width:
                table[position, i + 1] = np.cos(angle)
    return table


def tied(embedding, vectors):
    return tf.matmul(vectors, embedding.embeddings.value, transpose_b=True)


def positions(table, x):
    return x + table(tf.range(x.shape[1]))


def gpt():
    embedding, table = layers.Embedding(6, 4), layers.Embedding(5, 4)
    blocks = [Encoder(4, 2, 16, "pre", "gelu", causal=True) for _ in range(2)]
    last = normalization()

    def call(tensors, _):
        h = positions(table, embedding(tensors[0]))
        for block in blocks:
            h = block(h)
        return tf.nn.softmax(tied(embedding, last(h)))

    record("model-gpt", [embedding, table, *(p for b in blocks for p in b.parts), last], call, [FULL])


def gpt_of_2018():
    embedding, table = layers.Embedding(6, 4), layers.Embedding(5, 4)
    block, scores = Encoder(4, 2, 16, "post", "gelu", causal=True), layers.Dense(6, use_bias=False)

    def call(tensors, _):
        return tf.nn.softmax(scores(block(positions(table, embedding(tensors[0])))))

    record("model-gpt-post", [embedding, table, *block.parts, scores], call, [FULL])


def bert():
    embedding, table, segments = layers.Embedding(6, 4), layers.Embedding(5, 4), layers.Embedding(2, 4)
    first, transform, normal = normalization(), layers.Dense(4, activation="gelu"), normalization()
    block = Encoder(4, 2, 16, "post", "gelu")

    class Bias(layers.Layer):
        def build(self, shape):
            self.bias = self.add_weight(shape=(6,), name="bias")

        def call(self, scores):
            return scores + self.bias

    bias = Bias()

    def call(tensors, _):
        ids, kinds = tensors
        h = first(positions(table, embedding(ids)) + segments(kinds))
        h = normal(transform(block(h, keep(PADDED))))
        return tf.nn.softmax(bias(tied(embedding, h)))

    parts = [embedding, table, segments, first, *block.parts, transform, normal, bias]
    record("model-bert", parts, call, [PADDED, tokens([[0, 0, 1, 0], [0, 1, 0, 0]])])


def bert_classifier():
    embedding, table, segments = layers.Embedding(6, 4), layers.Embedding(5, 4), layers.Embedding(2, 4)
    first, pooler, output = normalization(), layers.Dense(4, activation="tanh"), layers.Dense(3, activation="softmax")
    block = Encoder(4, 2, 16, "post", "gelu")

    def call(tensors, _):
        ids, kinds = tensors
        h = first(positions(table, embedding(ids)) + segments(kinds))
        return output(pooler(block(h, keep(PADDED))[:, 0]))

    parts = [embedding, table, segments, first, *block.parts, pooler, output]
    record("model-bert-classifier", parts, call, [PADDED, tokens([[0, 0, 1, 0], [0, 1, 0, 0]])])


def encoder_decoder():
    embedding = layers.Embedding(6, 4)
    encoder, decoder = Encoder(4, 2, 16, "post", "relu"), Decoder(4, 2, 16, "post", "relu")

    def call(tensors, _):
        source, target = tensors
        enter = lambda ids: embedding(ids) * 2.0 + sinusoidal(ids.shape[1], 4)  # noqa: E731
        memory = encoder(enter(source), keep(PADDED))
        return tf.nn.softmax(tied(embedding, decoder(enter(target), memory, keep(PADDED))))

    record("model-transformer", [embedding, *encoder.parts, *decoder.parts], call, [PADDED, tokens([[1, 4, 2], [1, 3, 3]])])


def encoder_decoder_pre():
    source_embedding, target_embedding = layers.Embedding(6, 4), layers.Embedding(5, 4)
    source_table, target_table = layers.Embedding(4, 4), layers.Embedding(4, 4)
    encoder, decoder = Encoder(4, 2, 16, "pre", "relu"), Decoder(4, 2, 16, "pre", "relu")
    encoder_norm, decoder_norm = normalization(), normalization()

    def call(tensors, _):
        source, target = tensors
        memory = encoder(positions(source_table, source_embedding(source) * 2.0), keep(PADDED))
        memory = encoder_norm(memory)
        h = decoder(positions(target_table, target_embedding(target) * 2.0), memory, keep(PADDED))
        return tf.nn.softmax(tied(target_embedding, decoder_norm(h)))

    parts = [source_embedding, source_table, target_embedding, *encoder.parts, target_table, encoder_norm]
    parts += [*decoder.parts, decoder_norm]
    record("model-transformer-pre", parts, call, [PADDED, tokens([[1, 4, 2], [1, 3, 3]])])


def seq2seq():
    source, target = layers.Embedding(6, 3, mask_zero=True), layers.Embedding(5, 3, mask_zero=True)
    encoder = layers.LSTM(4, return_sequences=True, return_state=True)
    decoder = layers.LSTM(4, return_sequences=True)
    attend, joined, output = layers.Attention(), layers.Dense(4, activation="tanh"), layers.Dense(5, activation="softmax")

    def call(tensors, _):
        ids, so_far = tensors
        states, h, c = encoder(source(ids), mask=tf.constant(PADDED != 0))
        hidden = decoder(target(so_far), initial_state=[h, c])
        context = attend([hidden, states], mask=[None, tf.constant(PADDED != 0)])
        return output(joined(tf.concat([context, hidden], -1)))

    record("model-seq2seq", [source, target, encoder, decoder, joined, output], call, [PADDED, tokens([[1, 4, 2], [1, 3, 3]])])


def seq2seq_additive():
    source, target = layers.Embedding(6, 3, mask_zero=True), layers.Embedding(5, 3, mask_zero=True)
    encoder = layers.LSTM(4, return_sequences=True, return_state=True)
    decoder = layers.LSTM(4, return_sequences=True)
    query, value = layers.Dense(4, use_bias=False), layers.Dense(4, use_bias=False)
    score = layers.AdditiveAttention()
    joined, output = layers.Dense(4, activation="tanh"), layers.Dense(5, activation="softmax")

    def call(tensors, _):
        ids, so_far = tensors
        states, h, c = encoder(source(ids), mask=tf.constant(PADDED != 0))
        hidden = decoder(target(so_far), initial_state=[h, c])
        seen = tf.constant(PADDED != 0)
        context = score([query(hidden), states, value(states)], mask=[None, seen, seen])
        return output(joined(tf.concat([context, hidden], -1)))

    parts = [source, target, encoder, decoder, query, value, score, joined, output]
    record("model-seq2seq-additive", parts, call, [PADDED, tokens([[1, 4, 2], [1, 3, 3]])])


def recurrent_models():
    sequential(
        "model-rnn-classifier",
        [layers.Embedding(6, 3, mask_zero=True), layers.LSTM(4), layers.Dense(3, activation="softmax")],
        PADDED,
    )
    sequential(
        "model-rnn-classifier-gru",
        [layers.Embedding(6, 3, mask_zero=True), layers.GRU(4), layers.Dense(3, activation="softmax")],
        PADDED,
    )
    sequential(
        "model-rnn-classifier-simple",
        [layers.SimpleRNN(4, return_sequences=True), layers.SimpleRNN(3), layers.Dense(3, activation="softmax")],
        x(2, 5, 3),
    )
    sequential("model-rnn-forecaster", [layers.LSTM(4), layers.Dense(2)], x(2, 5, 3))
    sequential(
        "model-rnn-language",
        [
            layers.Embedding(6, 3),
            layers.LSTM(4, return_sequences=True),
            layers.LSTM(4, return_sequences=True),
            layers.Dense(6, activation="softmax"),
        ],
        FULL,
    )


def losses():
    labels = np.array([[0, 2, 1], [3, 0, 2]])
    scores = x(2, 3, 4)
    probabilities = tf.nn.softmax(scores).numpy()
    each = keras.losses.sparse_categorical_crossentropy(labels, probabilities).numpy()
    fixture = {
        "madeBy": VERSIONS,
        "labels": labels.flatten().tolist(),
        "shape": [2, 3, 4],
        "mean": float(keras.losses.SparseCategoricalCrossentropy()(labels, probabilities)),
        "meanWithoutZero": float(each[labels != 0].mean()),
        "ignoring": float(
            keras.losses.SparseCategoricalCrossentropy(ignore_class=0, reduction="sum")(labels, probabilities)
        ),
    }
    (HERE / "losses.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


gpt()
gpt_of_2018()
bert()
bert_classifier()
encoder_decoder()
encoder_decoder_pre()
seq2seq()
seq2seq_additive()
recurrent_models()
losses()

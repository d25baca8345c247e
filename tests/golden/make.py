"""Makes the fixtures of this folder: what Python's Keras computes for given weights and inputs.

    python3 -m venv /tmp/keras && /tmp/keras/bin/pip install tensorflow-cpu==2.21.0
    /tmp/keras/bin/python tests/golden/make.py

Weights and inputs are not stored, they follow from a formula (see `wave`) that golden.ts repeats; a fixture holds the
outputs, and the gradients of sum(output * wave) by every trainable weight and every real input.
"""

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


# Layers of tfjs-layers that the course builds on.

for activation in ["relu", "elu", "selu", "sigmoid", "tanh", "softmax", "softplus", "swish", "gelu"]:
    single(f"dense-{activation}", layers.Dense(4, activation=activation), x(3, 5))
single("conv1d", layers.Conv1D(3, 3, padding="same", activation="relu"), x(2, 6, 2))
single("conv2d", layers.Conv2D(3, 3, activation="relu"), x(2, 5, 6, 2))
single("conv2d-strides", layers.Conv2D(2, 3, strides=2, padding="same"), x(2, 5, 6, 2))
single("max-pooling", layers.MaxPooling2D(2), x(2, 5, 4, 2))
single("average-pooling", layers.AveragePooling2D(2), x(2, 4, 4, 2))
single("global-average-pooling", layers.GlobalAveragePooling2D(), x(2, 3, 4, 2))
single("batch-normalization", layers.BatchNormalization(), x(4, 3, 3, 2))
single("batch-normalization-training", layers.BatchNormalization(momentum=0.9), x(4, 3, 3, 2), training=True)
single("layer-normalization", layers.LayerNormalization(epsilon=1e-5), x(2, 3, 5))
single("embedding", layers.Embedding(6, 3), FULL)
for kind, cell in {
    "simple-rnn": layers.SimpleRNN,
    "lstm": layers.LSTM,
    # tfjs-layers has the original cell (Cho et al. 2014), not the one that resets after the product.
    "gru": lambda *a, **k: layers.GRU(*a, reset_after=False, **k),
}.items():
    single(kind, cell(4), x(2, 5, 3))
    single(f"{kind}-sequences", cell(4, return_sequences=True), x(2, 5, 3))
    embed = lambda: layers.Embedding(6, 3, mask_zero=True)  # noqa: E731
    single(f"{kind}-masked", [embed(), cell(4)], PADDED)
    single(f"{kind}-masked-sequences", [embed(), cell(3, return_sequences=True), cell(2)], PADDED)
single("bidirectional", layers.Bidirectional(layers.LSTM(3)), x(2, 4, 3))

# The library's own layers.


def attention(heads, width, **options):
    return layers.MultiHeadAttention(heads, width // heads, **options)


mha = attention(2, 6)
record("attention-self", [mha], lambda t, _: mha(t[0], t[0]), [x(2, 4, 6)])
weighing = attention(3, 6)
record(
    "attention-weights",
    [weighing],
    lambda t, _: list(weighing(t[0], t[0], return_attention_scores=True)),
    [x(2, 4, 6)],
)
causal = attention(2, 6)
record("attention-causal", [causal], lambda t, _: causal(t[0], t[0], use_causal_mask=True), [x(2, 4, 6)])
padded = attention(2, 6)
record("attention-padded", [padded], lambda t, _: padded(t[0], t[0], attention_mask=keep(PADDED)), [x(2, 4, 6)])
cross = attention(2, 4)
record(
    "attention-cross",
    [cross],
    lambda t, _: cross(t[0], t[1], attention_mask=keep(PADDED)),
    [x(2, 3, 4), x(2, 4, 6, number=41)],
)
dot = layers.Attention()
record("dot-attention", [dot], lambda t, _: dot(t), [x(2, 3, 4), x(2, 4, 4, number=41)])
dot_padded = layers.Attention()
record(
    "dot-attention-padded",
    [dot_padded],
    lambda t, _: dot_padded(t, mask=[None, tf.constant(PADDED != 0)]),
    [x(2, 3, 4), x(2, 4, 4, number=41)],
)


def normalization():
    return layers.LayerNormalization(epsilon=1e-5)


class Encoder:
    def __init__(self, width, heads, hidden, norm, activation, causal=False):
        self.attention = attention(heads, width)
        self.norms = [normalization(), normalization()]
        self.hidden = layers.Dense(hidden, activation=activation)
        self.output = layers.Dense(width)
        self.pre, self.causal = norm == "pre", causal
        self.parts = [self.attention, self.norms[0], self.hidden, self.output, self.norms[1]]

    def residual(self, norm, part, x):
        return x + part(norm(x)) if self.pre else norm(x + part(x))

    def __call__(self, x, mask=None):
        x = self.residual(
            self.norms[0],
            lambda y: self.attention(y, y, attention_mask=mask, use_causal_mask=self.causal),
            x,
        )
        return self.residual(self.norms[1], lambda y: self.output(self.hidden(y)), x)


class Decoder(Encoder):
    def __init__(self, width, heads, hidden, norm, activation):
        super().__init__(width, heads, hidden, norm, activation, causal=True)
        self.cross = attention(heads, width)
        self.norms.append(normalization())
        first, cross, last = self.norms
        self.parts = [self.attention, first, self.cross, cross, self.hidden, self.output, last]

    def __call__(self, x, memory, mask=None):
        first, cross, last = self.norms
        x = self.residual(first, lambda y: self.attention(y, y, use_causal_mask=True), x)
        x = self.residual(cross, lambda y: self.cross(y, memory, attention_mask=mask), x)
        return self.residual(last, lambda y: self.output(self.hidden(y)), x)


for norm, activation in [("post", "relu"), ("pre", "gelu")]:
    encoder = Encoder(4, 2, 6, norm, activation)
    record(f"encoder-block-{norm}", encoder.parts, lambda t, _: encoder(t[0], keep(PADDED)), [x(2, 4, 4)])
    decoder = Decoder(4, 2, 6, norm, activation)
    record(
        f"decoder-block-{norm}",
        decoder.parts,
        lambda t, _: decoder(t[0], t[1], keep(PADDED)),
        [x(2, 3, 4), x(2, 4, 4, number=41)],
    )

# Whole models.


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


def recurrent_models():
    sequential(
        "model-rnn-classifier",
        [layers.Embedding(6, 3, mask_zero=True), layers.LSTM(4), layers.Dense(3, activation="softmax")],
        PADDED,
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
        # Keras gives the whole batch the mean over what is not ignored with `sum_over_batch_size` and a mask.
        "meanWithoutZero": float(each[labels != 0].mean()),
        "ignoring": float(
            keras.losses.SparseCategoricalCrossentropy(ignore_class=0, reduction="sum")(labels, probabilities)
        ),
    }
    (HERE / "losses.json").write_text(json.dumps(fixture) + "\n")


gpt()
bert()
bert_classifier()
encoder_decoder()
seq2seq()
recurrent_models()
losses()
print(f"{len(list(HERE.glob('*.json')))} fixtures, {sum(p.stat().st_size for p in HERE.glob('*.json')) // 1024} KB")

"""Fixtures of single layers, tfjs-layers' and the library's own."""

import tensorflow as tf
from blocks import Decoder, Encoder, attention
from fixture import FULL, PADDED, keep, record, single, x
from keras import layers

# Layers of tfjs-layers that the course builds on.

for activation in ["relu", "elu", "selu", "sigmoid", "tanh", "softmax", "softplus", "swish", "gelu"]:
    single(f"dense-{activation}", layers.Dense(4, activation=activation), x(3, 5))
single("conv1d", layers.Conv1D(3, 3, padding="same", activation="relu"), x(2, 6, 2))
single("conv2d", layers.Conv2D(3, 3, activation="relu"), x(2, 5, 6, 2))
single("conv2d-strides", layers.Conv2D(2, 3, strides=2, padding="same"), x(2, 5, 6, 2))
single("conv2d-transpose", layers.Conv2DTranspose(3, 4, strides=2, padding="same"), x(2, 3, 4, 2))
single("conv2d-transpose-valid", layers.Conv2DTranspose(2, 3, strides=2), x(2, 3, 2, 3))
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
    "gru-reset-after": layers.GRU,
}.items():
    single(kind, cell(4), x(2, 5, 3))
    single(f"{kind}-sequences", cell(4, return_sequences=True), x(2, 5, 3))
    embed = lambda: layers.Embedding(6, 3, mask_zero=True)  # noqa: E731
    single(f"{kind}-masked", [embed(), cell(4)], PADDED)
    single(f"{kind}-masked-sequences", [embed(), cell(3, return_sequences=True), cell(2)], PADDED)
single("bidirectional", layers.Bidirectional(layers.LSTM(3)), x(2, 4, 3))
single("bidirectional-gru", layers.Bidirectional(layers.GRU(3, return_sequences=True)), x(2, 4, 3))

# The library's own layers.




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



def additive(tensors, mask=None):
    """Keras's score, tanh of a sum, weighed; what is summed is projected first, as in the paper."""
    query, value, score = (additive_layers[i] for i in range(3))
    return score([query(tensors[0]), tensors[1], value(tensors[1])], mask=mask)


additive_layers = [layers.Dense(5, use_bias=False), layers.Dense(5, use_bias=False), layers.AdditiveAttention()]
pairs = [x(2, 3, 4), x(2, 4, 6, number=41)]
record("additive-attention", additive_layers, lambda t, _: additive(t), pairs)
record(
    "additive-attention-padded",
    additive_layers,
    lambda t, _: additive(t, mask=[None, tf.constant(PADDED != 0), tf.constant(PADDED != 0)]),
    pairs,
)

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

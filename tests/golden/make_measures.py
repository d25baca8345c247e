"""A fixture of what is measured: losses and metrics in the forms that Keras takes, over sequences with padding too."""

import json

import keras
import numpy as np
from fixture import HERE, VERSIONS, fill, tokens, wave
from keras import layers, ops

X = wave((5, 2), 40)
KINDS = np.array([0, 2, 1, 1, 0], "int32")
SIZES = wave((5, 1), 41)
SIDES = np.array([[1], [0], [1], [1], [0]], "float32")


def gaussian(truth, output):
    """The negative log-likelihood of a normal distribution whose mean and logarithm of the deviation the output is."""
    mean, log_deviation = output[:, :1], output[:, 1:]
    return 0.5 * ops.square((truth - mean) / ops.exp(log_deviation)) + log_deviation


def quantiles(truth, output):
    """The pinball loss of the quantiles 0.1, 0.5 and 0.9."""
    q = ops.convert_to_tensor([0.1, 0.5, 0.9])
    error = truth - output
    return ops.mean(ops.maximum(q * error, (q - 1) * error), axis=-1)


def from_logits(truth, output):
    return keras.losses.sparse_categorical_crossentropy(ops.squeeze(truth, -1), output, from_logits=True)


def one(units, activation=None):
    return keras.Sequential([keras.Input((2,)), layers.Dense(units, activation=activation)])


def two():
    x = keras.Input((2,))
    kind = layers.Dense(3, activation="softmax", name="kind")(x)
    return keras.Model(x, [kind, layers.Dense(1, name="size")(kind)])


def trained(model, x, y, batch_size=5, rate=0.5, **compiled):
    """Losses and metrics before each of three steps on all examples, and after them in small batches."""
    model.compile(keras.optimizers.SGD(rate), **compiled)
    fill(model.layers)
    steps = model.fit(x, y, batch_size=len(x), epochs=3, shuffle=False, verbose=0).history
    return {"steps": steps, "after": model.evaluate(x, y, batch_size=batch_size, verbose=0, return_dict=True)}


BOTH = {"kind": "sparse_categorical_crossentropy", "size": "mse"}
forms = {
    "by output": trained(two(), X, [KINDS, SIZES], loss=BOTH, metrics={"kind": "accuracy", "size": ["mae", "mse"]}),
    "one of two": trained(two(), X, [KINDS, SIZES], loss=["sparse_categorical_crossentropy", None], metrics={"kind": "accuracy"}),
    "same names": trained(one(1), X, SIZES, loss="mse", metrics=["mae", "mae"]),
    "from logits": trained(one(3), X, KINDS[:, None], loss=from_logits, metrics=["accuracy"]),
    "gaussian": trained(one(2), X, SIZES, loss=gaussian),
    "quantiles": trained(one(3), X, SIZES, loss=quantiles),
    "precision and recall": trained(
        one(1, "sigmoid"),
        4 * X,
        SIDES,
        batch_size=2,
        rate=0.1,
        loss="binary_crossentropy",
        metrics=["precision", "recall", "accuracy"],
    ),
    "class numbers by position": trained(
        keras.Sequential([keras.Input((4,)), layers.Embedding(6, 3), layers.Dense(1, activation="sigmoid")]),
        tokens([[3, 1, 4, 2], [2, 5, 1, 1]]),
        np.array([[1, 0, 0, 1], [0, 1, 1, 0]], "int32"),
        loss="binary_crossentropy",
        metrics=["accuracy"],
    ),
}

# The third text has no token: nothing of it counts.
TEXTS = tokens([[3, 1, 4, 2], [2, 5, 0, 0], [0, 0, 0, 0], [4, 0, 0, 0], [1, 5, 2, 0]])
LABELS = np.array([[0, 2, 1, 1], [0, 1, 0, 0], [0, 0, 0, 0], [2, 0, 0, 0], [1, 1, 2, 0]], "int32")


def reader():
    return keras.Sequential(
        [keras.Input((4,)), layers.Embedding(6, 3, mask_zero=True), layers.Dense(3, activation="softmax")]
    )


masked = {
    "mask": trained(reader(), TEXTS, LABELS, loss="sparse_categorical_crossentropy", metrics=["accuracy"]),
    "mask and ignored label": trained(
        reader(), TEXTS, LABELS, loss=keras.losses.SparseCategoricalCrossentropy(ignore_class=1)
    ),
}

# Each by its name: the outputs' activation, and the targets.
NUMBERS = 3 * wave((5, 3), 42)
POSITIVE = np.abs(wave((5, 3), 43)) + 0.1
SHARES = POSITIVE / POSITIVE.sum(axis=-1, keepdims=True)
SIGNS = np.sign(wave((5, 3), 44))
LOSSES = {
    "mean_squared_error": ("linear", NUMBERS),
    "mean_absolute_error": ("linear", NUMBERS),
    "mean_absolute_percentage_error": ("linear", NUMBERS),
    "mean_squared_logarithmic_error": ("softplus", POSITIVE),
    "huber": ("linear", NUMBERS),
    "log_cosh": ("linear", NUMBERS),
    "cosine_similarity": ("linear", NUMBERS),
    "poisson": ("softplus", POSITIVE),
    "kl_divergence": ("softmax", SHARES),
    "categorical_crossentropy": ("softmax", SHARES),
    "categorical_hinge": ("softmax", SHARES),
    "hinge": ("linear", SIGNS),
    "squared_hinge": ("linear", SIGNS),
    "binary_crossentropy": ("sigmoid", (SIGNS + 1) / 2),
}
losses = {
    name: trained(one(3, activation), X, targets, rate=0.01 if "percentage" in name else 0.5, loss=name)
    for name, (activation, targets) in LOSSES.items()
}
MANY = wave((23, 2), 45)
CLASSES = np.arange(23) * 5 % 7
metrics = {
    "root_mean_squared_error": trained(
        one(3), X, NUMBERS, batch_size=2, rate=0.01, loss="mse", metrics=["root_mean_squared_error"]
    ),
    "top_k_categorical_accuracy": trained(
        one(7, "softmax"),
        MANY,
        np.eye(7)[CLASSES],
        batch_size=4,
        loss="categorical_crossentropy",
        metrics=["top_k_categorical_accuracy"],
    ),
    "sparse_top_k_categorical_accuracy": trained(
        one(7, "softmax"),
        MANY,
        CLASSES,
        batch_size=4,
        loss="sparse_categorical_crossentropy",
        metrics=["sparse_top_k_categorical_accuracy"],
    ),
    "auc": trained(
        one(1, "sigmoid"), 3 * MANY, CLASSES % 2, batch_size=4, loss="binary_crossentropy", metrics=["auc"]
    ),
    "auc of several outputs": trained(
        one(3, "sigmoid"), X, (SIGNS + 1) / 2, batch_size=2, loss="binary_crossentropy", metrics=["auc"]
    ),
}

fixture = {
    "madeBy": VERSIONS,
    "forms": forms,
    "losses": losses,
    "metrics": metrics,
    "masked": masked,
    "texts": TEXTS.flatten().tolist(),
    "labels": LABELS.flatten().tolist(),
}
(HERE / "measures.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")

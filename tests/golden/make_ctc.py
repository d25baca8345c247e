"""A fixture of connectionist temporal classification: Keras's loss of label sequences, its gradient, and a few steps of training."""

import json

import keras
import numpy as np
import tensorflow as tf
from fixture import HERE, VERSIONS, fill, rounded, tokens, wave
from keras import layers

# One label; the same twice; none; as many as there are steps.
LABELS = tokens([[2, 0, 0, 0, 0], [1, 1, 0, 0, 0], [0, 0, 0, 0, 0], [3, 1, 2, 1, 3]])
LOGITS = 2 * wave((4, 5, 4), 40)


def loss_of(labels, lengths, blank):
    """The loss of each example, and the gradient of its sum weighted by a wave."""
    logits = tf.constant(LOGITS)
    counts = np.sum(labels != blank, axis=1)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        losses = keras.ops.ctc_loss(labels, logits, counts, tokens(lengths), mask_index=blank)
        total = tf.reduce_sum(losses * wave((4,), 50))
    return {
        "labels": labels.flatten().tolist(),
        "lengths": lengths,
        "blank": blank,
        "losses": rounded(losses),
        "gradient": rounded(tape.gradient(total, logits)),
    }


def trained():
    """Losses before each of three steps on all examples, and after them."""
    model = keras.Sequential([keras.Input((5, 2)), layers.SimpleRNN(3, return_sequences=True), layers.Dense(4)])
    model.compile(keras.optimizers.SGD(0.5), loss=keras.losses.CTC())
    fill(model.layers)
    steps = model.fit(wave((4, 5, 2), 41), LABELS, batch_size=4, epochs=3, shuffle=False, verbose=0).history
    return {"steps": steps, "after": model.evaluate(wave((4, 5, 2), 41), LABELS, batch_size=3, verbose=0)}


swapped = np.where(LABELS == 0, 2, np.where(LABELS == 2, 0, LABELS)).astype("int32")
fixture = {
    "madeBy": VERSIONS,
    "all steps": loss_of(LABELS, [5, 5, 5, 5], 0),
    "some steps": loss_of(LABELS, [4, 3, 1, 5], 0),
    "another blank": loss_of(swapped, [5, 5, 5, 5], 2),
    "trained": trained(),
}
(HERE / "ctc.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")

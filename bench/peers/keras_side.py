"""Keras 3 on TensorFlow or, with KERAS_BACKEND=jax, on JAX: as it comes, or with `xla` compiled by XLA."""

import sys

import keras
import numpy as np
from keras_networks import BUILDERS, LOGITS, gpt
from side import Job, NotDone, serve
from work import PREDICTED, PREDICTED_AT_ONCE, BATCH, batch, images

XLA = {"jit_compile": True} if "xla" in sys.argv else {}


def compiled(network, model):
    loss, metrics = keras.losses.SparseCategoricalCrossentropy(from_logits=network in LOGITS), ["accuracy"]
    if network == "forecaster":
        loss, metrics = keras.losses.MeanSquaredError(), []
    model.compile(optimizer=keras.optimizers.Adam(0.001), loss=loss, metrics=metrics, **XLA)
    return model


def step(network, model):
    *x, y = (keras.ops.convert_to_tensor(values) for values in batch(network))
    x = x if len(x) > 1 else x[0]
    return lambda: float(np.ravel(model.train_on_batch(x, y))[0])


def epoch(network, model):
    x, y = images(network)
    return lambda: model.fit(x, y, batch_size=BATCH, epochs=1, verbose=0).history["loss"][0]


def predict(network, model):
    x = images(network)[0][:PREDICTED]
    return lambda: float(model.predict(x, batch_size=PREDICTED_AT_ONCE, verbose=0)[0, 0])


def prepare(row):
    kind, _, network = row.rpartition(":")
    if kind not in ["", "epoch", "predict", "memory"]:
        raise NotDone(f"nothing of Keras's own for {row}")
    if kind == "memory":
        model, network = gpt(int(network)), "gpt"
    else:
        model = BUILDERS[network]()
    compiled(network, model)
    run = {"epoch": epoch, "predict": predict}.get(kind, step)(network, model)
    return Job(run, sum(int(np.prod(each.shape)) for each in model.trainable_weights))


def main():
    if keras.backend.backend() == "jax":
        import jax

        serve(prepare, f"Keras {keras.__version__}, JAX {jax.__version__}")
    else:
        import tensorflow as tf
        from tensorflow.python.util import _pywrap_util_port

        version = f"Keras {keras.__version__}, TensorFlow {tf.__version__}"
        serve(prepare, version, onednn=bool(_pywrap_util_port.IsMklEnabled()))


main()

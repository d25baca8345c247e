"""Reads a SavedModel with Python's TensorFlow and answers with what its signature computes.

    python read.py FOLDER < inputs.json > outputs.json

Both are objects of nested lists by the names of the signature.
"""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf

function = tf.saved_model.load(sys.argv[1]).signatures["serving_default"]
inputs = {name: tf.constant(value, tf.float32) for name, value in json.load(sys.stdin).items()}
outputs = function(**inputs)
json.dump({name: value.numpy().tolist() for name, value in sorted(outputs.items())}, sys.stdout)

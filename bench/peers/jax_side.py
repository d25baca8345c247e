"""JAX itself, the whole step one compiled function: the networks of which a plain form is short. Keras on JAX has the others."""

import math

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax, nn
from side import Job, NotDone, serve
from work import BATCH, BLOCKS, HEADS, IMAGES, PREDICTED, PREDICTED_AT_ONCE, TIME, VOCABULARY, WIDTH, batch, images

RANDOM = np.random.default_rng(1)


def weights(*shape, deviation=None):
    deviation = deviation or 1 / math.sqrt(np.prod(shape[:-1]))
    return jnp.asarray(RANDOM.normal(0, deviation, shape), jnp.float32)


def dense(inputs, outputs):
    return weights(inputs, outputs), jnp.zeros(outputs)


def through(layer, x):
    return x @ layer[0] + layer[1]


def mlp():
    def scores(layers, x):
        for layer in layers[:-1]:
            x = nn.relu(through(layer, x))
        return through(layers[-1], x)

    return [dense(784, 256), dense(256, 128), dense(128, 10)], scores


def cnn():
    def convolved(layer, x):
        maps = lax.conv_general_dilated(x, layer[0], (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
        return nn.relu(maps + layer[1])

    def pooled(x):
        return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")

    def scores(layers, x):
        one, two, three, hidden, last = layers
        x = convolved(three, pooled(convolved(two, pooled(convolved(one, x)))))
        return through(last, nn.relu(through(hidden, x.reshape(len(x), -1))))

    filters = [(weights(3, 3, before, after), jnp.zeros(after)) for before, after in [(1, 32), (32, 64), (64, 64)]]
    return [*filters, dense(576, 64), dense(64, 10)], scores


def normalised(layer, x):
    centred = x - x.mean(-1, keepdims=True)
    return centred * lax.rsqrt(jnp.square(centred).mean(-1, keepdims=True) + 1e-5) * layer[0] + layer[1]


def gpt(blocks=BLOCKS):
    norm = lambda: (jnp.ones(WIDTH), jnp.zeros(WIDTH))  # noqa: E731
    causal = jnp.tril(jnp.ones((TIME, TIME), bool))

    def attended(projections, merge, x):
        heads = through(projections, x).reshape(len(x), TIME, 3, HEADS, -1)
        query, key, value = heads[:, :, 0], heads[:, :, 1], heads[:, :, 2]
        scores = jnp.einsum("bqhd,bkhd->bhqk", query, key) / math.sqrt(WIDTH // HEADS)
        mixed = jnp.einsum("bhqk,bkhd->bqhd", nn.softmax(jnp.where(causal, scores, -1e9)), value)
        return through(merge, mixed.reshape(x.shape))

    def scores(layers, tokens):
        table, positions, inner, last, head = layers
        x = table[tokens] + positions
        for before, projections, merge, between, widen, narrow in inner:
            x = x + attended(projections, merge, normalised(before, x))
            x = x + through(narrow, nn.gelu(through(widen, normalised(between, x)), approximate=False))
        return through(head, normalised(last, x))

    inner = [
        (norm(), dense(WIDTH, 3 * WIDTH), dense(WIDTH, WIDTH), norm(), dense(WIDTH, 4 * WIDTH), dense(4 * WIDTH, WIDTH))
        for _ in range(blocks)
    ]
    tables = [weights(size, WIDTH, deviation=0.02) for size in (VOCABULARY, TIME)]
    return [*tables, inner, norm(), dense(WIDTH, VOCABULARY)], scores


BUILDERS = {"mlp": mlp, "cnn": cnn, "gpt": gpt}


def adam(rate, state, gradients):
    """Kingma and Ba 2015, algorithm 1."""
    values, first, second, step = state
    step = step + 1
    change = jax.tree.map
    first = change(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
    second = change(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradients)
    scale = rate * jnp.sqrt(1 - 0.999**step) / (1 - 0.9**step)
    values = change(lambda w, m, v: w - scale * m / (jnp.sqrt(v) + 1e-7), values, first, second)
    return values, first, second, step


def training(values, scores):
    zeros = lambda: jax.tree.map(jnp.zeros_like, values)  # noqa: E731
    state = (values, zeros(), zeros(), jnp.float32(0))

    def measure(values, x, y):
        outputs = scores(values, x)
        right = (outputs.argmax(-1) == y).mean()
        return -jnp.take_along_axis(nn.log_softmax(outputs), y[..., None], -1).mean(), right

    def update(state, x, y):
        (loss, right), gradients = jax.value_and_grad(measure, has_aux=True)(state[0], x, y)
        return adam(0.001, state, gradients), jnp.stack([loss, right])

    update = jax.jit(update, donate_argnums=0)

    def train(x, y):
        nonlocal state
        state, measured = update(state, x, y)
        return float(np.asarray(measured)[0])

    return train


def prepare(row):
    kind, _, network = row.rpartition(":")
    if kind == "memory":
        blocks, network = int(network), "gpt"
        values, scores = gpt(blocks)
    elif kind in ["", "epoch", "predict"] and network in BUILDERS:
        values, scores = BUILDERS[network]()
    else:
        raise NotDone("Keras on JAX stands for it")
    count = sum(each.size for each in jax.tree.leaves(values))
    if kind == "predict":
        x, forward = images(network)[0][:PREDICTED], jax.jit(lambda x: nn.softmax(scores(values, x)))
        parts = [slice(start, start + PREDICTED_AT_ONCE) for start in range(0, PREDICTED, PREDICTED_AT_ONCE)]
        return Job(lambda: float(np.concatenate([forward(x[part]) for part in parts])[0, 0]), count)
    train = training(values, scores)
    if kind == "epoch":
        x, y = images(network)
        orders = lambda: np.random.permutation(IMAGES).reshape(-1, BATCH)  # noqa: E731
        return Job(lambda: float(np.mean([train(x[rows], y[rows]) for rows in orders()])), count)
    x, y = (jnp.asarray(each) for each in batch(network))
    return Job(lambda: train(x, y), count)


serve(prepare, f"JAX {jax.__version__}")

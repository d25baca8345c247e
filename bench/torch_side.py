"""PyTorch on the processor in a process of its own: the same networks, asked the same way as bench/node-side.ts."""

import json
import math
import os
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

VOCABULARY, TIME, BATCH, WIDTH, HEADS, BLOCKS = 65, 64, 64, 128, 4, 2


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten(),
        nn.Linear(576, 64), nn.ReLU(), nn.Linear(64, 10),
    )


class Recurrent(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.embedding, self.layer = nn.Embedding(VOCABULARY, WIDTH), layer
        self.head = nn.Linear(WIDTH, VOCABULARY)

    def forward(self, x):
        states, _ = self.layer(self.embedding(x))
        return self.head(states)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.before, self.between = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.projections, self.merge = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.widen, self.narrow = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        heads = self.projections(self.before(x)).view(BATCH, TIME, 3, HEADS, WIDTH // HEADS)
        queries, keys, values = heads.permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(queries, keys, values, is_causal=True)
        x = x + self.merge(mixed.transpose(1, 2).reshape(BATCH, TIME, WIDTH))
        return x + self.narrow(F.gelu(self.widen(self.between(x))))


class Gpt(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(TIME, WIDTH)
        self.blocks = nn.Sequential(*[Block() for _ in range(BLOCKS)])
        self.last, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, VOCABULARY)

    def forward(self, x):
        return self.head(self.last(self.blocks(self.tokens(x) + self.positions.weight)))


BUILDERS = {
    "cnn": cnn,
    "rnn": lambda: Recurrent(nn.RNN(WIDTH, WIDTH, batch_first=True)),
    "lstm": lambda: Recurrent(nn.LSTM(WIDTH, WIDTH, batch_first=True)),
    "gru": lambda: Recurrent(nn.GRU(WIDTH, WIDTH, batch_first=True)),
    "gpt": Gpt,
}


def batch(network):
    """The batch that bench/batches.ts has written for all engines."""
    name = os.path.join(os.environ["CELLWISE_BENCH_BATCHES"], "digits" if network == "cnn" else "text")
    x, y = (torch.from_file(f"{name}.{part}", size=os.path.getsize(f"{name}.{part}") // 4, dtype=dtype)
            for part, dtype in (("inputs", torch.float32), ("labels", torch.int32)))
    if network == "cnn":
        return x.reshape(BATCH, 1, 28, 28), y.long()
    return x.long().reshape(BATCH, TIME), y.long().reshape(BATCH, TIME)


def prepare(network):
    model = BUILDERS[network]()
    optimizer = torch.optim.Adam(model.parameters(), 0.001)
    x, y = batch(network)

    def step():
        optimizer.zero_grad(set_to_none=True)
        logits = model(x)
        loss = F.cross_entropy(logits.flatten(0, -2), y.flatten())
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def main():
    print(json.dumps({"version": f"PyTorch {torch.__version__}"}), flush=True)
    prepared = {}
    for line in sys.stdin:
        network, steps = line.split()
        if network not in prepared:
            prepared[network] = prepare(network)
        step, times, loss = prepared[network], [], math.nan
        for _ in range(int(steps)):
            start = time.perf_counter()
            loss = step()
            times.append((time.perf_counter() - start) * 1000)
        print(json.dumps({"times": times, "loss": loss}), flush=True)


main()

"""The bench's networks in PyTorch."""

import math

import torch
import torch_images
from torch import nn
from torch.nn import functional as F
from work import BATCH, BLOCKS, HEADS, TIME, VOCABULARY, WIDTH, WORD



def mlp():
    return nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten(),
        nn.Linear(576, 64), nn.ReLU(), nn.Linear(64, 10),
    )


def blocks():
    block = lambda before, filters: [  # noqa: E731
        nn.Conv2d(before, filters, 3, padding=1, bias=False), nn.BatchNorm2d(filters), nn.ReLU(), nn.MaxPool2d(2),
    ]
    return nn.Sequential(*block(1, 32), *block(32, 64), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


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
    def __init__(self, blocks=BLOCKS):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(TIME, WIDTH)
        self.blocks = nn.Sequential(*[Block() for _ in range(blocks)])
        self.last, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, VOCABULARY)

    def forward(self, x):
        return self.head(self.last(self.blocks(self.tokens(x) + self.positions.weight)))


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.layer = nn.Embedding(VOCABULARY, WIDTH), nn.LSTM(WIDTH, WIDTH, batch_first=True)
        self.head = nn.Linear(WIDTH, 2)

    def forward(self, x):
        # The padding is at the end: what comes out at the last character is what a masked layer would end with.
        states = self.layer(self.tokens(x))[0]
        return self.head(states[torch.arange(BATCH), (x != 0).sum(1) - 1])


class Forecaster(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer, self.head = nn.LSTM(1, WIDTH, batch_first=True), nn.Linear(WIDTH, 1)

    def forward(self, x):
        return self.head(self.layer(x)[0][:, -1])


class Bert(nn.Module):
    def __init__(self, classes=None):
        super().__init__()
        self.classifier = classes and nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.Tanh(), nn.Linear(WIDTH, classes))
        self.tokens, self.positions = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(TIME, WIDTH)
        self.first, self.normal = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        layer = nn.TransformerEncoderLayer(WIDTH, HEADS, 4 * WIDTH, 0, F.gelu, batch_first=True)
        self.blocks = nn.TransformerEncoder(layer, BLOCKS)
        self.transform, self.bias = nn.Linear(WIDTH, WIDTH), nn.Parameter(torch.zeros(VOCABULARY))

    def forward(self, x):
        states = self.first(self.tokens(x) + self.positions.weight)
        states = self.blocks(states, src_key_padding_mask=x == 0)
        if self.classifier:
            return self.classifier(states[:, 0])
        return self.normal(F.gelu(self.transform(states))) @ self.tokens.weight.T + self.bias


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, WIDTH)
        self.main = nn.Transformer(WIDTH, HEADS, BLOCKS, BLOCKS, 4 * WIDTH, 0, batch_first=True)
        # torch normalises once more at both ends; the paper and the others do not.
        self.main.encoder.norm = self.main.decoder.norm = None
        position, dimension = torch.arange(WORD)[:, None], torch.arange(WIDTH)[None]
        angle = position / 10000 ** ((dimension - dimension % 2) / WIDTH)
        self.waves = torch.where(dimension % 2 == 0, angle.sin(), angle.cos())
        self.causal = nn.Transformer.generate_square_subsequent_mask(WORD)

    def forward(self, source, target):
        enter = lambda x: self.tokens(x) * math.sqrt(WIDTH) + self.waves  # noqa: E731
        padding = {"src_key_padding_mask": source == 0, "memory_key_padding_mask": source == 0}
        states = self.main(enter(source), enter(target), tgt_mask=self.causal, tgt_is_causal=True, **padding)
        return states @ self.tokens.weight.T


class Seq2Seq(nn.Module):
    def __init__(self):
        super().__init__()
        self.source, self.target = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(VOCABULARY, WIDTH)
        self.encoder, self.decoder = (nn.LSTM(WIDTH, WIDTH, batch_first=True) for _ in range(2))
        self.joined, self.head = nn.Linear(2 * WIDTH, WIDTH), nn.Linear(WIDTH, VOCABULARY)

    def forward(self, source, target):
        states, last = self.encoder(self.source(source))
        decoded, _ = self.decoder(self.target(target), last)
        scores = (decoded @ states.transpose(1, 2)).masked_fill((source == 0)[:, None], -1e9)
        return self.head(torch.tanh(self.joined(torch.cat([scores.softmax(-1) @ states, decoded], -1))))


BUILDERS = {
    "mlp": mlp,
    "cnn": cnn,
    "blocks": blocks,
    **{name: getattr(torch_images, name) for name in ["resnet", "densenet", "efficientnet"]},
    "rnn": lambda: Recurrent(nn.RNN(WIDTH, WIDTH, batch_first=True)),
    "lstm": lambda: Recurrent(nn.LSTM(WIDTH, WIDTH, batch_first=True)),
    "gru": lambda: Recurrent(nn.GRU(WIDTH, WIDTH, batch_first=True)),
    "classifier": Classifier,
    "forecaster": Forecaster,
    "seq2seq": Seq2Seq,
    "transformer": Transformer,
    "gpt": Gpt,
    "bert": Bert,
    "bertClassifier": lambda: Bert(2),
}

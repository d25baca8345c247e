"""A GPT of the bench writes with PyTorch, the keys and values of what it has read kept."""

import time

import torch
from torch.nn import functional as F
from work import HEADS, TIME, WIDTH


class Writer:
    """The state of one text; each call reads a token and gives the scores of the next."""

    def __init__(self, model):
        self.model, self.read = model, 0
        self.kept = [torch.empty(2, 1, HEADS, TIME, WIDTH // HEADS) for _ in model.blocks]

    def __call__(self, token):
        model, place = self.model, self.read
        self.read += 1
        x = model.tokens(token) + model.positions.weight[place]
        for block, kept in zip(model.blocks, self.kept):
            query, key, value = block.projections(block.before(x)).view(3, 1, HEADS, 1, WIDTH // HEADS)
            kept[0, :, :, place : place + 1], kept[1, :, :, place : place + 1] = key, value
            keys, values = kept[:, :, :, : place + 1]
            x = x + block.merge(F.scaled_dot_product_attention(query, keys, values).reshape(1, WIDTH))
            x = x + block.narrow(F.gelu(block.widen(block.between(x))))
        return model.head(model.last(x))[0]


def writing(part):
    """Milliseconds of the `first` token or, on average, of those `later`, up to a full context."""

    def prepare(_, model):
        model.eval()

        @torch.inference_mode()
        def run():
            start = time.process_time()
            writer, token = Writer(model), torch.zeros(1, dtype=torch.long)
            for number in range(TIME - 1):
                token = torch.multinomial(writer(token).softmax(-1), 1)
                token.item()
                if number == 0:
                    first = time.process_time()
            end = time.process_time()
            return 0.0, ((first - start) if part == "first" else (end - first) / (TIME - 2)) * 1000

        return run

    return prepare

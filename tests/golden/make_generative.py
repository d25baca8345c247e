"""A fixture of what generative models are measured by and made with: Fréchet distances by scipy, noise schedules by numpy."""

import json
import platform
from pathlib import Path

import numpy as np
import scipy
from scipy.linalg import sqrtm

HERE = Path(__file__).parent / "fixtures"
VERSIONS = {"numpy": np.__version__, "scipy": scipy.__version__, "python": platform.python_version()}


def wave(shape, number):
    """As in fixture.py, in float64."""
    count = int(np.prod(shape))
    return np.sin(1.7 * np.arange(count) ** 1.1 + 0.9 * number + 0.5).reshape(shape)


def frechet(a, b):
    """As in pytorch-fid and torchmetrics before 1.0."""
    first, second = (np.cov(x, rowvar=False).reshape(x.shape[1], x.shape[1]) for x in (a, b))
    root = sqrtm(first @ second)
    shift = a.mean(0) - b.mean(0)
    return float(shift @ shift + np.trace(first) + np.trace(second) - 2 * np.trace(root.real))


def case(pictures, features, shift, scale):
    a, b = wave((pictures, features), 1), shift + scale * wave((pictures + 3, features), 2)
    return {"pictures": pictures, "features": features, "shift": shift, "scale": scale, "distance": frechet(a, b)}


def cosine(steps):
    """Nichol and Dhariwal 2021, equation 17 and the clip below it."""
    f = np.cos((np.arange(steps + 1) / steps + 0.008) / 1.008 * np.pi / 2) ** 2
    betas = np.minimum(1 - f[1:] / f[:-1], 0.999)
    return np.concatenate([[1], np.cumprod(1 - betas)])


def linear(steps):
    """Ho et al. 2020, section 4; for other numbers of steps scaled as in improved-diffusion's get_named_beta_schedule."""
    betas = np.linspace(1e-4 * 1000 / steps, 0.02 * 1000 / steps, steps)
    return np.concatenate([[1], np.cumprod(1 - betas)])


def shown(levels):
    places = sorted({0, 1, 2, len(levels) // 4, len(levels) // 2, len(levels) - 2, len(levels) - 1})
    return {"steps": len(levels) - 1, "places": places, "alphaBars": [float(levels[p]) for p in places]}


fixture = {
    "madeBy": VERSIONS,
    # The last has fewer pictures than features, and a covariance without full rank.
    "distances": [case(50, 1, 0.5, 2.0), case(40, 5, 0.1, 1.0), case(60, 12, -1.0, 0.3), case(9, 12, 0.2, 1.5)],
    "cosine": [shown(cosine(steps)) for steps in (4, 100, 1000)],
    "linear": [shown(linear(steps)) for steps in (100, 1000)],
}
(HERE / "generative.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")

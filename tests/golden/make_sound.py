"""A fixture of spectrograms: the formulas of librosa (mel scale with htk=True, filters with norm=None) by numpy alone."""

import json

import numpy as np
from fixture import HERE, VERSIONS, rounded

RATE, WINDOW, HOP, SIZE, BANDS = 8000, 200, 80, 256, 24
i = np.arange(1000)
SOUND = 0.5 * np.sin(2 * np.pi * (300 + 0.8 * i) * i / RATE) + 0.1 * np.sin(1.7 * i)

fade = np.hanning(WINDOW + 1)[:-1]  # as scipy.signal.get_window("hann", WINDOW)
frames = np.stack([SOUND[t : t + WINDOW] * fade for t in range(0, len(SOUND) - WINDOW + 1, HOP)])
power = np.abs(np.fft.rfft(frames, SIZE)) ** 2

low, high = (2595 * np.log10(1 + hertz / 700) for hertz in (100, RATE / 2))
points = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1)
ramps = points[:, None] - np.fft.rfftfreq(SIZE, 1 / RATE)
width = np.diff(points)
filters = np.stack(
    [np.clip(np.minimum(-ramps[b] / width[b], ramps[b + 2] / width[b + 1]), 0, None) for b in range(BANDS)]
)
fixture = {
    "madeBy": VERSIONS,
    "shape": list(power.shape),
    "power": rounded(power[[0, 5, -1]]),
    "filters": rounded(filters),
    "points": rounded(points),
    "logMel": rounded(np.log(np.maximum(power @ filters.T, 1e-10))),
}
(HERE / "sound.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")

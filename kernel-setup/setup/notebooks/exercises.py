"""The exercises of a notebook, and their solutions.

An exercise is a code cell tagged `exercise`: a skeleton for the learner to fill in, and below it, from the line that begins
with `await check(`, its check. Its solution is the code block in the next cell tagged `solution`, a text cell whose block
is folded. In the notebook as it is committed the check must not pass; with the solution in the skeleton's place it must.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nbformat import NotebookNode

VERDICT = "application/vnd.cellwise.verdict+json"
BLOCK = re.compile(r"^```ts\n(.*?)^```", re.MULTILINE | re.DOTALL)
CHECK = re.compile(r"^await check\(", re.MULTILINE)


@dataclass
class Exercise:
    """`index`: the exercise's cell. `solved`: its source with the solution in the skeleton's place."""

    index: int
    solved: str


def exercises_of(notebook: NotebookNode) -> list[Exercise]:
    """All exercises, in order; ValueError names one without check or solution."""
    found = []
    for index, cell in enumerate(notebook.cells):
        if "exercise" not in tags(cell):
            continue
        check = CHECK.search(cell.source)
        if not check:
            raise ValueError(f"the exercise {cell.id} has no line that begins with `await check(`")
        solution = next((other for other in notebook.cells[index + 1 :] if tags(other) & {"solution", "exercise"}), None)
        block = solution and "solution" in tags(solution) and BLOCK.search(solution.source)
        if not block:
            raise ValueError(f"the exercise {cell.id} is followed by no cell tagged `solution` with a ```ts block")
        found.append(Exercise(index, block.group(1) + cell.source[check.start() :]))
    return found


def verdict(cell: NotebookNode) -> str:
    """What the check said: right, nearly, not yet; or that it said nothing."""
    said = [output.data[VERDICT]["status"] for output in cell.outputs if VERDICT in output.get("data", {})]
    return said[-1] if said else "nothing"


def tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))

"""The claims of a notebook: sentences of its text, held to what was measured, as the library's `claim` shows them."""

from __future__ import annotations

from nbformat import NotebookNode

CLAIM = "application/vnd.cellwise.claim+json"


def claims_of(notebook: NotebookNode) -> list[dict]:
    """What every claim measured, in order: sentence, measured, words, expected, margin, holds; and its cell."""
    return [
        {"cell": cell.id, "number": number, **claim}
        for cell in notebook.cells
        if cell.cell_type == "code"
        for number, claim in enumerate(shown_by(cell))
    ]


def is_broken_claim(cell: NotebookNode) -> bool:
    """Whether this cell failed because a claim in it does not hold, and for no other reason."""
    claims = shown_by(cell)
    return "claim" in cell.metadata.get("tags", []) and bool(claims) and not claims[-1]["holds"]


def shown_by(cell: NotebookNode) -> list[dict]:
    return [output.data[CLAIM] for output in cell.outputs if CLAIM in output.get("data", {})]

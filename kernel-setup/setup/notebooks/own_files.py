"""What a run writes for its caller: executed copies and outcomes. Only what an earlier run wrote is ever replaced.

A notebook of somebody's, a link, any other file at that place is refused before anything is executed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

# In the metadata of an executed copy.
EXECUTED = "cellwise_executed_copy"


def is_executed_copy(path: Path) -> bool:
    """Whether a copy may be written there: nothing is there, or an executed copy."""
    return _may_replace(path, lambda found: found["metadata"][EXECUTED] is True)


def is_outcomes(path: Path) -> bool:
    """Whether outcomes may be written there: nothing is there, or the outcomes of an earlier run."""
    return _may_replace(path, lambda found: all("notebook" in one and "result" in one for one in found))


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all: what is there stays until the new one is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        half.write_text(text, encoding="utf-8")
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def _may_replace(path: Path, is_ours) -> bool:
    if path.is_symlink():
        return False
    if not path.exists():
        return True
    try:
        return bool(is_ours(json.loads(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError, LookupError, TypeError):
        return False

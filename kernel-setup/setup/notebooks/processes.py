"""The processes that belong to one kernel: how much memory they take, and their end.

A kernel is more than one process (a launcher, the kernel, whatever a cell spawned), and a detached child no longer
hangs below it. So each kernel starts with a mark in its environment, which all its descendants inherit. As a command,
`python processes.py MARK` kills what carries the mark and prints it.
"""

from __future__ import annotations

import sys

import psutil

MARK = "CELLWISE_RUN"


def marked(mark: str) -> list[psutil.Process]:
    """All running processes that carry this mark (a zombie has no environment any more and needs no end)."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def resident_bytes(pid: int) -> int:
    """Resident memory of a process and all below it, in bytes; pages that two of them share count twice."""
    try:
        root = psutil.Process(pid)
        tree = [root, *root.children(recursive=True)]
    except psutil.Error:
        return 0
    total = 0
    for process in tree:
        try:
            total += process.memory_info().rss
        except psutil.Error:
            continue
    return total


def end_marked(mark: str) -> list[str]:
    """Kill every process with this mark, also those that are being started while we look; says which they were."""
    ended: list[str] = []
    for _ in range(10):
        processes = marked(mark)
        if not processes:
            break
        for process in processes:
            try:
                ended.append(f"{process.pid} {process.name()}")
                process.kill()
            except psutil.Error:
                continue
        psutil.wait_procs(processes, timeout=5)
    return ended


if __name__ == "__main__":
    for line in end_marked(sys.argv[1]):
        print(line)

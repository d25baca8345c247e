"""Executes notebooks headless on the course's kernel, two at a time, and prints a table of what came of them.

Called by notebooks.mjs, which finds the notebooks and sees to the set-up; run it with the Python of .venv:
    python run.py --root . --output output/notebooks [--json FILE] [--timeout S] [--at-once N] NOTEBOOK…
Exit status: 0 all passed, 1 something failed, 130 or 143 stopped by a signal. Whatever happens (Ctrl-C, a failure, the
end of the process that started this one), no kernel stays behind.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

KERNEL = "tslab"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def main() -> int:
    parser = argparse.ArgumentParser(description="Execute notebooks headless and say what came of them.")
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--root", type=Path, required=True, help="names in the table are relative to this folder")
    parser.add_argument("--output", type=Path, required=True, help="folder for the executed copies")
    parser.add_argument("--json", type=Path, help="also write the outcomes to this file")
    parser.add_argument("--timeout", type=int, default=900, help="seconds a single cell may take")
    parser.add_argument("--at-once", type=int, default=2, help="notebooks executed at the same time")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cellwise-notebooks-") as scratch:
        # Connection files go to a folder of this run, and only the kernels of this Python are looked at.
        os.environ["JUPYTER_RUNTIME_DIR"] = scratch
        os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
        os.environ.pop("JUPYTER_PATH", None)
        try:
            return asyncio.run(run_all(arguments, scratch))
        except KeyboardInterrupt:  # before the loop listens to signals, when no kernel runs yet
            return 128 + signal.SIGINT


async def run_all(arguments: argparse.Namespace, scratch: str) -> int:
    stopped_by: list[int] = []
    tasks: list[asyncio.Future] = []

    def stop(number: int) -> None:
        if not stopped_by:
            stopped_by.append(number)
            for task in tasks:
                task.cancel()
            with suppress(OSError):  # whoever has started this may be gone already
                print("Stopping the kernels …", file=sys.stderr, flush=True)

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop, number)

    from execute import Execution  # after the environment is set, which Jupyter reads when it is imported

    root = arguments.root.resolve()
    executions = []
    for number, path in enumerate(arguments.notebooks):
        path = path.resolve()
        inside = path.relative_to(root) if path.is_relative_to(root) else Path(path.name)
        executions.append(
            Execution(path, str(inside), arguments.output / inside, KERNEL, arguments.timeout, f"{scratch}-{number}")
        )
    table = Table([execution.outcome.notebook for execution in executions])
    gate = asyncio.Semaphore(arguments.at_once)

    async def one(execution: Execution) -> None:
        async with gate:
            if stopped_by:
                return
            outcome = await execution.run()
            if not stopped_by:
                table.row(outcome)

    start = time.monotonic()
    tasks.extend(asyncio.ensure_future(one(execution)) for execution in executions)
    watching = asyncio.ensure_future(follow_parent(lambda: stop(signal.SIGTERM)))
    raised = [error for error in await asyncio.gather(*tasks, return_exceptions=True) if isinstance(error, Exception)]
    watching.cancel()

    outcomes = [execution.outcome for execution in executions]
    if stopped_by:
        for outcome in outcomes:
            if outcome.result != "passed":
                outcome.result, outcome.report = "stopped", ""
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps([asdict(outcome) for outcome in outcomes], indent=1) + "\n")
    table.summary(outcomes, time.monotonic() - start)
    if raised:
        raise raised[0]
    if stopped_by:
        return 128 + stopped_by[0]
    return 0 if all(outcome.result == "passed" for outcome in outcomes) else 1


async def follow_parent(stop) -> None:
    """Stop when the process that started this one is gone, which nobody else would tell us."""
    parent = os.getppid()
    while os.getppid() == parent:
        await asyncio.sleep(0.5)
    stop()


class Table:
    """The table on stdout: a row as soon as a notebook ends, the report of a failure below its row."""

    def __init__(self, names: list[str]) -> None:
        self.width = max(len("notebook"), *map(len, names))
        self._print(f"{'notebook':{self.width}}  {'cells':>7}  {'seconds':>7}  {'peak memory':>11}  result")

    def row(self, outcome) -> None:
        cells = str(outcome.cells) if outcome.result == "passed" else f"{outcome.executed}/{outcome.cells}"
        memory = f"{outcome.peak_bytes / 2**20:,.0f} MiB"
        self._print(
            f"{outcome.notebook:{self.width}}  {cells:>7}  {outcome.seconds:7.1f}  {memory:>11}  {outcome.result}"
        )
        if outcome.report:
            report = outcome.report if sys.stdout.isatty() else COLOUR.sub("", outcome.report)
            self._print("\n".join(f"    {line}" for line in report.rstrip().splitlines()))

    def summary(self, outcomes, seconds: float) -> None:
        passed = sum(outcome.result == "passed" for outcome in outcomes)
        self._print(f"{passed} of {len(outcomes)} notebooks passed in {seconds:.1f} s")
        for outcome in outcomes:
            if outcome.result != "passed":
                self._print(f"  {outcome.result}: {outcome.notebook}")

    @staticmethod
    def _print(text: str) -> None:
        with suppress(OSError):
            print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())

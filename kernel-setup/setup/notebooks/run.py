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

from own_files import is_executed_copy, is_outcomes, write_whole

KERNEL = "tslab"
# The longest path of a socket that every system takes (macOS: 104 bytes with the zero at its end).
SOCKET_PATH = 103
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def main() -> int:
    parser = argparse.ArgumentParser(description="Execute notebooks headless and say what came of them.")
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--root", type=Path, required=True, help="names in the table are relative to this folder")
    parser.add_argument("--output", type=Path, required=True, help="folder for the executed copies")
    parser.add_argument("--json", type=Path, help="also write the outcomes to this file, anew whenever a notebook ends")
    parser.add_argument("--timeout", type=int, default=900, help="seconds a single cell may take")
    parser.add_argument("--at-once", type=int, default=2, help="notebooks executed at the same time")
    arguments = parser.parse_args()
    names = named(arguments.notebooks, arguments.root.resolve())
    foreign = [arguments.output / name for name in names.values() if not is_executed_copy(arguments.output / name)]
    if arguments.json and not is_outcomes(arguments.json):
        foreign.append(arguments.json)
    if foreign:
        for path in foreign:
            print(f"{path} is there and was not written by an earlier run: it is not replaced.", file=sys.stderr)
        print("Nothing was executed. Give another --output or --json, or move these away.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="cellwise-notebooks-", dir=folder_for_sockets()) as scratch:
        # Connection files go to a folder of this run, and only the kernels of this Python are looked at.
        os.environ["JUPYTER_RUNTIME_DIR"] = scratch
        os.environ["IPYTHONDIR"] = str(Path(scratch) / "ipython")  # else IPython warns that its own is not there yet
        os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
        os.environ.pop("JUPYTER_PATH", None)
        try:
            return asyncio.run(run_all(arguments, names, scratch))
        except KeyboardInterrupt:  # before the loop listens to signals, when no kernel runs yet
            return 128 + signal.SIGINT
        finally:  # all is said and done: a second Ctrl-C must not break off the tidying up
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)


async def run_all(arguments: argparse.Namespace, names: dict[Path, Path], scratch: str) -> int:
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

    executions = [
        Execution(
            path,
            str(name),
            arguments.output / name,
            KERNEL,
            arguments.timeout,
            mark=f"{scratch}-{number}",
            connection_file=Path(scratch) / f"{number}.json",
        )
        for number, (path, name) in enumerate(names.items())
    ]
    table = Table([execution.outcome.notebook for execution in executions])
    gate = asyncio.Semaphore(arguments.at_once)
    ended = []

    def write(outcomes) -> None:
        if arguments.json:
            write_whole(arguments.json, json.dumps([asdict(outcome) for outcome in outcomes], indent=1) + "\n")

    async def one(execution: Execution) -> None:
        async with gate:
            if stopped_by:
                return
            outcome = await execution.run()
            if not stopped_by:
                ended.append(outcome)
                write(ended)
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
    write(outcomes)
    table.summary(outcomes, time.monotonic() - start)
    if raised:
        raise raised[0]
    if stopped_by:
        return 128 + stopped_by[0]
    return 0 if all(outcome.result == "passed" for outcome in outcomes) else 1


def folder_for_sockets() -> str:
    """The folder for temporary files, unless the path of a socket in it would be longer than systems take."""
    usual = tempfile.gettempdir()
    longest = os.path.join(usual, "cellwise-notebooks-12345678", "12345-ipc-5")
    return usual if len(os.fsencode(longest)) <= SOCKET_PATH else "/tmp"


def named(paths: list[Path], root: Path) -> dict[Path, Path]:
    """What each notebook is called: its path below `root`, or below the folder that the others have in common."""
    resolved = [path.resolve() for path in paths]
    outside = [str(path.parent) for path in resolved if not path.is_relative_to(root)]
    common = Path(os.path.commonpath(outside)) if outside else root
    return {path: path.relative_to(root if path.is_relative_to(root) else common) for path in resolved}


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

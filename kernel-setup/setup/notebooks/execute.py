"""One notebook, cell by cell, on a kernel of its own: what came of it, in how many seconds, with how much memory.

nbclient talks to the kernel. Stricter than its defaults: no cell may fail, whatever its tags; an error output without
an error reply counts as well; and a cell whose end was never announced (lost output) is a failure, not a warning. Cells
tagged `claim` hold the text to what was measured: where one fails the notebook fails, but the rest is executed, so that
one run tells of all of them. After the last cell come the exercises: none may pass as the learner finds it, each must
pass with its solution.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from claims import claims_of, is_broken_claim
from exercises import exercises_of, verdict
from own_files import EXECUTED, write_whole
from processes import MARK, end_marked, resident_bytes

SAMPLE_SECONDS = 0.25
# Both end only what hangs: beside other work a kernel takes its time.
STARTUP_SECONDS = 600
# The end of a cell is announced on another socket than its reply: how long it may lag behind.
ANNOUNCEMENT_SECONDS = 300


@dataclass
class Outcome:
    """What came of one notebook. `result`: passed, error, dead kernel, timeout, no start, or stopped."""

    notebook: str
    cells: int = 0
    executed: int = 0
    seconds: float = 0.0
    peak_bytes: int = 0
    result: str = "stopped"
    report: str = ""
    executed_copy: str = field(default="")
    claims: list[dict] = field(default_factory=list)


class Execution:
    """The execution of one notebook. `run` never raises but for cancellation, and leaves no process behind."""

    def __init__(
        self, path: Path, name: str, copy: Path, kernel: str, timeout: int, mark: str, connection_file: Path
    ) -> None:
        self.path = path
        self.copy = copy
        self.kernel = kernel
        self.timeout = timeout
        self.mark = mark
        self.connection_file = connection_file
        self.outcome = Outcome(name)

    async def run(self) -> Outcome:
        outcome = self.outcome
        start = time.monotonic()
        with tempfile.TemporaryFile() as terminal:
            try:
                notebook = nbformat.read(self.path, as_version=4)
                nbformat.validate(notebook)
            except Exception as error:  # nbformat raises many kinds; each means the same to the reader
                outcome.result, outcome.report = "error", f"not a valid notebook: {error}"
                return outcome
            outcome.cells = sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in notebook.cells)
            # Sockets in a folder of our own: over TCP every account of the machine could read what the kernel publishes.
            manager = AsyncKernelManager(
                kernel_name=self.kernel, transport="ipc", connection_file=str(self.connection_file)
            )
            client = NotebookClient(
                notebook,
                km=manager,
                timeout=self.timeout,
                startup_timeout=STARTUP_SECONDS,
                iopub_timeout=ANNOUNCEMENT_SECONDS,
                raise_on_iopub_timeout=True,
                force_raise_errors=True,
                resources={"metadata": {"path": str(self.path.parent)}},
            )
            client.log.disabled = True  # it reports on stderr what the table reports already
            sampling = asyncio.ensure_future(self._sample_memory(manager))
            try:
                outcome.result, outcome.report = await self._execute(client, terminal)
            finally:
                sampling.cancel()
                await self._end(client, manager)
                outcome.seconds = time.monotonic() - start
                outcome.claims = claims_of(notebook)
                notebook.metadata[EXECUTED] = True
                write_whole(self.copy, nbformat.writes(notebook) + "\n")
                outcome.executed_copy = str(self.copy)
        return outcome

    async def _execute(self, client: NotebookClient, terminal) -> tuple[str, str]:
        notebook = client.nb
        try:
            await client.async_start_new_kernel(
                env={**os.environ, MARK: self.mark}, stdout=terminal, stderr=terminal
            )
            await client.async_start_new_kernel_client()
        except Exception as error:  # a missing kernelspec, a launcher that fails, a kernel that never answers
            return "no start", f"the kernel {self.kernel!r} did not start: {error}\n{tail(terminal)}"
        client.reset_execution_trackers()
        broken = []
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            failure = await self._execute_cell(client, index, terminal)
            if failure and is_broken_claim(cell):
                broken.append(failure[1])
            elif failure:
                return failure[0], "\n\n".join([*broken, failure[1]])
            self.outcome.executed += 1
        result, report = await self._solve(client, terminal)
        return ("error", "\n\n".join([*broken, report])) if broken else (result, report)

    async def _execute_cell(self, client: NotebookClient, index: int, terminal) -> tuple[str, str] | None:
        """Run one cell; what came of it if it failed."""
        notebook = client.nb
        cell = notebook.cells[index]
        where = f"cell {index + 1} of {len(notebook.cells)} (id {cell.get('id')})\n{numbered(cell.source)}\n"
        try:
            await client.async_execute_cell(cell, index)
        except CellExecutionError as error:
            # the launcher of our kernel outlives it, and says in its place what happened
            result = "dead kernel" if error.ename == "KernelCrash" else "error"
            return result, where + raised(cell, f"{error.ename}: {error.evalue}") + printed_errors(cell)
        except CellTimeoutError:
            return "timeout", where + f"not finished after {self.timeout} s\n" + printed_errors(cell)
        except DeadKernelError:
            # nbclient also says so when this task is cancelled, but then nobody reads it
            return "dead kernel", where + f"the kernel died\n{tail(terminal)}" + printed_errors(cell)
        if any(output.output_type == "error" for output in cell.outputs):
            return "error", where + raised(cell, "")
        return None

    async def _solve(self, client: NotebookClient, terminal) -> tuple[str, str]:
        """Put each solution in its skeleton's place; the solved cells are kept at the end of the executed copy."""
        notebook = client.nb
        try:
            exercises = exercises_of(notebook)
        except ValueError as error:
            return "error", str(error)
        for exercise in exercises:
            cell = notebook.cells[exercise.index]
            if verdict(cell) not in ("nearly", "not yet"):
                return "error", f"the exercise {cell.id} is not solved yet, but its check says: {verdict(cell)}"
            notebook.cells.append(nbformat.v4.new_code_cell(exercise.solved, id=f"{cell.id}-solved"))
            failure = await self._execute_cell(client, len(notebook.cells) - 1, terminal)
            if failure:
                return failure
            solved = notebook.cells[-1]
            if verdict(solved) != "right":
                shown = "".join(str(output.get("data", {}).get("text/plain", "")) for output in solved.outputs)
                return "error", f"the solution of the exercise {cell.id} does not pass its check: {shown}"
        return "passed", ""

    async def _sample_memory(self, manager: AsyncKernelManager) -> None:
        while True:
            pid = getattr(manager.provisioner, "pid", None) if manager.has_kernel else None
            if pid:
                self.outcome.peak_bytes = max(self.outcome.peak_bytes, resident_bytes(pid))
            await asyncio.sleep(SAMPLE_SECONDS)

    async def _end(self, client: NotebookClient, manager: AsyncKernelManager) -> None:
        """End the kernel: politely when all went well, at once otherwise, and then whatever it left behind."""
        try:
            if client.kc is not None:
                client.kc.stop_channels()
            if manager.has_kernel:
                await manager.shutdown_kernel(now=self.outcome.result != "passed")
        finally:
            end_marked(self.mark)


def numbered(source: str) -> str:
    return "\n".join(f"{number:4} | {line}" for number, line in enumerate(source.splitlines(), 1))


def raised(cell, reply: str) -> str:
    """The error outputs of the cell with their tracebacks; without any, what the kernel's reply said."""
    errors = [output for output in cell.outputs if output.output_type == "error"]
    texts = ["\n".join(error.traceback or [f"{error.ename}: {error.evalue}"]) for error in errors]
    return "\n".join(texts) or reply


def printed_errors(cell) -> str:
    """What the cell wrote to stderr: often the reason, and with some kernels the only place of the stack."""
    text = "".join(
        output.text for output in cell.outputs if output.output_type == "stream" and output.name == "stderr"
    )
    return f"\nstderr of the cell:\n{text[-4000:]}" if text else ""


def tail(terminal) -> str:
    """The last lines that the kernel process itself wrote, outside of any cell."""
    terminal.seek(0)
    lines = terminal.read().decode("utf-8", "replace").splitlines()[-30:]
    return "the kernel's own last lines:\n" + "\n".join(lines) if lines else ""

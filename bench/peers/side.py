"""An engine in a process of its own: it is asked "row times" in lines and answers each in a line of JSON."""

import gc
import json
import os
import re
import sys
import time
from dataclasses import dataclass
from typing import Callable

# What the engines print of themselves goes where their warnings go.
_answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


@dataclass
class Job:
    """What a row has done again and again: `run` gives its loss or, where it times itself, `(loss, milliseconds)`."""

    run: Callable
    parameters: int


class NotDone(Exception):
    """A row that this engine has nothing for."""


def peak():
    """The most memory that this process has ever had, in MB."""
    try:
        with open("/proc/self/status") as status:
            return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1]) / 1000
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def timed(job, times):
    """Milliseconds of processor time, all threads together, for each time."""
    spent, loss = 0.0, 0.0
    for _ in range(times):
        start = time.process_time()
        result = job.run()
        own = isinstance(result, tuple)
        spent += result[1] if own else (time.process_time() - start) * 1000
        loss = result[0] if own else result
    return {"milliseconds": spent / times, "loss": loss, "parameters": job.parameters, "peak": peak()}


def serve(prepare, version, onednn=False):
    def say(answer):
        print(json.dumps(answer), file=_answers, flush=True)

    say({"version": version, "onednn": onednn})
    row = job = None
    for line in sys.stdin:
        wanted, times = line.split()
        try:
            if wanted != row:
                row = job = None
                gc.collect()
                row, job = wanted, prepare(wanted)
            say(timed(job, int(times)))
        except Exception as problem:
            row = job = None
            words = str(problem).strip().splitlines() or [type(problem).__name__]
            say({"problem": words[0][:200]})

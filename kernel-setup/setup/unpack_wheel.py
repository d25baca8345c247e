"""Unpacks what the course needs of a TensorFlow wheel: two libraries, and the headers of the C API.

Usage: unpack_wheel.py WHEEL FOLDER. Prints `<bytes done> <bytes in all>` as it goes.
"""

import os
import re
import shutil
import sys
import zipfile

WANTED = {
    "lib": re.compile(r"tensorflow/(libtensorflow_(?:cc|framework)\.[^/]+)$"),
    "include": re.compile(
        r"tensorflow/include/("
        r"tensorflow/c/(?:eager/)?[^/]+\.h"
        r"|(?:[a-z]+/){1,4}platform/ctstring(?:_internal)?\.h"
        r"|(?:[a-z]+/){0,4}tsl/c/[^/]+\.h"
        r")$"
    ),
}
BLOCK = 1 << 24


def main(wheel: str, folder: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        members = [
            (member, os.path.join(folder, part, *match.group(1).split("/")))
            for member in archive.infolist()
            for part, pattern in WANTED.items()
            for match in [pattern.match(member.filename)]
            if match
        ]
        total = sum(member.file_size for member, _ in members)
        done = 0
        for member, path in members:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with archive.open(member) as source, open(path, "wb") as target:
                while block := source.read(BLOCK):
                    target.write(block)
                    done += len(block)
                    print(done, total, flush=True)
        licence = next((name for name in archive.namelist() if name.endswith("/LICENSE")), None)
        if licence:
            with archive.open(licence) as source, open(os.path.join(folder, "LICENSE"), "wb") as target:
                shutil.copyfileobj(source, target)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

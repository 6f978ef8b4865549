"""Look for bytes on which reading a photo does anything but give a photo or a typed error.

    python benchmarks/fuzz.py [--minutes 30] [--seed 1] [--finds FOLDER]

Hypothesis takes whole pictures of every format, changes them, and gives them to ``read_photo`` in a
child process with 1.5 GB of memory beyond its start; more than 10 s, any untyped error, and the death of
the child are finds, written to FOLDER. Prints how many inputs were tried, and ends with 1 after a find.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import time
import warnings
from collections import Counter
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "photo"))

from corpus import whole_pictures

from motif.errors import MotifError
from motif.photo.photo import read_photo
from motif.workers.limits import limit_memory

MOST_SECONDS, MOST_BYTES = 10.0, 1_500_000_000
EXAMPLES = 2_000
INTERESTING = [b"\0\0", b"\xff\xff", b"\xff" * 4, b"\x7f\xff\xff\xff", b"\0\0\0\1", b"\xff\xd8"]
WHOLE = [data for _, data in whole_pictures()]


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """A whole picture with up to eight changes: bits, bytes, cuts, repeats, parts of another picture."""
    data = bytearray(draw(st.sampled_from(WHOLE)))
    for _ in range(draw(st.integers(1, 8))):
        if not data:
            break
        near = draw(st.booleans())
        at = draw(st.integers(0, min(len(data), 300) - 1 if near else len(data) - 1))
        match draw(st.integers(0, 6)):
            case 0:
                data[at] ^= 1 << draw(st.integers(0, 7))
            case 1:
                data[at] = draw(st.integers(0, 255))
            case 2:
                put = draw(st.sampled_from(INTERESTING))
                data[at : at + len(put)] = put
            case 3:
                del data[at : at + draw(st.integers(1, 64))]
            case 4:
                part = data[at : at + draw(st.integers(1, 64))]
                data[at:at] = part * draw(st.integers(1, 20))
            case 5:
                del data[at:]
            case _:
                donor = draw(st.sampled_from(WHOLE))
                start = draw(st.integers(0, len(donor) - 1))
                data[at : at + 64] = donor[start : start + draw(st.integers(1, 200))]
    return bytes(data)


def serve(pipe: Connection) -> None:
    """Read what comes, and tell how it went."""
    warnings.simplefilter("ignore")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # decoders written in C complain there
    for data in WHOLE:
        outcome_of(data)
    limit_memory(MOST_BYTES)
    while True:
        pipe.send(outcome_of(pipe.recv()))


def outcome_of(data: bytes) -> str:
    """Return "photo", the code of a typed error, or "!" and what else was raised."""
    try:
        read_photo(data, long_edge_px=640)
    except MotifError as error:
        return error.code
    except BaseException as error:
        return f"!{type(error).__name__}: {error}"
    return "photo"


class Child:
    """The process in which pictures are read; a new one after each death."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self.pipe, theirs = get_context("spawn").Pipe()
        self.process = get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()

    def read(self, data: bytes) -> str:
        """Have it read; a machine that is busy with other things is given six times the time."""
        self.pipe.send(data)
        if not self.pipe.poll(MOST_SECONDS * 6):
            self.process.kill()
            self._start()
            return "!took too long"
        try:
            return str(self.pipe.recv())
        except EOFError:
            self.process.join()
            code = self.process.exitcode
            self._start()
            return f"!the process ended with {code}"


def main() -> int:
    """Fuzz until the time is over."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--finds", type=Path, default=Path("fuzz-finds"))
    options = parser.parse_args()
    child, outcomes, finds = Child(), Counter[str](), Counter[str]()
    started = time.monotonic()
    over = started + 60 * options.minutes

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(changed())
    def try_one(data: bytes) -> None:
        if time.monotonic() > over:
            return
        outcome = child.read(data)
        outcomes[outcome.split(":")[0]] += 1
        if outcome.startswith("!"):
            finds[outcome] += 1
            options.finds.mkdir(exist_ok=True)
            (options.finds / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
            print(f"find: {outcome}", flush=True)

    number = options.seed
    while time.monotonic() < over:
        seed(number)(try_one)()
        number += 1
        minutes = (time.monotonic() - started) / 60
        print(f"{outcomes.total()} inputs, {finds.total()} finds, {minutes:.1f} minutes", flush=True)
    for outcome, count in outcomes.most_common():
        print(f"{count:9} {outcome}")
    return 1 if finds else 0


if __name__ == "__main__":
    raise SystemExit(main())

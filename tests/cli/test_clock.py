"""A computer's clock that was set back is warned of before more is written under it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.pictures import spots

from motif.profiles import CHEAPEST_1
from motif.registry.registry import Registry


@pytest.mark.parametrize(("ahead", "is_warned"), [(3 * 60, True), (11, True), (9, False), (0, False)])
def test_who_writes_under_a_clock_that_was_set_back_is_warned(
    run: Run, here: Path, ahead: int, is_warned: bool
) -> None:
    with Registry.open(here / "registry.motif", profile=CHEAPEST_1) as registry:
        registry.register(spots(1), title="Turi")
        later = datetime.now(UTC) + timedelta(minutes=ahead)
        with registry._store.writing() as writer:
            writer._log.append("rollback.accepted", {}, at=later)  # type: ignore[attr-defined]
    for command in (
        ("withdraw", "M-000001-3", "--reason", "salah"),
        ("party", "add", "--name", "Sri"),
    ):
        done = run(*command)
        assert done.exit_code == 0
        assert ("Set the clock" in done.stderr) is is_warned
        if is_warned:
            break  # what is written now is the newest event
    assert "Set the clock" not in run("list").stderr

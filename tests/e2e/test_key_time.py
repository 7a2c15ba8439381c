"""The time of a key, through a real terminal, while the screen has other things to do (issue 7: off by < 20 ms)."""

from __future__ import annotations

import sys

import pytest
from benchmarks.screen import keys_off_s, p95

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(sys.platform != "linux", reason="processes share the clock of Linux, and its terminals"),
]


def test_a_key_has_its_own_time_while_the_screen_is_held_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("TESTSTATION_HOME", str(tmp_path_factory.mktemp("home")))
    off_s, handled_s = keys_off_s(40)
    assert p95(off_s) < 0.02
    assert p95(handled_s) > 0.1  # or nothing was held up

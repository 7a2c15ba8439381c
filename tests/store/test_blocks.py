"""Blocks are at most half a second, lose nothing, and do not wait."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststation.store import blocks


def rows_at(time_s: list[float]) -> blocks.Rows:
    return np.column_stack([time_s, np.arange(len(time_s) * 6).reshape(-1, 6)])


def cut_as_packets(rows: blocks.Rows, packet: int, period_s: float) -> tuple[list[blocks.Rows], blocks.Rows]:
    full, held = [], rows[:0]
    for start in range(0, len(rows), packet):
        done, held = blocks.cut(np.vstack([held, rows[start : start + packet]]), period_s)
        full += done
    return full, held


def test_a_block_is_cut_as_soon_as_it_is_full() -> None:
    """At 100 Hz forty samples, the moment the fortieth is there."""
    time_s = (np.arange(40) / 100 + 7).tolist()
    assert blocks.cut(rows_at(time_s[:-1]), 0.01)[0] == []
    (block,), rest = blocks.cut(rows_at(time_s), 0.01)
    assert len(block) == 40
    assert len(rest) == 0


@pytest.mark.parametrize("jump_s", [3.0, -3.0, 1e9])
def test_a_clock_that_jumps_ends_a_block(jump_s: float) -> None:
    (block,), rest = blocks.cut(rows_at([5.0, 5.01, 5.02 + jump_s]), 0.01)
    assert len(block) == 2
    assert len(rest) == 1


@given(
    st.lists(st.floats(0.0005, 1.0) | st.just(0.01), max_size=300),
    st.integers(1, 60),
    st.sampled_from([0.001, 0.01, 1 / 60, 0.05]),
)
def test_no_sample_is_lost_or_held_for_long(steps_s: list[float], packet: int, period_s: float) -> None:
    rows = rows_at(np.cumsum(steps_s).tolist())
    full, held = cut_as_packets(rows, packet, period_s)
    assert np.vstack([*full, held]).tobytes() == rows.tobytes()
    assert all(len(block) and np.ptp(block[:, 0]) < 0.5 for block in full)
    assert len(held) == 0 or np.ptp(held[:, 0]) < 0.5


@given(st.lists(st.lists(st.floats(width=64), min_size=7, max_size=7), max_size=20))
def test_bytes_are_equal_to_the_bit(values: list[list[float]]) -> None:
    rows = np.array(values, dtype=np.float64).reshape(-1, 7)
    data = blocks.encode(rows)
    assert len(data) == len(rows) * blocks.ROW_BYTES
    assert blocks.decode(data).tobytes() == rows.tobytes()


def test_bytes_that_are_no_rows_are_refused() -> None:
    with pytest.raises(ValueError, match=r"."):
        blocks.decode(b"\0" * 57)


@pytest.mark.parametrize("shape", [(5, 3), (4, 2), (4, 4)])
def test_packets_that_do_not_fit_are_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=r"."):
        blocks.as_rows(np.zeros(4), np.zeros(shape), np.zeros((4, 3)))

"""What a benchmark on recordings is asked on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path


def questions(what: str | None) -> argparse.ArgumentParser:
    """Make the questions that they have in common: of which recordings, with how many processes, and kept where."""
    parser = argparse.ArgumentParser(description=what, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", default="", help="data sets with this in their name")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path)
    return parser


def data_sets(options: argparse.Namespace, known: Iterable[str]) -> list[str]:
    """Give those of the known data sets that are there and asked for.

    Raises
    ------
    SystemExit
        There is none.
    """
    names = list(known)
    there = [name for name in names if (options.data / name).is_dir() and options.only in name]
    if not there:
        raise SystemExit(f"{options.data}: no data set of {', '.join(names)}")
    return there

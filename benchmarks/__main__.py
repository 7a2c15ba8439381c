"""All tables, and the results that are kept: `python -m benchmarks --data DIR`, as `make bench` runs it.

Without `--all` only what takes some minutes: generated signals, speed, what a live sensor costs, accuracy on people.
With it also fifty visits in a row, the worse sensors, the live watcher, the composed belt tests and the other toolkits,
which take more than an hour.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from benchmarks.kept import RESULTS

ON_NOBODY = {"generated": ["generated"], "speed": ["speed"], "live": ["live"]}
ON_PEOPLE = {"people": ["accuracy"]}
AT_LENGTH_ON_NOBODY = {"memory": ["memory"]}
AT_LENGTH = {
    "robustness": ["robustness"],
    "watching": ["watching"],
    "composed": ["compose"],
    "composed_slow": ["compose", "--slow"],
    "peers": ["peers"],
}


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--results", type=Path, default=RESULTS, help="where to write; the results kept in git")
    parser.add_argument("--all", action="store_true", help="also what takes long")
    options = parser.parse_args()
    options.results.mkdir(parents=True, exist_ok=True)
    for name, command in (ON_NOBODY | AT_LENGTH_ON_NOBODY if options.all else ON_NOBODY).items():
        _run(command, options.results / f"{name}.json")
    if not options.data.is_dir():
        print(f"{options.data}: no recordings of people here, accuracy on people not measured")
        return
    for name, command in (ON_PEOPLE | AT_LENGTH if options.all else ON_PEOPLE).items():
        _run([*command, "--data", str(options.data)], options.results / f"{name}.json")


def _run(command: list[str], kept: Path) -> None:
    module, *options = command
    subprocess.run([sys.executable, "-m", f"benchmarks.{module}", *options, "--json", str(kept)], check=True)


if __name__ == "__main__":
    main()

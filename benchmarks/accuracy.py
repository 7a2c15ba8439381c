"""Accuracy on real recordings: analyse every data set under DIR and score it against its references.

    python -m benchmarks.accuracy --data DIR [--only tug_pocket] [--jobs 2]

DIR has the layout `DIR/<dataset>/NAME.csv.gz` with `NAME.json` beside it; the scorer is `DIR/../tools/score.py`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = {
    "tug_pocket": "gug",
    "tug_composed": "gug",
    "tug_composed_slow": "gug",
    "eurobench_sts": "tcs",
    "rantalainen_sts": "tcs",
    "sisfall_chair": "tcs",
    "hapt": "postures",
    "voisard_10m_uturn": "gait",
    "marpino_5m": "gait",
    "mobilised_lab": "gait",
}
NEGATIVE_CONTROLS = ("voisard_10m_uturn", "marpino_5m")
"""Nobody rises in these: analysed once more as a chair stand."""


def score(data: Path, dataset: str, test: str, jobs: int) -> str:
    """Analyse a data set as a test and give the scorer's table."""
    recordings = sorted(str(path) for path in (data / dataset).glob("*.csv.gz"))
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.jsonl"
        command = [sys.executable, "-m", "teststation", "analyse", *recordings, "--test", test, "--format", "jsonl"]
        subprocess.run([*command, "--jobs", str(jobs), "--out", str(results)], check=True)
        scorer = [sys.executable, str(data.parent / "tools" / "score.py"), str(results), "--data", str(data)]
        return subprocess.run(scorer, check=True, capture_output=True, text=True).stdout


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    found = [name for name in TESTS if (options.data / name).is_dir() and options.only in name]
    if not found:
        raise SystemExit(f"{options.data}: no data set of {', '.join(TESTS)}")
    for name in found:
        print(score(options.data, name, TESTS[name], options.jobs), end="", flush=True)
        if name in NEGATIVE_CONTROLS:
            print(score(options.data, name, "tcs", options.jobs), end="", flush=True)


if __name__ == "__main__":
    main()

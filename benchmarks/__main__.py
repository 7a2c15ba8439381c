"""All tables: `python -m benchmarks --data DIR`, as `make bench` runs it."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    subprocess.run([sys.executable, "-m", "benchmarks.generated"], check=True)
    subprocess.run([sys.executable, "-m", "benchmarks.speed"], check=True)
    if data.is_dir():
        subprocess.run([sys.executable, "-m", "benchmarks.accuracy", "--data", str(data)], check=True)
    else:
        print(f"{data}: no recordings of people here, accuracy on people not measured")


if __name__ == "__main__":
    main()

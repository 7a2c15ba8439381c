"""Makes the recordings of `calibration/recordings/` anew."""

import sys
from pathlib import Path

from teststation.sensors.synthetic.recordings import write
from teststation.settings import calibration_folder

write(Path(sys.argv[1]) if len(sys.argv) > 1 else calibration_folder() / "recordings")

"""Calibration: parameters fitted to targets under common random numbers, and how far they are."""

from __future__ import annotations

from simnet.lab.calibration.distance import Simulate
from simnet.lab.calibration.fitting import fit
from simnet.lab.calibration.outcome import Calibration
from simnet.lab.calibration.study import StudyRuns, calibrate, calibration_folder, write_calibration
from simnet.lab.calibration.text import format_calibration

__all__ = [
    "Calibration",
    "Simulate",
    "StudyRuns",
    "calibrate",
    "calibration_folder",
    "fit",
    "format_calibration",
    "write_calibration",
]

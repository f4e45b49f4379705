"""autoexp's tasks for mini-swe-agent."""

import contextlib
import sys

# It greets whoever imports it, on standard output, where scores go.
with contextlib.redirect_stdout(sys.stderr):
    import minisweagent as _minisweagent  # noqa: F401

from ._environment import AutoexpEnvironment, AutoexpEnvironmentConfig  # noqa: E402
from ._record import record  # noqa: E402
from ._score import TrajectoryError, score  # noqa: E402

__all__ = ["AutoexpEnvironment", "AutoexpEnvironmentConfig", "TrajectoryError", "record", "score"]

"""What Inspect finds here by the package's entry point."""

from ._papers import functions_right, papers, verified
from ._sandbox import AutoexpSandbox

__all__ = ["AutoexpSandbox", "functions_right", "papers", "verified"]

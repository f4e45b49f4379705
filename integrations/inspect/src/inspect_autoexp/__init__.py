"""autoexp for Inspect: ``sandbox="autoexp"``."""

from ._sandbox import AutoexpConfig, AutoexpSandbox

__all__ = ["AutoexpConfig", "AutoexpSandbox"]

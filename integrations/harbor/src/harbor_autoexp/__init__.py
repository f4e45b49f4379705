"""autoexp for Harbor: ``-e harbor_autoexp:AutoexpEnvironment``."""

from ._environment import AutoexpEnvironment

__all__ = ["AutoexpEnvironment"]

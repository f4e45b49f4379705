"""What Inspect finds here by the package's entry point."""

from inspect_ai._util.registry import registry_add, registry_info

from ._papers import functions_right, papers, verified
from ._sandbox import AutoexpSandbox

# Inspect calls a task after the package that it is in; `autoexp/papers` is the same task.
_named = registry_info(papers)
registry_add(papers, _named.model_copy(update={"name": "autoexp/papers"}))
registry_add(papers, _named)

__all__ = ["AutoexpSandbox", "functions_right", "papers", "verified"]

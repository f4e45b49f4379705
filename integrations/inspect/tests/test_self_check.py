"""Inspect's own conformance suite for sandboxes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from inspect_ai.util import SandboxEnvironment
from inspect_ai.util._sandbox.self_check import *  # noqa: F403

from inspect_autoexp import AutoexpSandbox

# What a sandbox without users and processes can't have, each with its reason.
CAN_NOT = {
    "test_exec_as_user": "there are no users, so none can be added",
}


@pytest_asyncio.fixture
async def sandbox_env(request: pytest.FixtureRequest) -> AsyncIterator[SandboxEnvironment]:
    if reason := CAN_NOT.get(request.node.originalname):
        request.node.add_marker(pytest.mark.xfail(reason=reason, strict=True))
    await AutoexpSandbox.task_init("self_check", None)
    environments = await AutoexpSandbox.sample_init("self_check", None, {})
    yield environments["default"]
    await AutoexpSandbox.sample_cleanup("self_check", None, environments, False)
    await AutoexpSandbox.task_cleanup("self_check", None, True)

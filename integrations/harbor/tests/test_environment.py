"""The environment by itself, through Harbor's own interface."""

import logging

import pytest
from harbor.environments.base import SandboxBuildFailedError
from harbor.models.task.config import EnvironmentConfig, NetworkMode, NetworkPolicy
from harbor.models.trial.paths import TrialPaths
from harbor_autoexp import AutoexpEnvironment


def environment(tmp_path, dockerfile, network=NetworkMode.PUBLIC, **options):
    folder = tmp_path / "environment"
    folder.mkdir()
    (folder / "Dockerfile").write_text(dockerfile)
    (folder / "data.txt").write_text("seven\n")
    return AutoexpEnvironment(
        environment_dir=folder,
        environment_name="tried",
        session_id="tried__0",
        trial_paths=TrialPaths(tmp_path / "trial"),
        task_env_config=EnvironmentConfig(env={"TASK": "t"}),
        logger=logging.getLogger("tried"),
        network_policy=NetworkPolicy(network_mode=network),
        **options,
    )


async def test_files_go_in_and_come_out(tmp_path):
    there = environment(tmp_path, "FROM python:3.13\nWORKDIR /app\nENV A=1\nCOPY data.txt .\n")
    await there.start(force_build=False)
    try:
        done = await there.exec("cat data.txt; echo $A $TASK $B; pwd", env={"B": "2"})
        assert (done.return_code, done.stdout) == (0, "seven\n1 t 2\n/app\n")
        assert (await there.exec("exit 70")).return_code == 70
        assert (await there.exec("pwd", cwd="/logs")).stdout == "/logs\n"
        failed = await there.exec("python -c 'import sys; sys.exit(\"so\")'")
        assert (failed.return_code, failed.stderr.strip()) == (1, "so")
        late = await there.exec("sleep 60", timeout_sec=5)
        assert late.return_code == 124

        made = tmp_path / "made/inner"
        made.mkdir(parents=True)
        (made / "x.bin").write_bytes(b"\xff\x00")
        await there.upload_dir(source_dir=tmp_path / "made", target_dir="/tests")
        await there.exec("cp /tests/inner/x.bin /logs/verifier/y.bin")
        await there.download_dir(source_dir="/logs", target_dir=tmp_path / "logs")
        assert (tmp_path / "logs/verifier/y.bin").read_bytes() == b"\xff\x00"
        assert await there.is_dir("/tests/inner")
        assert not await there.is_file("/tests/nothing")
        await there.download_file(source_path="/app/data.txt", target_path=tmp_path / "back.txt")
        assert (tmp_path / "back.txt").read_text() == "seven\n"
    finally:
        await there.stop(delete=True)
    with pytest.raises(RuntimeError, match="isn't started, or is stopped"):
        await there.exec("true")


async def test_packages_are_the_sandboxs_own_or_given(tmp_path):
    dockerfile = "FROM python:3.13\nRUN pip install --no-cache-dir numpy==2.5.2 'scipy>=1' tinytide==1\n"
    (tmp_path / "a").mkdir()
    without = environment(tmp_path / "a", dockerfile)
    with pytest.raises(SandboxBuildFailedError, match="line 2 of the Dockerfile installs tinytide"):
        await without.start(force_build=False)
    await without.stop(delete=True)

    packages = tmp_path / "packages"
    (packages / "tinytide-1.dist-info").mkdir(parents=True)
    (packages / "tinytide-1.dist-info/METADATA").write_text("Name: tinytide\nVersion: 1\n")
    (packages / "tinytide.py").write_text("LEVEL = 3\n")
    (tmp_path / "b").mkdir()
    there = environment(tmp_path / "b", dockerfile, packages=str(packages))
    await there.start(force_build=False)
    try:
        done = await there.exec("python -c 'import tinytide; print(tinytide.LEVEL)'")
        assert done.stdout == "3\n", done.stderr
    finally:
        await there.stop(delete=True)


async def test_what_cannot_be_built_is_told(tmp_path):
    there = environment(tmp_path, "FROM python:3.13\nRUN apt-get install -y git\n")
    with pytest.raises(SandboxBuildFailedError, match="line 2 of the Dockerfile, RUN apt-get install"):
        await there.start(force_build=False)
    await there.stop(delete=True)


async def test_no_network_can_be_asked_for_and_an_allowlist_cannot(tmp_path):
    (tmp_path / "a").mkdir()
    environment(tmp_path / "a", "FROM python:3.13\n", network=NetworkMode.NO_NETWORK)
    (tmp_path / "b").mkdir()
    with pytest.raises(ValueError, match="allowlist"):
        environment(tmp_path / "b", "FROM python:3.13\n", network=NetworkMode.ALLOWLIST)

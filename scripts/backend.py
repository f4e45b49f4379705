"""What pip builds the wheel by: maturin, once the papers are where it takes data from.

maturin follows no links, so `tasks/` is copied to where a wheel has `share/autoexp/tasks`.
"""

import shutil
from pathlib import Path

import maturin
from maturin import get_requires_for_build_wheel, prepare_metadata_for_build_wheel

__all__ = ["build_wheel", "get_requires_for_build_wheel", "prepare_metadata_for_build_wheel"]


def lay_out_data():
    data = Path("target/wheel/data")  # as in pyproject.toml
    shutil.rmtree(data, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__")
    # What is in `data` there goes to the prefix that the wheel is installed in.
    shutil.copytree("tasks", data / "data/share/autoexp/tasks", ignore=ignored)


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    lay_out_data()
    return maturin.build_wheel(wheel_directory, config_settings, metadata_directory)

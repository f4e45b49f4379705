"""Which Dockerfiles can be followed with no Docker."""

import pytest
from harbor_autoexp._dockerfile import Copy, Run, Unsupported, read


def written(folder, text):
    (folder / "data").mkdir()
    (folder / "data/a.csv").write_text("x\n1\n")
    (folder / "run.py").write_text("print(1)\n")
    (folder / "Dockerfile").write_text(text)
    return folder / "Dockerfile"


def test_steps_are_read_in_order(tmp_path):
    recipe = read(
        written(
            tmp_path,
            """# A comment
FROM docker.io/library/python:3.13-slim@sha256:00 AS base
ENV A=1 B="two words"
ENV C the rest
WORKDIR /app
WORKDIR src
COPY data /data/
COPY --chmod=755 ["run.py", "."]
COPY run.py /bin/go.py
RUN mkdir -p out && \\
    # between
    echo done
CMD ["python"]
""",
        )
    )
    assert recipe.env == {"A": "1", "B": "two words", "C": "the rest"}
    assert recipe.workdir == "/app/src"
    assert recipe.steps == [
        Copy(tmp_path / "data", "/data"),
        Copy(tmp_path / "run.py", "/app/src/run.py"),
        Copy(tmp_path / "run.py", "/bin/go.py"),
        Run("mkdir -p out &&      echo done", "/app/src", 10),
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("FROM ubuntu:24.04\n", "line 1: FROM ubuntu:24.04"),
        ("FROM python:3.13\nFROM python:3.12\n", "line 2"),
        ("FROM python:3.13\nCOPY nothing /app\n", "there is no nothing beside the Dockerfile"),
        ("FROM python:3.13\nCOPY --from=base run.py /app\n", "--from=base"),
        ("FROM python:3.13\nADD https://example.org/x /x\n", "there is no network"),
        ("FROM python:3.13\nENV PATH=$PATH:/x\n", "variables in it are not filled in"),
        ("FROM python:3.13\nONBUILD RUN true\n", "line 2: ONBUILD"),
        ("RUN true\n", "has no FROM"),
    ],
)
def test_what_cannot_be_followed_is_named(tmp_path, text, why):
    with pytest.raises(Unsupported) as refused:
        read(written(tmp_path, text))
    assert why in str(refused.value)

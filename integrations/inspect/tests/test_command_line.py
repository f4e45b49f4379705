"""``inspect eval`` itself, with a model behind a server as local ones are."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from inspect_ai.log import list_eval_logs, read_eval_log

INSPECT = Path(sys.executable).with_name("inspect")

# Where nothing is masked, the numbers are what the code prints.
RUNS_THE_CODE = """python - <<'PY'
import json, subprocess, sys
answer = {}
for name in ("audit", "drift", "remedy"):
    command = [sys.executable, f"run_{name}.py", "--config", f"configs/{name}.toml"]
    answer[name] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
json.dump(answer, open("answer.json", "w"))
PY"""
CALLS = [("bash", {"command": RUNS_THE_CODE}), ("submit", {"answer": "done"})]


class Replies(BaseHTTPRequestHandler):
    """Chat completions that were written beforehand, one after the other."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        turn = sum(message["role"] == "assistant" for message in asked["messages"])
        name, arguments = CALLS[turn]
        function = {"name": name, "arguments": json.dumps(arguments)}
        calls = [{"id": f"call-{turn}", "type": "function", "function": function}]
        message = {"role": "assistant", "content": None, "tool_calls": calls}
        reply = {
            "id": f"reply-{turn}",
            "object": "chat.completion",
            "created": 0,
            "model": asked["model"],
            "choices": [{"index": 0, "finish_reason": "tool_calls", "message": message}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
        }
        body = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Replies)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()


def test_papers_run_from_the_command_line(tmp_path: Path, address: str) -> None:
    command = [
        INSPECT,
        "eval",
        "autoexp/papers",
        *("--model", "openai-api/local/scripted"),
        *("-T", "n=0", "-T", "papers=exposure-ebb"),
        *("--log-dir", tmp_path, "--display", "plain"),
    ]
    env = {**os.environ, "LOCAL_BASE_URL": address, "LOCAL_API_KEY": "none"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    [found] = list_eval_logs(str(tmp_path))
    log = read_eval_log(found)
    assert log.status == "success" and log.samples, log.error
    scores = log.samples[0].scores
    assert scores and scores["verified"].value == "C", scores
    assert math.isnan(scores["functions_right"].as_float())
    assert log.stats.model_usage["openai-api/local/scripted"].total_tokens == 220
    assert [message.role for message in log.samples[0].messages][-3:] == ["assistant", "tool", "assistant"]

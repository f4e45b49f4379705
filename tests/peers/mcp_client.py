"""The official client of the Model Context Protocol with `autoexp mcp`: what it is told, programs,
a session, pictures, progress, cancelling, errors. Each result is checked by the client against the
schema that the server gave of it.

    mcp_client.py AUTOEXP
"""

import asyncio
import base64
import sys

from mcp import Client, StdioServerParameters


def text(result):
    return "\n".join(block.text for block in result.content if block.type == "text")


async def use(client):
    told = await client.list_tools()
    schemas = {tool.name: tool.output_schema for tool in told.tools}
    assert {"run_python", "python_session", "run_command", "read_file", "write_file", "edit_file",
            "list_files", "snapshot", "restore"} == set(schemas), schemas
    assert schemas["run_python"]["properties"]["fuel"]["type"] == "integer"
    assert client.server_info.name == "autoexp"
    assert "/workspace" in client.instructions

    ran = await client.call_tool("run_python", {"code": "print(6 * 7)"})
    assert not ran.is_error and text(ran) == "42\n", ran
    assert ran.structured_content["stdout"] == "42\n" and ran.structured_content["exit_code"] == 0
    failed = await client.call_tool("run_python", {"code": "1 / 0"})
    assert not failed.is_error and "ZeroDivisionError" in text(failed)
    refused = await client.call_tool("read_file", {"path": "nonesuch"})
    assert refused.is_error and "nonesuch" in text(refused)

    await client.call_tool("python_session", {"code": "x = 20"})
    assert text(await client.call_tool("python_session", {"code": "x + 1"})) == "21\n"
    plot = "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()"
    shown = await client.call_tool("python_session", {"code": plot})
    [picture] = [block for block in shown.content if block.type == "image"]
    assert picture.mime_type == "image/png"
    assert base64.b64decode(picture.data).startswith(b"\x89PNG")

    told = []

    async def progress(done, total, message):
        told.append(done)

    endless = {"code": "while True: pass", "timeout": 3.5}
    ended = await client.call_tool("run_python", endless, progress_callback=progress)
    assert ended.structured_content["timed_out"] and len(told) >= 2, (ended, told)

    # Nobody waits for it any more: the client tells the server so, which is free at once.
    endless = client.call_tool("python_session", {"code": "while True: pass"})
    try:
        await asyncio.wait_for(endless, 1)
    except TimeoutError:
        pass
    else:
        raise AssertionError("an endless cell came to an end")
    after = await asyncio.wait_for(client.call_tool("python_session", {"code": "'x' in globals()"}), 60)
    value, note = after.content
    assert value.text == "False\n" and note.text.startswith("[this is a new interpreter: "), after


async def main(autoexp):
    server = StdioServerParameters(command=autoexp, args=["mcp", "-q", "--fuel", "100000G"])
    async with Client(server) as client:
        await use(client)
        print("protocol", client.protocol_version)


asyncio.run(main(sys.argv[1]))

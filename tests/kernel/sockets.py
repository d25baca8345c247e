"""A kernel on sockets of the file system (transport "ipc"), as `npm start` has it: python sockets.py FOLDER

Prints a line for each thing that works: all channels, the heartbeat, interrupt, restart, the words of a crash, shutdown.
"""

import os
import sys
import time

from jupyter_client.manager import KernelManager

PATIENCE = 120
folder = sys.argv[1]
manager = KernelManager(kernel_name="tslab", transport="ipc", connection_file=os.path.join(folder, "k.json"))
manager.start_kernel(cwd=folder)
client = manager.client()
client.start_channels()


def run(code):
    """The reply to a cell, and the text of its value."""
    values = []

    def hook(message):
        if message["msg_type"] == "execute_result":
            values.append(message["content"]["data"]["text/plain"])

    reply = client.execute_interactive(code, timeout=PATIENCE, output_hook=hook)["content"]
    return reply, values


try:
    client.wait_for_ready(timeout=PATIENCE)
    assert run("6 * 7")[1] == ["42"]
    print("answers", sorted(name for name in os.listdir(folder) if name.startswith("k-ipc-")))
    deadline = time.monotonic() + PATIENCE
    while not client.hb_channel.is_beating() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert client.hb_channel.is_beating()
    print("beats")
    asked = client.execute("console.log('on'); while (true) {}")
    while client.get_iopub_msg(timeout=PATIENCE)["msg_type"] != "stream":
        pass
    manager.interrupt_kernel()
    reply = client.get_shell_msg(timeout=PATIENCE)
    assert reply["parent_header"]["msg_id"] == asked and reply["content"]["ename"] == "KeyboardInterrupt", reply
    print("is interrupted")
    before = run("process.pid")[1]
    manager.restart_kernel(now=False)
    client.wait_for_ready(timeout=PATIENCE)
    after = run("process.pid")[1]
    assert before and after and before != after, (before, after)
    print("restarts")
    reply, _ = run("process.kill(process.pid, 'SIGKILL'); await new Promise(() => {})")
    assert reply["ename"] == "KernelCrash", reply
    print("tells of a crash")
    manager.restart_kernel(now=True)
    client.wait_for_ready(timeout=PATIENCE)
    assert run("1 + 1")[1] == ["2"]
finally:
    client.stop_channels()
    manager.shutdown_kernel()
assert os.listdir(folder) == [], os.listdir(folder)
print("leaves nothing")

"""Jupyter's conformance suite for the kernel `tslab`, with every optional sample filled in.

The suite gives messages a tenth of a second to come and waits as long for those that will not; here both are conditions.
"""

import unittest

import jupyter_kernel_test
from jupyter_client.manager import start_new_kernel
from jupyter_kernel_test.msgspec_v5 import validate_message

# Ends only what hangs.
PATIENCE = 600


def patiently(get):
    return lambda *_, **__: get(timeout=PATIENCE)


class Kernel(jupyter_kernel_test.KernelTests):
    @classmethod
    def setUpClass(cls):
        cls.km, cls.kc = start_new_kernel(kernel_name=cls.kernel_name, startup_timeout=PATIENCE)
        for channel in (cls.kc.shell_channel, cls.kc.iopub_channel):
            channel.get_msg = patiently(channel.get_msg)

    def flush_channels(self):
        """Whatever is still on its way comes before the end of a new request."""
        last = self.kc.kernel_info()
        for get, is_end in (
            (self.kc.shell_channel.get_msg, lambda message: True),
            (self.kc.iopub_channel.get_msg, lambda message: message["content"].get("execution_state") == "idle"),
        ):
            while True:
                message = get()
                validate_message(message)
                if message["parent_header"].get("msg_id") == last and is_end(message):
                    break

    kernel_name = "tslab"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("oops")'
    completion_samples = [
        {"text": "consol", "matches": ["console"]},
        {"text": "Math.sqr", "matches": ["sqrt", "SQRT1_2", "SQRT2"]},
    ]
    complete_code_samples = ["1", "const a = 1", "function f() { return 1 }", "await 1"]
    incomplete_code_samples = ["function f() {", "const a = [1,", "`abc"]
    invalid_code_samples = ["let a = ;", "}", "x = = 2"]
    code_page_something = 'page("a long text")'
    code_generate_error = 'throw new Error("x")'
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "[1, 2].map((x) => x + 1)", "result": "[ 2, 3 ]"},
        {"code": "({ a: 1 })", "result": "{ a: 1 }"},
    ]
    code_display_data = [
        {"code": 'display({ "text/html": "<b>x</b>" })', "mime": "text/html"},
        {"code": 'display({ "image/svg+xml": "<svg/>" }, { id: "a" })', "mime": "image/svg+xml"},
    ]
    code_history_pattern = "6*7"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "console.log"
    code_clear_output = "clearOutput()"


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "tslab"
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main()

"""The child process that holds the weights: llama.cpp's own server on a loopback port.

Run as `python -I -m neovim_ai.llm.local.server`; its one line of configuration comes on standard
input (argv is for everyone to see), its one line of answer, the address, goes to standard output.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from neovim_ai.llm.local.orphan import die_with_parent


def main() -> None:
    """Serve until the parent dies or a signal comes."""
    config = json.loads(sys.stdin.buffer.readline())
    die_with_parent(config["parent"], sys.stdin.fileno())
    # Ctrl-C in the terminal of `model serve` is the supervisor's to answer, and it ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answer = os.dup(1)
    # llama.cpp writes its log to both standard streams.
    os.dup2(2, 1)
    xllamacpp = importlib.import_module("xllamacpp")
    server = xllamacpp.Server(parameters(xllamacpp, config))
    os.write(answer, json.dumps({"address": server.listening_address}).encode() + b"\n")
    signal.pause()


def parameters(xllamacpp: Any, config: dict[str, Any]) -> Any:
    """Build the server's parameters from `path`, `token`, `context` and `parallel`."""
    params = xllamacpp.CommonParams()
    params.model.path = config["path"]
    # llama.cpp divides n_ctx among the slots, so the two are set together.
    params.n_parallel = config["parallel"]
    params.n_ctx = config["context"] * config["parallel"]
    params.kv_unified = config["parallel"] > 1
    threads = physical_cores()
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    # The defaults answer any web page, without a key, with a user interface.
    params.api_keys = [config["token"]]
    params.cors_origins = ""
    params.ui = False
    params.endpoint_slots = False
    # 8 GiB of memory by default.
    params.cache_ram_mib = 256
    return params


def physical_cores() -> int:
    """Return the number of cores to compute on; hyperthreads slow this kind of work down."""
    usable = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    found = _cores_of_linux() if sys.platform == "linux" else _cores_of_mac()
    return max(1, min(usable, found or usable))


def _cores_of_linux() -> int:
    cores: set[tuple[str, str]] = set()
    package = ""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "physical id":
            package = value
        elif name.strip() == "core id":
            cores.add((package, value))
    return len(cores)


def _cores_of_mac() -> int:
    for name in ("hw.perflevel0.physicalcpu", "hw.physicalcpu"):
        asked = subprocess.run(["sysctl", "-n", name], capture_output=True, text=True, check=False)
        if asked.stdout.strip().isdigit():
            return int(asked.stdout)
    return 0


if __name__ == "__main__":
    main()

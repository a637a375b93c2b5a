"""WeasyPrint in a process of its own: bounded in time and memory, and no part of the server."""

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time

from . import worker

# The same result on every machine: no order that depends on a random seed, no local time or words.
ENVIRONMENT = {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"}


class EngineError(Exception):
    """A document that could not be made.

    :param kind: ``library`` (something is not installed), ``time``, ``memory`` or ``document``
    """

    def __init__(self, kind, detail=""):
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail


def write_pdfs(documents, fetch, seconds, megabytes):
    """PDF files of HTML documents, all or none.

    :param documents: pairs of HTML and options: ``base_url``, ``variant``, ``producer``
    :param fetch: function that gives (bytes, type) of an address, or raises ``ValueError``
    :param seconds: the longest time for one document
    :param megabytes: the most memory for all of them
    :raise EngineError: the first document that fails
    """
    with tempfile.TemporaryFile() as said, _process(said) as process:
        send, receive = _ends(process)
        files = []
        for position, (html, options) in enumerate(documents):
            with _deadline(process, seconds, said):
                if not position:
                    send({"megabytes": megabytes})
                send(options, html.encode())
                files.append(_answer(send, receive, fetch))
        return files


def _answer(send, receive, fetch):
    """The PDF of the document just sent, after all that it asks for on the way."""
    while True:
        header, body = receive()
        if "error" in header:
            raise EngineError(header["error"], header.get("detail", ""))
        if "url" not in header:
            return body
        try:
            data, kind = fetch(header["url"])
        except ValueError as error:
            send({"refused": str(error)})
        else:
            send({"type": kind}, data)


@contextlib.contextmanager
def _process(said):
    process = subprocess.Popen(
        [sys.executable, worker.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=said,
        env={**os.environ, **ENVIRONMENT},
    )
    try:
        yield process
    finally:
        process.kill()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.stdout.close()
        process.wait()


def _ends(process):
    def send(header, body=b""):
        worker.send(process.stdin, header, body)

    def receive():
        return worker.receive(process.stdout)

    return send, receive


@contextlib.contextmanager
def _deadline(process, seconds, said):
    """End the process after some seconds; tell why it is gone when it is."""
    started = time.monotonic()
    timer = threading.Timer(seconds, process.kill)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (EOFError, BrokenPipeError):
        if time.monotonic() - started >= seconds:
            raise EngineError("time")
        said.seek(0)
        # The libraries below Python end the program when they get no memory.
        raise EngineError("memory", said.read().decode(errors="replace")[-500:].strip())
    finally:
        timer.cancel()

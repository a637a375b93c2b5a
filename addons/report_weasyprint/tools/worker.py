"""The program that turns HTML into PDF, run as a process of its own with bounded memory.

It knows nothing of Odoo: it gets documents on its standard input, asks there for each picture or
style sheet that a document refers to, and writes PDF files to its standard output. It opens neither
files nor connections for a document. The process that started it ends it when it takes too long.
"""

import contextlib
import json
import os
import struct
import sys

SIZES = struct.Struct(">II")


def send(stream, header, body=b""):
    """Write a message: a dictionary and bytes."""
    head = json.dumps(header).encode()
    stream.write(SIZES.pack(len(head), len(body)) + head + body)
    stream.flush()


def receive(stream):
    """Read a message.

    :raise EOFError: when the other side is gone
    """
    head, body = SIZES.unpack(_read(stream, SIZES.size))
    return json.loads(_read(stream, head)), _read(stream, body)


def _read(stream, size):
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def main():
    """Answer one job: its options first, then one document after the other."""
    # What a library prints must not get between the messages.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    asked = sys.stdin.buffer
    job, _body = receive(asked)
    _limit_memory(job["megabytes"])
    try:
        printer = _printer(asked, answers)
    except (ImportError, OSError) as error:
        send(answers, {"error": "library", "detail": str(error)})
        return
    while True:
        options, html = receive(asked)
        try:
            pdf = printer(html.decode(), **options)
        except MemoryError:
            send(answers, {"error": "memory"})
            return
        except Exception as error:
            send(answers, {"error": "document", "detail": f"{type(error).__name__}: {error}"})
            return
        send(answers, {"pdf": True}, pdf)


def _limit_memory(megabytes):
    with contextlib.suppress(ImportError):
        import resource

        _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = megabytes * 1024 * 1024
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _printer(asked, answers):
    """The function that prints; made here, because the library may be missing."""
    import pydyf
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):
        """Takes ``data:`` addresses itself and asks Odoo for all others."""

        known = {}

        def fetch(self, url, headers=None):
            if url[:5].lower() == "data:":
                return super().fetch(url, headers)
            if url not in self.known:
                send(answers, {"url": url})
                self.known[url] = receive(asked)
            header, body = self.known[url]
            if "refused" in header:
                raise ValueError(header["refused"])
            return URLFetcherResponse(url, body, {"Content-Type": header["type"]})

    fetcher = Fetcher(allowed_protocols=("data",), allow_redirects=False)

    def print_document(html, base_url, variant=None, producer=None):
        def finish(_document, pdf):
            # A PDF standard wants the producer told in its XML as well, which the library writes.
            if producer and not variant:
                pdf.info["Producer"] = pydyf.String(producer)

        document = weasyprint.HTML(string=html, base_url=base_url, url_fetcher=fetcher)
        return document.write_pdf(
            pdf_variant=variant, finisher=finish, font_config=FontConfiguration()
        )

    return print_document


if __name__ == "__main__":
    # The parent has what it wanted, or is gone.
    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        main()

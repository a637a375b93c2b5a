from odoo.tests.common import BaseCase

from ..tools.engine import EngineError, write_pdfs

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4"
    "AAAAAElFTkSuQmCC"
)
ADDRESSES = """
<html><head>
    <link rel="stylesheet" href="//style.example/a.css">
    <link rel="attachment" href="file:///etc/hostname">
    <style>
        @import "file:///etc/passwd";
        @font-face { font-family: F; src: url(ftp://font.example/f.ttf) }
        p { font-family: F; background: url(http://127.0.0.1:22/x.png) }
    </style>
</head><body>
    <p>tekst</p>
    <img src="file:///etc/hostname"><img src="FILE:/etc/hostname"><img src="/web/image/1">
    <img src="gopher://x.example/"><img src="%s">
    <svg width="9" height="9"><image href="http://svg.example/x.png" width="9" height="9"/></svg>
</body></html>
"""


class TestEngine(BaseCase):
    """The process that prints opens nothing by itself."""

    def _print(self, *htmls, fetch=None, seconds=60, megabytes=1024, **options):
        def refuse(url):
            raise ValueError(f"no {url}")

        documents = [(html, {"base_url": "https://odoo.example", **options}) for html in htmls]
        return write_pdfs(documents, fetch or refuse, seconds, megabytes)

    def test_every_address_is_asked_for(self):
        """No address but data: is resolved without the parent, which refuses it; it prints on."""
        asked = []

        def fetch(url):
            asked.append(url)
            raise ValueError("no")

        (pdf,) = self._print(ADDRESSES % PIXEL, fetch=fetch)
        self.assertTrue(pdf.startswith(b"%PDF"))
        self.assertNotIn(b"EmbeddedFiles", pdf)
        self.assertEqual(
            set(asked),
            {
                "https://style.example/a.css",
                "file:///etc/hostname",
                "file:///etc/passwd",
                "ftp://font.example/f.ttf",
                "http://127.0.0.1:22/x.png",
                "FILE:/etc/hostname",
                "https://odoo.example/web/image/1",
                "gopher://x.example/",
                "http://svg.example/x.png",
            },
        )

    def test_asked_once(self):
        """What several documents refer to is asked for once."""
        asked = []

        def fetch(url):
            asked.append(url)
            return b"p { color: #123456 }", "text/css"

        html = "<link rel=stylesheet href=/a.css><p>tekst</p>"
        self.assertEqual(len(self._print(html, html, fetch=fetch)), 2)
        self.assertEqual(asked, ["https://odoo.example/a.css"])

    def test_absurd_documents(self):
        """Neither depth nor size brings the server down, and each has its reason."""
        deep = "<table><tr><td>" * 3000
        for kind, html, limits in (
            ("document", deep, {}),
            ("time", "<p>a</p>" * 100000, {"seconds": 2}),
            ("memory", "<p>a</p>" * 100000, {"megabytes": 260}),
        ):
            with self.subTest(kind), self.assertRaises(EngineError) as caught:
                self._print(html, **limits)
            self.assertEqual(caught.exception.kind, kind)

    def test_errors_of_the_server_go_on(self):
        """What the server must know of (a lost transaction) is not taken for a missing picture."""

        def fetch(_url):
            raise KeyError("transaction")

        with self.assertRaises(KeyError):
            self._print("<img src=/x.png>", fetch=fetch)

from odoo.tests.common import BaseCase

from ..tools.documents import split

CORE = """
<html lang="pl-PL"><head><title>x</title><script>alert()</script></head><body class="c"><main>
<div class="header">H1</div>
<div class="article o_a" data-oe-model="res.partner" data-oe-id="7" data-oe-lang="en_US">
    A1 <div class="header">mine</div>
</div>
<div class="footer">F1</div>
<div class="article" data-oe-model="res.users" data-oe-id="8">A2</div>
</main></body></html>
"""


class TestDocuments(BaseCase):
    """HTML cut into documents."""

    def test_articles(self):
        """Each article gets its own header and footer, language and record."""
        first, second = split(CORE, "res.partner")
        self.assertEqual((first.record_id, first.language), (7, "en_US"))
        self.assertEqual((second.record_id, second.language), (None, "pl-PL"))
        html = first.to_html({"title": "T", "subject": "S <1>"}, "size: A4;")
        self.assertIn('<html lang="en-US">', html)
        self.assertEqual(html.count("H1"), 1)
        self.assertLess(html.index("F1"), html.index("A1"))
        self.assertIn("mine", html)
        self.assertNotIn("A2", html)
        self.assertNotIn("alert", html)
        self.assertIn("<title>T</title>", html)
        self.assertIn('<meta name="description" content="S &lt;1&gt;">', html)
        self.assertIn('<body class="c">', html)
        html = second.to_html({}, "size: A4;", "margin: 1mm;")
        self.assertNotIn("H1", html)
        self.assertNotIn("F1", html)
        self.assertLess(html.index("size: A4;"), html.index("margin: 1mm;"))

    def test_no_article(self):
        """Without an article all of the body is the document."""
        (sheet,) = split("<p>jeden</p><p>dwa</p>", "res.partner")
        html = sheet.to_html({}, "")
        self.assertIsNone(sheet.record_id)
        self.assertIn("<p>jeden</p><p>dwa</p>", html)

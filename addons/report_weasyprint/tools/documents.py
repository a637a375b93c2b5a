"""The HTML that a template gives, cut into one HTML document for each article in it.

A template prints ``.article`` elements, each with a ``.header`` before and a ``.footer`` behind it,
as the layouts of Odoo and of this addon do. Header and footer run on each page of their article.
"""

from copy import deepcopy
from dataclasses import dataclass, field

import lxml.html
from lxml import etree

PARTS = ("header", "article", "footer")
HAS_CLASS = "contains(concat(' ', normalize-space(@class), ' '), ' {} ')"
IS_PART = " or ".join(HAS_CLASS.format(part) for part in PARTS)
# A header that somebody draws within an article is part of the text.
TOP_PARTS = f"//body//*[{IS_PART}][not(ancestor::*[{HAS_CLASS.format('article')}])]"

# Goes before the styles of the template, which may say more: the name of the running parts, the
# numbers that Odoo's layouts expect there.
ENGINE_CSS = """
@page {{
    {page}
    @top-left {{ content: element(header); width: 100%; }}
    @bottom-left {{ content: element(footer); width: 100%; }}
}}
.header {{ position: running(header); }}
.footer {{ position: running(footer); }}
.header .page::after, .footer .page::after {{ content: counter(page); }}
.header .topage::after, .footer .topage::after {{ content: counter(pages); }}
"""


@dataclass
class Sheet:
    """One document: a record's article with what runs on its pages."""

    nodes: list
    record_id: int | None = None
    language: str = ""
    header: list = field(default_factory=list)
    footer: list = field(default_factory=list)
    root: etree._Element | None = None

    def to_html(self, metadata, page, margins=""):
        """The sheet as an HTML document of its own.

        :param metadata: title, author, subject, keywords, creator; what is empty is left out
        :param page: declarations of the page that the styles of the template may replace
        :param margins: declarations of the page that win
        """
        html = etree.Element("html")
        if self.language:
            html.set("lang", self.language.replace("_", "-"))
        html.append(self._head(metadata, page, margins))
        body = etree.SubElement(html, "body", dict(self.root.find("body").attrib))
        # What runs on the pages comes first, else the first page would not know it.
        body.extend(deepcopy([*self.header, *self.footer, *self.nodes]))
        return "<!DOCTYPE html>" + lxml.html.tostring(html, encoding="unicode")

    def _head(self, metadata, page, margins):
        head = deepcopy(self.root.find("head"))
        for node in head.xpath(".//script | .//title"):
            node.getparent().remove(node)
        head.insert(0, _element("style", ENGINE_CSS.format(page=page)))
        if margins:
            head.append(_element("style", f"@page {{ {margins} }}"))
        head.append(_element("title", metadata.get("title") or ""))
        names = {"subject": "description", "creator": "generator"}
        for key in ("author", "subject", "keywords", "creator"):
            if value := metadata.get(key):
                etree.SubElement(head, "meta", name=names.get(key, key), content=value)
        return head


def split(html, model):
    """The sheets of a rendered template, in its order.

    :param model: name of the model whose records the articles tell; others have no record
    :return: at least one sheet: all of the body where the template has no article
    """
    root = lxml.html.document_fromstring(html, parser=lxml.html.HTMLParser(encoding="utf-8"))
    if root.find("head") is None:
        root.insert(0, etree.Element("head"))
    sheets, header = [], []
    for node in root.xpath(TOP_PARTS):
        classes = node.get("class").split()
        if "article" in classes:
            sheets.append(_sheet(root, node, model, header))
            header = []
        elif "header" in classes:
            header = [node]
        elif sheets:
            sheets[-1].footer = [node]
    language = root.get("lang") or ""
    return sheets or [Sheet(list(root.find("body")), language=language, root=root)]


def _sheet(root, node, model, header):
    record = node.get("data-oe-id", "")
    mine = node.get("data-oe-model") == model and record.isdecimal()
    return Sheet(
        [node],
        record_id=int(record) if mine else None,
        language=node.get("data-oe-lang") or root.get("lang") or "",
        header=header,
        root=root,
    )


def _element(tag, text):
    element = etree.Element(tag)
    element.text = text
    return element

"""Pictures in the texts of clauses: what a document shows is in the document itself.

An address elsewhere would tell a stranger who reads the contract and when, and could show another
picture tomorrow.
"""

import re

from lxml import etree, html

#: A picture within the text.
WITHIN = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+")
#: An attachment, as the editor inserts it.
ATTACHED = re.compile(r"(?!.*\.\.)/web/image/\d+[\w./%-]*(\?[\w=&%-]*)?")
#: Attributes by which a page loads something by itself.
LOADING = ("src", "srcset", "poster", "background", "data")


def outside(text):
    """Addresses of what would be loaded from somewhere else.

    :param str text: sanitised HTML
    :return: list of addresses
    """
    return [
        element.get(name)
        for element, name in _loaded(_tree(text))
        if not (element.tag == "img" and name == "src" and _is_ours(element.get(name)))
    ]


def within(text, read):
    """The text with its attached pictures in itself, and nothing from elsewhere.

    :param str text: sanitised HTML
    :param read: function of the address of an attachment that gives the picture as ``data:``
        address, or nothing when there is none
    :return: str
    """
    tree = _tree(text)
    found = list(_loaded(tree))
    if not found:
        return text or ""
    for element, name in found:
        address = element.get(name)
        is_picture = element.tag == "img" and name == "src"
        if is_picture and ATTACHED.fullmatch(address):
            address = read(address)
        if is_picture and address and WITHIN.fullmatch(address):
            element.set(name, address)
        elif is_picture:
            element.drop_tree()
        else:
            del element.attrib[name]
    inner = "".join(html.tostring(child, encoding="unicode") for child in tree)
    return (tree.text or "") + inner


def _is_ours(address):
    return WITHIN.fullmatch(address) or ATTACHED.fullmatch(address)


def _tree(text):
    return html.fragment_fromstring(text or "", create_parent="div")


def _loaded(tree):
    """The attributes by which something is loaded, with their elements."""
    for element in tree.iter(etree.Element):
        for name, value in element.attrib.items():
            is_link = name == "href" and element.tag not in ("a", "area")
            if name in LOADING or is_link or (name == "style" and "url" in value.lower()):
                yield element, name

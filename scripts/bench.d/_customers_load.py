"""Runs inside of an Odoo shell: the first load of a spreadsheet, or the same by core's ``load()``.

Reads SIDE and ROWS from the environment and prints one line of JSON with seconds and counts.
"""

import base64
import hashlib
import io
import json
import os
import time

import openpyxl

SIDE, ROWS = os.environ["BENCH_SIDE"], int(os.environ["BENCH_ROWS"])
CUSTOMERS, LOCATIONS, PEOPLE = ROWS // 4, ROWS // 2, ROWS // 4
Partner, Membership = env["res.partner"], env["service.membership"]  # noqa: F821
STATE = ["name", "type", "zip", "city", "street", "email", "phone", "is_company", "ref", "lang"]
STATE += ["complete_name", "service_location_path", "vat"]
ADDRESS = ["Postal code", "City", "Street"]


def place(number):
    return [f"{50 + number % 9}-{number % 1000:03}", "Wrocław", f"Ulica {number}"]


def customers():
    return [
        [f"Klient {n}", f"K{n}", f"biuro{n}@k.example", f"71 555 {n:04}", *place(n)]
        for n in range(CUSTOMERS)
    ]


def locations():
    return [[f"K{n % CUSTOMERS}", f"Oddział {n // CUSTOMERS}", *place(n)] for n in range(LOCATIONS)]


def people():
    return [[f"K{n % CUSTOMERS}", f"Osoba {n}", f"o{n}@k.example"] for n in range(PEOPLE)]


def workbook():
    """The spreadsheet as somebody would upload it."""
    book = openpyxl.Workbook(write_only=True)
    for title, head, lines in (
        ("Customers", ["Customer name", "Symbol", "E-mail", "Phone", *ADDRESS], customers()),
        ("Locations", ["Customer", "Location name", *ADDRESS], locations()),
        ("People", ["Customer", "First and last name", "E-mail", "Roles"], people()),
    ):
        sheet = book.create_sheet(title)
        sheet.append(head)
        for line in lines:
            sheet.append([*line, "user"] if title == "People" else line)
    file = io.BytesIO()
    book.save(file)
    return base64.b64encode(file.getvalue())


def ours(file):
    """Upload, check and load; the background work is done here, batch by batch."""
    load = env["service.load"].create({"file": file, "filename": "bench.xlsx"})  # noqa: F821
    load.action_check()
    load.action_load()
    while load.state == "loading":
        load._load_batch()
        env.cr.commit()  # noqa: F821
    assert not load.refused_count, "rows were refused"


def core():
    """The same by core: four imports with external ids, so that a second run would update."""
    _import(
        Partner,
        [
            "id",
            "name",
            "ref",
            "email",
            "phone",
            "zip",
            "city",
            "street",
            "country_id",
            "is_company",
        ],
        [[f"bench.k{n}", *row, "Poland", "1"] for n, row in enumerate(customers())],
    )
    _import(
        Partner,
        ["id", "parent_id/id", "name", "zip", "city", "street", "type"],
        [
            [f"bench.l{n}", f"bench.k{row[0][1:]}", *row[1:], "Location"]
            for n, row in enumerate(locations())
        ],
    )
    _import(
        Partner,
        ["id", "parent_id/id", "name", "email"],
        [[f"bench.p{n}", f"bench.k{row[0][1:]}", *row[1:]] for n, row in enumerate(people())],
    )
    _import(
        Membership,
        ["id", "contact_id/id", "customer_id/id", "role"],
        [
            [f"bench.m{n}", f"bench.p{n}", f"bench.k{row[0][1:]}", "User"]
            for n, row in enumerate(people())
        ],
    )


def _import(model, fields, lines):
    """As Odoo's import screen calls it: 2 000 lines a request, no tracking."""
    model = model.with_context(import_file=True, tracking_disable=True)
    for start in range(0, len(lines), 2000):
        result = model.load(fields, lines[start : start + 2000])
        assert result["ids"], result["messages"][:3]
        env.cr.commit()  # noqa: F821


def state():
    """What there is in the end, to be the same on both sides: counts, and a hash of all values."""
    partners = Partner.search([("id", ">", LAST)])
    lines = (
        [record.country_id.code, record.service_region_id.name, *(record[name] for name in STATE)]
        for record in partners
    )
    text = "".join(sorted(map(json.dumps, lines)))
    count = Membership.search_count([("contact_id", "in", partners.ids)])
    return [len(partners), count, hashlib.sha256(text.encode()).hexdigest()]


def timed(action, *args):
    env.invalidate_all()  # noqa: F821
    start = time.monotonic()
    action(*args)
    return time.monotonic() - start


LAST = Partner.with_context(active_test=False).search([], order="id desc", limit=1).id
result = {}
if SIDE == "ours":
    file = workbook()
    result["first"] = timed(ours, file)
    result["again"] = timed(ours, file)
else:
    result["first"] = timed(core)
print("BENCH " + json.dumps(result | {"state": state()}))

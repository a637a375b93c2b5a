"""Fills a database for ``customer_lists``: the same rows with the suite or without.

Runs in Odoo's shell. One contact of each kind is made by the ORM; SQL then copies its row, so that
whatever columns the installed modules have hold what they would.
"""

from odoo import Command
from odoo.tools import SQL

CUSTOMERS, LOCATIONS, PEOPLE = 5000, 20000, 15000
#: The first customer is a chain with many branches and people; others have four and three.
BRANCHES, STAFF = 500, 300
TOWNS = ("Wrocław", "Oława", "Legnica", "Brzeg", "Opole", "Lubin", "Nysa", "Świdnica")
SUITE = "service.membership" in env  # noqa: F821
env = env(context={"tracking_disable": True, "lang": "pl_PL"})  # noqa: F821


def columns(table, skipped):
    """Names of the columns to be copied as they are."""
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table]
    )
    return [name for (name,) in env.cr.fetchall() if name not in skipped]


def clone(sample, rows, **changed):
    """Copy the row of a record with other values.

    :param rows: SQL of a FROM clause that gives ``n``
    :param changed: SQL of a value by column
    """
    env.flush_all()
    kept = columns("res_partner", {"id", *changed})
    env.cr.execute(
        SQL(
            "INSERT INTO res_partner (%s) SELECT %s FROM %s, res_partner s WHERE s.id = %s",
            SQL(", ").join(map(SQL.identifier, [*changed, *kept])),
            SQL(", ").join([*map(SQL, changed.values()), *(SQL.identifier("s", x) for x in kept)]),
            SQL(rows),
            sample.id,
        )
    )


def town(number):
    return f"(ARRAY{list(TOWNS)})[1 + {number} %% {len(TOWNS)}]"


def fill_partners():
    partners = env["res.partner"]
    poland = env.ref("base.pl")
    place = "location" if SUITE else "other"
    address = {"city": "Wrocław", "zip": "50-001", "country_id": poland.id}
    company = partners.create({"name": "Sample", "is_company": True, **address})
    location = partners.create(
        {"name": "Sample", "type": place, "parent_id": company.id, "city": "Brzeg", "zip": "49-300"}
    )
    person = partners.create({"name": "Sample", "parent_id": company.id, "email": "a@b.example"})
    clone(
        company,
        f"generate_series(1, {CUSTOMERS}) n",
        name="'Firma ' || n",
        complete_name="'Firma ' || n",
        ref="'C' || n",
        city=town("n"),
        email="'biuro' || n || '@firma.example'",
        email_normalized="'biuro' || n || '@firma.example'",
        commercial_company_name="'Firma ' || n",
    )
    env.cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE ref ~ '^C[0-9]+$'")
    # Which customer row n belongs to: the first rows are the chain's, the others in turn.
    owner = (
        "(SELECT n, c.id AS customer, c.name AS customer_name FROM generate_series(1, {rows}) n"
        " JOIN res_partner c ON c.ref = 'C' || CASE WHEN n <= {first} THEN 1"
        f" ELSE 2 + n %% {CUSTOMERS - 1} END) owned"
    )
    # Named so that people come first: with the suite a card lists no places, without it both, and
    # the 40 rows it reads must be the same.
    path = {"service_location_path": "'Punkt ' || n"} if SUITE else {}
    clone(
        location,
        owner.format(rows=LOCATIONS, first=BRANCHES),
        name="'Punkt ' || n",
        complete_name="customer_name || ', Punkt ' || n",
        ref="'L' || n",
        city=town("n"),
        parent_id="customer",
        commercial_partner_id="customer",
        commercial_company_name="customer_name",
        **path,
    )
    flag = {"service_has_membership": "true"} if SUITE else {}
    clone(
        person,
        owner.format(rows=PEOPLE, first=STAFF),
        name="'Osoba ' || n",
        complete_name="customer_name || ', Osoba ' || n",
        ref="'P' || n",
        email="'osoba' || n || '@firma.example'",
        email_normalized="'osoba' || n || '@firma.example'",
        parent_id="customer",
        commercial_partner_id="customer",
        commercial_company_name="customer_name",
        **flag,
    )


def fill_memberships():
    """Every person has a role; those of the chain's users only for every tenth branch."""
    env.cr.execute(
        """
        INSERT INTO service_membership
               (contact_id, customer_id, role, scope, date_from, active, create_uid, create_date)
        SELECT p.id, p.parent_id, (ARRAY['decision', 'user', 'accounting'])[1 + n % 3],
               CASE WHEN n % 3 = 1 THEN 'locations' ELSE 'all' END, '2020-01-01', true, 1, now()
          FROM (SELECT id, parent_id, substr(ref, 2)::int AS n FROM res_partner
                 WHERE ref ~ '^P[0-9]+$') p
        """
    )
    for table in ("service_membership_location_rel", "service_membership_scope_rel"):
        env.cr.execute(
            SQL(
                """
                INSERT INTO %s (membership_id, location_id)
                SELECT m.id, l.id
                  FROM service_membership m
                  JOIN res_partner p ON p.id = m.contact_id
                  JOIN res_partner l ON l.parent_id = m.customer_id AND l.type = 'location'
                 WHERE m.scope = 'locations'
                   AND (substr(l.ref, 2)::int + substr(p.ref, 2)::int) %% 10 < 1
                """,
                SQL.identifier(table),
            )
        )


def fill_users():
    """One account for each role; without the suite the same people are portal users."""
    # What of Odoo the suite switches on for everybody, the others' staff has, too.
    features = (
        "product.group_product_pricelist",
        "stock.group_production_lot",
        "stock.group_stock_multi_locations",
    )
    links = [Command.link(env.ref(name).id) for name in features]
    env.ref("base.group_user").write({"implied_ids": links})
    user = ["base.group_user"]
    groups = {"dispatcher": [*user, "base.group_partner_manager"], "technician": user}
    if SUITE:
        groups = {role: [f"service_customer.group_service_{role}"] for role in groups}
    for role, names in groups.items():
        user = {"name": role, "login": f"bench_{role}"}
        links = [Command.link(env.ref(name).id) for name in names]
        env["res.users"].create({**user, "group_ids": links, "lang": "pl_PL"})
    # The first people after the chain's work for small customers; every third decides.
    for number, role in ((3, "decision"), (1, "user"), (2, "accounting"), (303, "small")):
        person = env["res.partner"].search([("ref", "=", f"P{number}")])
        env["res.users"].create(
            {
                "login": f"bench_{role}",
                "partner_id": person.id,
                "group_ids": [Command.set(env.ref("base.group_portal").ids)],
                "lang": "pl_PL",
            }
        )


fill_partners()
if SUITE:
    fill_memberships()
env.invalidate_all()
fill_users()
env.cr.commit()
env.cr.execute("ANALYZE")
env.cr.commit()
print("FILLED")

# Run in Odoo's shell with CONTRACTS set, in the database that fill.py has made.
# ruff: noqa: F821
from datetime import date, timedelta

from odoo.addons.service_contract.tools import Question

ROUNDS = 2
BATCH = 10_000
EACH = 20
DAY = date(2025, 6, 1)
KINDS = ("part", "part", "part", "consumable", "labour", "travel")

env = act_as_manager()(context={"lang": "pl_PL"})
Contract, Cover = env["service.contract"], env["service.cover"]
contracts = Contract.search([], order="id")
products = env["product.product"].search([("name", "like", "Towar ")], order="id")
lists = contracts.pricelist_id
facts = []
for index, contract in enumerate(contracts):
    place, number = divmod(index, len(lists))
    facts += [
        {
            "company": env.company,
            "customer": contract.customer_id,
            "location": stay.device_id.location_id,
            "device": stay.device_id,
            "date": DAY + timedelta(days=(index + each) % 30),
            "item_kind": KINDS[(index + each) % len(KINDS)],
            # No product is asked for twice by one price list, as the peer asks for none twice.
            "product": products[(5 * (EACH * place + each) + number) % len(products)],
            "quantity": 1.0 + each % 2,
            "is_lease": contract.type_id.code == "lease",
            "pricelist": contract.pricelist_id,
        }
        for each in range(EACH)
        for stay in contract.device_ids.sorted("id")[each % 4]
    ]
pairs = {}
for fact in facts:
    pairs.setdefault(fact.pop("pricelist"), set()).add(fact["product"].id)
pairs = {pricelist.id: sorted(ids) for pricelist, ids in pairs.items()}
if sum(map(len, pairs.values())) != len(facts):
    raise SystemExit("The peer would be asked for fewer prices.")


def questions(some, fault):
    """These facts asked about; by the customer's fault or not where a lease covers them."""
    return [
        Question(
            **{name: value for name, value in fact.items() if name != "is_lease"},
            uom=fact["product"].uom_id,
            fault=fault and fact["is_lease"],
        )
        for fact in some
    ]


leases = [fact for fact in facts if fact["is_lease"]]
others = [fact for fact in facts if not fact["is_lease"]]
share = 7 * len(facts) // 10
mixed = (leases * 2)[:share] + others[: len(facts) - share]
mixed.sort(key=lambda fact: fact["device"].id)
asked = {"priced": questions(facts, True), "covered": questions(mixed, False)}


def ours(figure):
    """Whether each question of a set is covered."""
    found = asked[figure]
    return [
        answer.covered
        for start in range(0, len(found), BATCH)
        for answer in Cover.resolve(found[start : start + BATCH])
    ]


def peer():
    """As many prices by the price lists themselves, one call for each."""
    Product, Pricelist = env["product.product"], env["product.pricelist"]
    return [
        Pricelist.browse(number)._compute_price_rule(Product.browse(ids), 1.0, date=DAY)
        for number, ids in pairs.items()
    ]


def seconds(function, *arguments):
    """How long a call takes that begins with nothing in memory."""
    env.invalidate_all()
    gc.collect()
    start = computed()
    result = function(*arguments)
    return computed() - start, result


def queries(number):
    """Of one batch of the mixed set, with nothing in memory."""
    some = asked["covered"][:number]
    env.invalidate_all()
    before = env.cr.sql_log_count
    Cover.resolve(some)
    return env.cr.sql_log_count - before


gc.disable()
Cover.resolve(asked["covered"][:100])  # what Odoo keeps for all, such as translations
best = {"peer": float("inf"), "priced": float("inf"), "covered": float("inf")}
for _round in range(ROUNDS):
    for name in best:
        took, result = seconds(peer) if name == "peer" else seconds(ours, name)
        best[name] = min(best[name], took)
        if name != "peer" and sum(result) != (share if name == "covered" else 0):
            raise SystemExit(f"{name}: {sum(result)} of {len(result)} are covered.")
figures = {
    name: {"ours": best[name], "peer": best["peer"], "unit": "s"} for name in ("priced", "covered")
}
figures["queries"] = {"ours": queries(BATCH), "peer": queries(100), "unit": "queries"}
print(MARK, json.dumps(figures))

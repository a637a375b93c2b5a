"""Random questions about who pays."""

from datetime import timedelta

import pytest
from hypothesis import given, settings, strategies as st

from odoo.addons.service_contract.tools.cover import Question

from .scene import fleet, read_only, terms

RULES = {"fault", "complaint", "warranty", "contract", "customer_price", "general_price"}
KINDS = ["labour", "travel", "part", "consumable", "maintenance", "courier", "loaner"]
NUMBER = st.integers(0, 100)

FACTS = st.fixed_dictionaries(
    {
        "customer": NUMBER,
        "located": st.booleans(),
        "device": st.one_of(st.none(), NUMBER),
        "days": st.one_of(st.sampled_from([-301, -300, -100, -99, 0, 1]), st.integers(-900, 400)),
        "kind": st.sampled_from(KINDS),
        "product": st.one_of(st.none(), NUMBER),
        "quantity": st.one_of(st.just(1.0), st.floats(0.01, 10_000, allow_nan=False)),
        "fault": st.booleans(),
        "currency": st.sampled_from([None, "PLN", "EUR"]),
    }
)


@pytest.fixture(scope="module")
def scene(inside):
    """Customers, devices and contracts."""
    return terms(inside, fleet(inside))


def question(env, scene, facts) -> Question:
    """The question that these numbers mean."""
    number = facts["customer"] % len(scene.customers)
    product = facts["product"]
    product = (
        env["product.product"] if product is None else scene.products[product % len(scene.products)]
    )
    device = facts["device"]
    return Question(
        company=env.company,
        customer=scene.customers[number],
        location=scene.sites[number] if facts["located"] else env["res.partner"],
        device=None if device is None else scene.devices[device % len(scene.devices)],
        date=scene.now.date() + timedelta(days=facts["days"]),
        item_kind=facts["kind"],
        product=product,
        quantity=facts["quantity"],
        uom=product.uom_id,
        fault=facts["fault"],
        currency=facts["currency"] and env.ref(f"base.{facts['currency']}"),
    )


@settings(max_examples=150)
@given(many=st.lists(FACTS, min_size=1, max_size=6), data=st.data())
def test_answers(many, data, inside, scene):
    """Each question has one answer, the same whenever, in whatever company and order it is asked;
    somebody who may pay pays all of it; and nothing is written."""
    cover = inside["service.cover"]
    questions = [question(inside, scene, facts) for facts in many]
    order = data.draw(st.permutations(range(len(questions))))
    with read_only(inside):
        answers = cover.resolve(questions)
        assert len(answers) == len(questions)
        for asked, answer in zip(questions, answers, strict=True):
            assert cover.resolve([asked]) == [answer]
            check(scene, asked, answer)
        shuffled = cover.resolve([questions[number] for number in order])
        assert shuffled == [answers[number] for number in order]


def check(scene, asked, answer) -> None:
    """What must be true of any answer."""
    assert answer.rule in RULES
    assert answer.reason.strip()
    assert sum(share.quantity for share in answer.shares) == pytest.approx(asked.quantity)
    for share in answer.shares:
        assert share.price_unit >= 0 and 0 <= share.discount <= 100
        assert share.partner in allowed(scene, asked, answer, share.payer)
        assert share.currency == (
            asked.currency or answer.contract.currency_id or asked.company.currency_id
        )
    free = all(s.payer == "own" or s.discount == 100 for s in answer.shares)
    assert answer.covered == free
    if answer.contract:
        stays = answer.contract.device_ids.filtered(lambda stay: stay.device_id == asked.device)
        assert any(stay._covers(asked.date) for stay in stays)
        assert answer.contract.decision == "concluded"
    if asked.fault and answer.covered:
        assert answer.contract, "only a contract forgives what the customer broke"


def allowed(scene, asked, answer, payer):
    """Who may be charged as this payer."""
    if payer == "own":
        return asked.company.partner_id
    return answer.contract.invoice_partner_id or asked.customer

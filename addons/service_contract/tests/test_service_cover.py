from datetime import timedelta

from odoo.tests import tagged, users

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestServiceCover(ServiceContractCommon):
    def test_the_name_of_a_type_stands_in_a_sentence(self):
        contract = self._create_contract(self.lease_type, self.own_device)
        for name, shown in (("Lease", "lease"), ("POS", "POS")):
            self.lease_type.name = name
            self.assertIn(f"contract {contract.name}, {shown}:", self._ask(self.own_device).reason)

    def test_deciders_are_asked_in_the_order_of_the_trade(self):
        self.assertEqual(
            self.env["service.cover"]._deciders(),
            [
                "_decide_fault",
                "_decide_complaint",
                "_decide_warranty",
                "_decide_contract",
                "_decide_customer_price",
                "_decide_general_price",
            ],
        )

    def test_the_first_decider_that_answers_wins(self):
        asked = []
        Cover = self.env.registry["service.cover"]

        def complaint(cover, undecided):
            asked.append(("complaint", sorted(undecided)))
            index = min(undecided)
            return {index: cover._covered(undecided[index], *cover._cases(undecided)[index])}

        def warranty(cover, undecided):
            asked.append(("warranty", sorted(undecided)))
            return {}

        self.patch(Cover, "_decide_complaint", complaint)
        self.patch(Cover, "_decide_warranty", warranty)
        questions = [
            self._question(self.own_device, fault=True),
            self._question(self.own_device),
            self._question(self.own_device),
        ]
        self._create_contract(self.lease_type, self.own_device)
        answers = self.env["service.cover"].resolve(questions)
        self.assertEqual(asked, [("complaint", [1, 2]), ("warranty", [2])])
        self.assertEqual([answer.rule for answer in answers], ["fault", "contract", "contract"])

    def test_a_lease_covers_labour_and_parts(self):
        contract = self._create_contract(self.lease_type, self.own_device)
        for kind in ("labour", "travel", "part", "consumable"):
            answer = self._ask(self.own_device, kind)
            self.assertAnswer(answer, True, 0.0, "contract", contract.name)
            self.assertEqual(answer.contract, contract)
            self.assertEqual(answer.shares[0].partner, self.company.partner_id)

    def test_a_part_broken_by_the_customer_is_paid_by_the_contracts_price(self):
        contract = self._create_contract(
            self.lease_type, self.own_device, pricelist_id=self.contract_prices.id
        )
        answer = self._ask(self.own_device, fault=True, quantity=2.0)
        self.assertAnswer(
            answer, False, 80.0, "fault", f"customer's fault: price from contract {contract.name}"
        )
        self.assertEqual(answer.shares[0].quantity, 2.0)
        self.assertEqual(answer.shares[0].partner, self.customer)
        self.assertEqual(answer.shares[0].currency, self.company.currency_id)

    def test_the_fault_falls_back_to_the_customers_and_to_general_prices(self):
        self._create_contract(self.lease_type, self.own_device)
        self.assertAnswer(
            self._ask(self.own_device, fault=True), False, 100.0, "fault", "general price"
        )
        self.customer.specific_property_product_pricelist = self.customer_prices
        self.assertAnswer(
            self._ask(self.own_device, fault=True),
            False,
            90.0,
            "fault",
            "customer's price list",
        )

    def test_a_contract_may_forgive_the_fault(self):
        self.lease_type.coverage_ids.filtered(
            lambda row: row.item_kind == "part"
        ).fault_rule = "covered"
        self._create_contract(self.lease_type, self.own_device)
        self.assertAnswer(self._ask(self.own_device, fault=True), True, 0.0, "contract", "covered")
        self.assertAnswer(
            self._ask(self.own_device, "labour", fault=True), False, 200.0, "fault", "fault"
        )

    def test_labour_by_the_customers_fault_costs_the_rate_of_that_day(self):
        contract = self._create_contract(self.lease_type, self.own_device, activate=False)
        self._create_rate(contract, labour=150)
        self._create_rate(contract, date_from=self.today - timedelta(days=10), labour=160)
        contract.action_activate()
        for days_ago, price in ((11, 150.0), (10, 160.0), (0, 160.0)):
            answer = self._ask(
                self.own_device,
                "labour",
                fault=True,
                date=self.today - timedelta(days=days_ago),
            )
            self.assertAnswer(answer, False, price, "fault", contract.name)

    def test_service_only_has_the_prices_of_the_contract(self):
        contract = self._create_contract(
            self.service_type,
            self.customer_device,
            activate=False,
            pricelist_id=self.contract_prices.id,
        )
        self._create_rate(contract, labour=150)
        contract.action_activate()
        self.assertAnswer(
            self._ask(self.customer_device), False, 80.0, "contract", "price from contract"
        )
        self.assertAnswer(
            self._ask(self.customer_device, "labour"), False, 150.0, "contract", "not covered"
        )

    def test_all_in_covers_the_customers_device(self):
        self._create_contract(self.all_in_type, self.customer_device)
        self.assertAnswer(
            self._ask(self.customer_device, "consumable"), True, 0.0, "contract", "consumables"
        )

    def test_the_price_source_of_the_cover_is_kept(self):
        row = self.service_type.coverage_ids.filtered(lambda row: row.item_kind == "part")
        self._create_contract(
            self.service_type, self.customer_device, pricelist_id=self.contract_prices.id
        )
        self.customer.specific_property_product_pricelist = self.customer_prices
        for source, price in (("contract", 80.0), ("customer", 90.0), ("general", 100.0)):
            row.price_source = source
            self.assertEqual(self._ask(self.customer_device).shares[0].price_unit, price)

    def test_cover_by_percent_is_a_discount(self):
        row = self.service_type.coverage_ids.filtered(lambda row: row.item_kind == "part")
        row.write({"mode": "percent", "percent": 40})
        self._create_contract(self.service_type, self.customer_device)
        answer = self._ask(self.customer_device)
        self.assertAnswer(answer, False, 100.0, "contract", "40 %")
        self.assertEqual(answer.shares[0].discount, 40)

    def test_without_a_contract_the_customers_prices_then_the_general_ones(self):
        self.assertAnswer(self._ask(self.own_device), False, 100.0, "general_price", "no contract")
        self.customer.specific_property_product_pricelist = self.customer_prices
        self.assertAnswer(self._ask(self.own_device), False, 90.0, "customer_price", "no contract")
        self.assertAnswer(
            self._ask(self.own_device, "labour"), False, 200.0, "general_price", "general price"
        )

    def test_another_contracts_prices_are_nobodys_general_prices(self):
        self._create_contract(self.lease_type, pricelist_id=self.contract_prices.id)
        self.assertEqual(self._ask(self.own_device).shares[0].price_unit, 100.0)

    def test_a_question_needs_neither_device_nor_product(self):
        self.assertAnswer(self._ask(None), False, 100.0, "general_price", "no contract")
        answer = self._ask(None, product=self.part, uom=None, location=None)
        self.assertEqual(answer.shares[0].price_unit, 100.0)
        nothing = self.env["product.product"]
        question = self._question(None)
        question = type(question)(
            **{
                name: nothing if name == "product" else getattr(question, name)
                for name in question.__dataclass_fields__
            }
        )
        [answer] = self.env["service.cover"].resolve([question])
        self.assertEqual(answer.shares[0].price_unit, 0.0)

    def test_the_days_around_the_edges_of_a_stay(self):
        contract = self._create_contract(self.lease_type, self.own_device)
        start = contract.date_start
        contract.device_ids.date_end = start + timedelta(days=10)
        for days, covered in ((-1, False), (0, True), (9, True), (10, False)):
            answer = self._ask(self.own_device, date=start + timedelta(days=days))
            self.assertEqual(answer.covered, covered, days)

    def test_prices_follow_unit_quantity_dates_and_nested_lists(self):
        base = self._create_pricelist("Base", 70)
        self.contract_prices.item_ids.write(
            {"compute_price": "formula", "base": "pricelist", "base_pricelist_id": base.id}
        )
        self.contract_prices.item_ids.price_discount = 10
        base.item_ids.copy({"min_quantity": 10, "fixed_price": 50})
        base.item_ids.copy(
            {"fixed_price": 1, "date_start": self.today + timedelta(days=1), "min_quantity": 100}
        )
        self._create_contract(
            self.service_type, self.customer_device, pricelist_id=self.contract_prices.id
        )
        dozen = self.env.ref("uom.product_uom_dozen")
        for vals, price in (
            ({"quantity": 1}, 63.0),
            ({"quantity": 10}, 45.0),
            ({"quantity": 200}, 45.0),
            ({"quantity": 1, "uom": dozen}, 540.0),
        ):
            answer = self._ask(self.customer_device, **vals)
            self.assertAlmostEqual(answer.shares[0].price_unit, price, msg=str(vals))

    def test_the_answer_comes_in_the_currency_asked_for(self):
        currency = self.env["res.currency"].create(
            {"name": "XTS", "symbol": "X", "rate_ids": [(0, 0, {"name": self.today, "rate": 4})]}
        )
        share = self._ask(self.own_device, currency=currency).shares[0]
        self.assertEqual((share.price_unit, share.currency), (400.0, currency))

    def test_answers_come_in_the_order_of_the_questions(self):
        self._create_contract(self.lease_type, self.own_device)
        questions = [
            self._question(self.customer_device),
            self._question(self.own_device),
            self._question(self.own_device, fault=True),
            self._question(None, "labour"),
        ]
        rules = [answer.rule for answer in self.env["service.cover"].resolve(questions)]
        self.assertEqual(rules, ["general_price", "contract", "fault", "general_price"])
        self.assertEqual(self.env["service.cover"].resolve([]), [])

    @users("device_technician", "device_warehouse")
    def test_the_answer_does_not_depend_on_who_asks(self):
        contract = self._create_contract(
            self.lease_type, self.own_device, pricelist_id=self.contract_prices.id
        )
        [answer] = self.env["service.cover"].resolve([self._question(self.own_device, fault=True)])
        self.assertAnswer(answer, False, 80.0, "fault", contract.name)
        self.assertFalse(answer.contract.env.su)
        self.assertFalse(answer.shares[0].partner.env.su)
        contract.device_ids.unlink()
        self._end(contract)

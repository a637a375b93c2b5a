from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.service_contract.tools.indexation import Change

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestServiceIndexation(ServiceContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.day = cls.today + relativedelta(months=1, day=1)
        cls.mono, cls.colour = (
            cls.env.ref(f"service_meter.meter_type_{name}") for name in ("mono", "colour")
        )
        cls.index = cls.env["service.price.index"].create(
            {
                "name": "Consumer Prices",
                "value_ids": [Command.create({"year": cls.day.year - 1, "value": 103.6})],
            }
        )
        cls.contract = cls._sign_indexed(indexation_method="percent", indexation_percent=3.6)

    @classmethod
    def _sign_indexed(cls, **vals):
        """A contract two years old with a price of every kind."""
        contract = cls._create_contract(
            cls.lease_type,
            activate=False,
            date_start=cls.today - timedelta(days=730),
            indexation_month="1",
            **vals,
        )
        cls.env["service.rate"].create(
            {
                "contract_id": contract.id,
                "date_from": contract.date_start,
                "line_ids": [
                    Command.create({"kind": "base_fee", "price_unit": 310}),
                    Command.create(
                        {
                            "kind": "pages",
                            "meter_type_id": cls.mono.id,
                            "price_unit": 0.0285,
                            "minimum_amount": 50,
                            "tier_ids": [Command.create({"from_page": 5001, "price_unit": 0.0245})],
                        }
                    ),
                    Command.create(
                        {
                            "kind": "pages",
                            "meter_type_id": cls.colour.id,
                            "price_unit": 29.5,
                            "per": "1000",
                            "block_pages": 1000,
                            "block_price": 200,
                        }
                    ),
                    Command.create({"kind": "labour", "price_unit": 150}),
                ],
            }
        )
        contract.action_activate()
        return contract

    def _run(self, contracts=None, user="manager", **vals):
        """A run with its preview."""
        contracts = self.contract if contracts is None else contracts
        vals = {"date": self.day, "contract_ids": [Command.set(contracts.ids)], **vals}
        run = self.env["service.indexation.run"].with_user(self.users[user]).create(vals)
        run.action_preview()
        return run

    def _prices(self, rate):
        """All prices of a version, as they are entered."""
        fee, mono, colour, labour = rate.line_ids
        return [
            fee.price_unit,
            mono.price_unit,
            mono.tier_ids.price_unit,
            mono.minimum_amount,
            colour.price_unit,
            colour.block_price,
            labour.price_unit,
        ]

    def test_years_go_on_with_another_customer(self):
        self.contract.indexation_first_year_exempt = True
        heir = self.env["res.partner"].create({"name": "Heir S.A.", "is_company": True})
        new = self.contract._hand_over(heir, self.today)
        self.assertFalse(new._indexation_refusal(self.day, False), "not in its first year")
        lines = self.env["service.indexation.line"]
        self._run().action_apply()
        done = lines.search([("contract_id", "=", self.contract.id)])
        self.assertEqual(done.state, "applied")
        self.assertIn("already", lines._prepare_vals(new, self.day)[0]["reason"])
        self.assertIn(new, self.contract._with_later_parties())

    def test_the_preview_shows_each_price_and_changes_nothing(self):
        run = self._run()
        [line] = run.line_ids
        self.assertEqual((run.state, line.state, line.change), ("preview", "proposed", "+3.60 %"))
        self.assertEqual(
            [(row.per, row.price_before, row.price_after) for row in line.price_ids],
            [
                ("1", 310, 321.16),
                ("1", 0.0285, 0.0295),
                ("1", 0.0245, 0.0254),
                ("1", 50, 51.8),
                ("1000", 29.5, 30.56),
                ("1000", 200, 207.2),
                ("1", 150, 155.4),
            ],
        )
        self.assertEqual(len(self.contract.rate_ids), 1)

    def test_a_preview_asks_as_little_for_many_contracts_as_for_one(self):
        rule = {"indexation_method": "index", "indexation_index_id": self.index.id}
        others = [self._sign_indexed(**rule) for _number in range(6)]
        runs = [
            self._run(contracts)
            for contracts in (self.contract.union(*others[:1]), others[1].union(*others))
        ]
        counts = []
        for run in runs[:1] + runs:  # what is cached once for all is not counted
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            run.action_preview()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_applied_prices_are_a_new_version_and_the_past_stays(self):
        run = self._run()
        before = self._prices(self.contract.rate_ids)
        run.action_apply()
        self.assertEqual((run.state, run.line_ids.state), ("applied", "applied"))
        old, new = self.contract.rate_ids.sorted("date_from")
        self.assertEqual(self._prices(old), before)
        self.assertEqual(new.date_from, self.day)
        self.assertEqual(self._prices(new), [321.16, 0.0295, 0.0254, 51.8, 30.56, 207.2, 155.4])
        self.assertEqual(self.contract._get_rate(self.day - timedelta(days=1)), old)
        self.assertEqual(self.contract._get_rate(self.day), new)

    def test_each_contract_once_a_year(self):
        self._run().action_apply()
        again = self._run(date=self.day + timedelta(days=1))
        self.assertEqual(again.line_ids.state, "excluded")
        self.assertIn("raised already", again.line_ids.reason)
        with self.assertRaises(UserError):
            again.action_apply()

    def test_two_previews_raise_the_prices_once(self):
        first, second = self._run(), self._run()
        first.action_apply()
        second.action_apply()
        self.assertEqual(second.line_ids.state, "error")
        self.assertIn("Make the preview anew", second.line_ids.reason)
        self.assertEqual(len(self.contract.rate_ids), 2)
        self.assertTrue(second.activity_ids)

    def test_the_database_itself_refuses_a_second_time(self):
        self._run().action_apply()
        lines = self.env["service.indexation.line"]
        [applied] = lines.search([("contract_id", "=", self.contract.id)])
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            applied.copy({"state": "applied"})
            self.env.flush_all()

    def test_prices_changed_since_the_preview_are_not_raised_blindly(self):
        run = self._run()
        self._create_rate(self.contract, self.today + timedelta(days=1), base_fee=999)
        run.action_apply()
        self.assertEqual(run.line_ids.state, "error")
        run.action_preview()
        self.assertEqual(run.line_ids.price_ids.price_before, 999)

    def test_what_is_not_raised_says_why(self):
        young = self._sign_indexed(indexation_method="percent", indexation_percent=5)
        young.date_start = self.today - timedelta(days=100)
        ending = self._sign_indexed(
            indexation_method="percent",
            indexation_percent=5,
            date_end=self.day - timedelta(days=1),
        )
        unknown = self._sign_indexed(
            indexation_method="index", indexation_index_id=self.index.copy({"value_ids": []}).id
        )
        bare = self._sign_indexed(indexation_method="percent", indexation_percent=5)
        self.env.cr.execute("DELETE FROM service_rate WHERE contract_id = %s", [bare.id])
        bare.invalidate_recordset()
        ahead = self._sign_indexed(indexation_method="percent", indexation_percent=5)
        self._create_rate(ahead, self.day + timedelta(days=5), base_fee=1)
        run = self._run(young | ending | unknown | bare | ahead | self.contract)
        reasons = {line.contract_id: line.reason or line.state for line in run.line_ids}
        for contract, words in {
            young: "first year until",
            ending: "ends on",
            unknown: "is not entered",
            bare: "has no prices",
            ahead: "already",
            self.contract: "proposed",
        }.items():
            self.assertIn(words, reasons[contract])
        run.action_apply()
        self.assertEqual(
            set(run.line_ids.filtered(lambda line: line.state == "applied").contract_id),
            {self.contract},
        )

    def test_what_was_billed_is_not_raised(self):
        Contract = self.env.registry["service.contract"]
        open_from = self.day + timedelta(days=15)
        run = self._run()
        with patch.object(
            Contract, "_open_from_each", lambda contracts: dict.fromkeys(contracts, open_from)
        ):
            [line] = self._run().line_ids
            self.assertEqual(line.state, "excluded")
            self.assertIn("billed until", line.reason)
            run.action_apply()
        self.assertEqual(run.line_ids.state, "error")
        self.assertEqual(len(self.contract.rate_ids), 1)

    def test_one_that_fails_does_not_stop_the_others(self):
        others = [
            self._sign_indexed(indexation_method="percent", indexation_percent=5)
            for _number in range(2)
        ]
        run = self._run(self.contract | others[0] | others[1])
        Contract = self.env.registry["service.contract"]
        done = Contract._indexation_done

        def broken(contract, line):
            if contract == self.contract:
                raise ValueError("broken")
            return done(contract, line)

        with (
            patch.object(Contract, "_indexation_done", broken),
            mute_logger("odoo.addons.service_contract.models.service_indexation_line"),
        ):
            run.action_apply()
        by_contract = {line.contract_id: line for line in run.line_ids}
        self.assertEqual(by_contract[self.contract].state, "error")
        self.assertIn("broken", by_contract[self.contract].reason)
        self.assertEqual(len(self.contract.rate_ids), 1)
        for other in others:
            self.assertEqual((by_contract[other].state, len(other.rate_ids)), ("applied", 2))
        self.assertEqual(run.activity_ids.user_id, self.users["manager"])
        run.action_apply()
        self.assertEqual(by_contract[self.contract].state, "applied")

    def test_undo_while_nothing_is_billed(self):
        run = self._run()
        run.action_apply()
        new = self.contract.rate_ids.sorted("date_from")[-1]
        with self._refused("Undo the indexation there"):
            new.unlink()
        Contract = self.env.registry["service.contract"]
        with patch.object(Contract, "_open_from", lambda contract: self.day + timedelta(days=9)):
            run.action_undo()
        self.assertEqual(run.line_ids.state, "applied")
        self.assertIn("has been billed until", run.line_ids.reason)
        later = self._create_rate(self.contract, self.day + timedelta(days=20), base_fee=1)
        run.action_undo()
        self.assertIn("Delete the later ones first", run.line_ids.reason)
        later.unlink()
        run.action_undo()
        self.assertEqual((run.state, run.line_ids.state), ("undone", "undone"))
        self.assertFalse(new.exists())
        again = self._run()
        again.action_apply()
        self.assertEqual(again.line_ids.state, "applied")

    def test_undo_when_the_day_has_come(self):
        run = self._run()
        run.action_apply()
        new = run.line_ids.new_rate_id
        self.env.cr.execute(
            "UPDATE service_rate SET date_from = %s WHERE id = %s", [self.today, new.id]
        )
        self.env.invalidate_all()
        self.assertTrue(new.is_in_force)
        run.action_undo()
        self.assertEqual(run.state, "undone")
        self.assertFalse(new.exists())

    def test_a_letter_for_each_contract(self):
        self.contract.write({"indexation_method": "index", "indexation_index_id": self.index.id})
        run = self._run()
        run.action_apply()
        document = run.line_ids.document_id
        self.assertRecordValues(
            document,
            [
                {
                    "contract_id": self.contract.id,
                    "kind": "indexation",
                    "state": "draft",
                    "date_effective": self.day,
                }
            ],
        )
        self.assertEqual(document.given["given.move"], "wzrastają o 3,60 %")
        self.assertIn("Consumer Prices", document.given["given.reason"])
        run.action_undo()
        self.assertFalse(document.exists())

    def test_a_letter_says_which_way_prices_go(self):
        line = self.env["service.indexation.line"].new({})
        percent, amount = Change(percent=Decimal("-1.2")), Change(amount=Decimal(15))
        for change, prices, english, polish in (
            (percent, ((10, 9.88),), "fall by 1.20 %", "maleją o 1,20 %"),
            (amount, ((10, 25), (20, 35)), "in each base fee", "w każdym abonamencie"),
            (amount, ((10, 25), (22, 20)), "some up and some down", "jedne rosną, inne maleją"),
        ):
            line.price_ids = [Command.clear()] + [
                Command.create({"price_before": before, "price_after": after})
                for before, after in prices
            ]
            for lang, words in (("en_US", english), ("pl_PL", polish)):
                self.env["res.lang"]._activate_lang(lang)
                told = line._move_in_words(self.contract.with_context(lang=lang), change)
                self.assertIn(words, told.replace("\xa0", " "))

    def test_a_letter_that_was_issued_is_given_up_with_the_prices(self):
        run = self._run()
        run.action_apply()
        document = run.line_ids.document_id
        self.company.write({"phone": False, "email": False})
        run.action_issue_documents()
        self.assertEqual((document.state, run.line_ids.state), ("draft", "applied"))
        self.assertIn("was not issued", run.line_ids.reason)
        self.company.write({"phone": "+48 71 000 00 00", "email": "biuro@example.com"})
        run.action_issue_documents()
        self.assertEqual((document.state, run.line_ids.reason), ("issued", False))
        self.assertIn("0,0295", str(document.data))
        run.action_undo()
        self.assertEqual((run.state, document.state), ("undone", "cancelled"))

    def test_an_annex_or_nothing(self):
        run = self._run(document_kind="annex")
        run.action_apply()
        self.assertEqual(run.line_ids.document_id.kind, "annex")
        run.action_undo()
        run = self._run(document_kind="none")
        run.action_apply()
        self.assertEqual(run.line_ids.state, "applied")
        self.assertFalse(run.line_ids.document_id)

    def test_index_floor_and_cap(self):
        self.contract.write({"indexation_method": "index", "indexation_index_id": self.index.id})
        cases = [
            ({}, 103.6, "+3.60 %"),
            ({"indexation_has_cap": True, "indexation_cap": 2.5}, 103.6, "+2.50 %"),
            ({"indexation_has_cap": False}, 98.5, None),
            ({"indexation_has_floor": False}, 98.5, "-1.50 %"),
            ({"indexation_has_floor": True, "indexation_floor": 1}, 98.5, "+1.00 %"),
        ]
        for vals, value, change in cases:
            self.contract.write(vals)
            self.index.value_ids.value = value
            [line] = self._run().line_ids
            if change:
                self.assertEqual((line.state, line.change), ("proposed", change))
            else:
                self.assertEqual((line.state, line.reason), ("excluded", "no price changes"))

    def test_an_amount_and_fees_only(self):
        self.contract.write({"indexation_method": "amount", "indexation_amount": 15})
        [price] = self._run().line_ids.price_ids
        self.assertEqual((price.price_before, price.price_after), (310, 325))
        self.contract.write({"indexation_method": "percent", "indexation_scope": "fees"})
        [price] = self._run().line_ids.price_ids
        self.assertEqual(price.price_after, 321.16)

    def test_a_contract_begins_with_the_rule_of_its_type(self):
        self.lease_type.write(
            {
                "indexation_method": "index",
                "indexation_index_id": self.index.id,
                "indexation_month": "3",
            }
        )
        contract = self._create_contract(self.lease_type, activate=False)
        self.assertEqual(contract.indexation_index_id, self.index)
        self.assertEqual((contract.indexation_method, contract.indexation_month), ("index", "3"))
        own = self._create_contract(
            self.lease_type, activate=False, indexation_method="percent", indexation_percent=2
        )
        self.assertEqual((own.indexation_method, own.indexation_month), ("percent", "3"))
        self.assertEqual(self.contract.indexation_method, "percent")

    def test_a_rule_says_what_it_needs(self):
        for vals, words in (
            ({"indexation_method": "index"}, "Choose the price index"),
            ({"indexation_percent": 0}, "Enter the percentage"),
            ({"indexation_percent": 400}, "between -50 % and 100 %"),
            ({"indexation_decimals": 7}, "2 to 6 decimals"),
            ({"indexation_method": "amount"}, "Enter the amount"),
            (
                {"indexation_has_cap": True, "indexation_cap": 1, "indexation_floor": 2},
                "lowest change is above",
            ),
        ):
            with self._refused(words):
                self.contract.write(vals)

    def test_due_until_raised(self):
        due = [("is_indexation_due", "=", True), ("id", "=", self.contract.id)]
        self.assertTrue(self.contract.is_indexation_due)
        self.assertTrue(self.contract.search(due))
        if self.day.year == self.today.year:
            self._run().action_apply()
            self.contract.invalidate_recordset()
            self.assertFalse(self.contract.is_indexation_due)
            self.assertFalse(self.contract.search(due))

    def test_a_month_to_come_is_not_chosen(self):
        self.contract.indexation_month = "12"
        january = self.today + relativedelta(years=1, month=1, day=1)
        self.assertFalse(self._run(date=january).line_ids)

    def test_left_out_by_hand(self):
        run = self._run()
        run.line_ids.action_leave_out()
        self.assertEqual(run.line_ids.state, "excluded")
        with self.assertRaises(UserError):
            run.action_apply()
        run.line_ids.action_leave_out()
        run.action_apply()
        self.assertEqual(run.line_ids.state, "applied")

    def test_managers_run_and_accounting_reads(self):
        run = self._run()
        for user in ("accounting",):
            theirs = run.with_user(self.users[user])
            self.assertEqual(theirs.line_ids.price_ids[0].price_after, 321.16)
            for step in (theirs.action_apply, theirs.action_preview, theirs.action_undo):
                with self.assertRaises(AccessError):
                    step()
            with self.assertRaises(AccessError):
                theirs.line_ids.action_leave_out()
        with self.assertRaises(AccessError):
            run.with_user(self.users["dispatcher"]).read(["state"])
        with self.assertRaises(AccessError):
            run.line_ids.write({"state": "applied"})
        with self.assertRaises(AccessError):
            self.index.with_user(self.users["manager"]).value_ids.value = 100

    def test_an_applied_run_stays(self):
        run = self._run()
        run.action_apply()
        with self._refused("stays as it is"):
            run.date = self.day + timedelta(days=1)
        with self._refused("stays as it is"):
            run.unlink()

    def test_an_index_has_one_value_a_year(self):
        Value = self.env["service.price.index.value"]
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            Value.create({"index_id": self.index.id, "year": self.day.year - 1, "value": 101})
        self.assertEqual(self.index._percent(self.day.year - 1), self.index.value_ids.percent)
        self.assertIsNone(self.index._percent(1999))

    def test_only_the_lines_say_what_was_applied(self):
        """Else a run that explains prices could be called a draft, and deleted."""
        run = self._run()
        run.action_apply()
        run.write({"state": "draft"})
        with self._refused("explains prices"):
            run.unlink()

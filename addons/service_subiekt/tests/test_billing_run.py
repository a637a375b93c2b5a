from decimal import Decimal
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from odoo.addons.service_billing.tests.common_period import ServicePeriodCommon, day

from .common import ServiceSubiektCommon


@tagged("post_install", "-at_install")
class TestBillingRun(ServicePeriodCommon, ServiceSubiektCommon):
    """What a run settles arrives in Subiekt, and leaves with the number that comes back."""

    def _settled(self, price, pages, **line):
        """The settlement of one device's pages of January, and its line in the run."""
        device = self._make_device(f"SN-{pages}")
        self._take(device, {"1-1": 0, "1-31": pages})
        contract = self._contract([{"price_unit": price, **line}], {device: "1-1"})
        run = self.env["service.billing.run"].create({"date": day("2-1")})
        run.line_ids = [Command.create({"contract_id": contract.id})]
        self.env.flush_all()
        run.line_ids._settle(automatic=True)
        return run.line_ids, run.line_ids.move_ids

    def test_from_readings_to_subiekt_and_back(self):
        line, move = self._settled(0.0285, 1000)
        self.assertEqual(line.state, "number", line.problem)
        self.assertFalse(move.service_sending)
        [document] = self._sent(move).trade_documents
        [sent] = document.lines
        self.assertEqual(
            (sent.qty, sent.price_net, sent.value_net),
            tuple(map(Decimal, ("1000", "0.0285", "28.5"))),
        )
        self.assertEqual(document.header.sale_date, day("1-31"))
        self._come_back(move)
        self.env["service.billing.line"]._refresh()
        self.assertEqual((line.state, move.service_sending), ("invoiced", "queued"))
        annex = move._annex()
        self.assertEqual(annex.total, 28.5)
        self.assertIn("15_2026", move._get_annex_filename("pdf"))

    def test_finer_price_and_sum(self):
        """Trade 10: a price of six decimals and tiers go as one service of the sum."""
        _line, move = self._settled(0.028571, 1001)
        [sent] = self._sent(move).trade_documents[0].lines
        self.assertEqual((sent.qty, sent.value_net), (Decimal(1), Decimal("28.6")))
        self.assertEqual(move._annex().total, 28.6)

    def test_recipient_and_split_payment(self):
        """Trade 6 and 7: the flag goes along; what the file cannot carry is said."""
        self.site.write({"service_recipient_role": "branch", "service_recipient_vat": "1132191233"})
        needs = patch.object(
            type(self.env["account.move"]), "_needs_split_payment", lambda self: True
        )
        with needs:
            _line, move = self._settled(0.05, 700)
        file = self._sent(move)
        self.assertIn("1132191233", file.trade_documents[0].header.notes)
        self.assertTrue(any(flag.value for flag in file.sections["WYMAGALNOSCMPP"]))
        self.assertTrue(any(self.site.name in body for body in move.message_ids.mapped("body")))

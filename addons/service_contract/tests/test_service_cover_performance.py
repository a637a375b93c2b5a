from odoo.tests import tagged

from .common import ServiceContractCommon


@tagged("post_install", "-at_install")
class TestServiceCoverPerformance(ServiceContractCommon):
    def _count(self, questions):
        """Number of queries of one call with a cold cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["service.cover"].resolve(questions)
        return self.env.cr.sql_log_count - before

    def _questions(self, number):
        """Questions that differ in device, product, customer, quantity, day, kind and fault."""
        devices = [self._create_device(f"SN-{number}-{index}") for index in range(number)]
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {index}", "is_company": True} for index in range(number)]
        )
        products = self.env["product.product"].create(
            [{"name": f"Part {index}", "list_price": index} for index in range(number)]
        )
        contract = self._create_contract(
            self.lease_type, activate=False, pricelist_id=self.contract_prices.id
        )
        self._create_rate(contract, labour=150)
        self.env["service.contract.device"].create(
            [
                {"contract_id": contract.id, "device_id": device.id}
                for index, device in enumerate(devices)
                if index % 3
            ]
        )
        contract.action_activate()
        return [
            self._question(
                device,
                "labour" if index % 2 else "part",
                product=products[index],
                customer=customers[index],
                location=None,
                quantity=1.0 + index,
                date=self._days_after(self.today, -(index % 50)),
                fault=not index % 4,
            )
            for index, device in enumerate(devices)
        ]

    def test_200_questions_take_as_many_queries_as_10(self):
        few, many = self._questions(10), self._questions(200)
        self._count(few)  # what is cached once for all
        self.assertEqual(self._count(many), self._count(few))

    def test_resolve_writes_nothing(self):
        questions = self._questions(20)
        self.env.flush_all()
        with self.env.cr.savepoint(flush=False) as savepoint:
            # The database itself refuses any write until the savepoint is rolled back.
            self.env.cr.execute("SET TRANSACTION READ ONLY")
            answers = self.env["service.cover"].resolve(questions)
            self.env.flush_all()
            savepoint.rollback()
        self.assertEqual(len(answers), 20)

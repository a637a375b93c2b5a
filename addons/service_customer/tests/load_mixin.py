import base64

from ..tools import workbook


class LoadMixin:
    """Makes spreadsheets, uploads them as ``loader`` and lets the background do its work."""

    purpose = "first"

    def default_sheets(self):
        """``{title: lines}`` of a file that is not described otherwise."""
        return {}

    def book(self, **sheets):
        """An XLSX file of sheets, each a list of lines with the headers first."""
        pages = [
            workbook.Page(title, [workbook.Head(label) for label in head], lines, {})
            for title, (head, *lines) in (sheets or self.default_sheets()).items()
        ]
        return workbook.write(pages, "test")

    def upload(self, data, user=None, filename="first.xlsx"):
        """Upload a file as a user, nothing else."""
        vals = {"file": base64.b64encode(data), "filename": filename, "purpose": self.purpose}
        return self.env["service.load"].with_user(user or self.loader).create(vals)

    def check(self, data, user=None):
        """Upload a file as a user and look at the preview."""
        load = self.upload(data, user)
        load.action_check()
        return load

    def run_cron(self):
        """Let the background do everything."""
        with self.enter_registry_test_mode():
            self.env.ref("service_customer.ir_cron_service_load").method_direct_trigger()

    def load(self, data, user=None):
        """Upload a file and load all its valid rows."""
        load = self.check(data, user)
        load.action_load()
        self.run_cron()
        return load

from pathlib import Path

import yaml

from odoo.tests import tagged

from .common_example import ServiceExampleCommon

EXAMPLES = Path(__file__).with_name("worked_examples.yaml")


@tagged("post_install", "-at_install")
class TestWorkedExamples(ServiceExampleCommon):
    """``worked_examples.yaml``: each example is settled and compared with what was worked out."""

    def test_worked_examples(self):
        differing = []
        for example in yaml.safe_load(EXAMPLES.read_text(encoding="utf-8")):
            with self.cr.savepoint() as savepoint:
                try:
                    self._check(example)
                except AssertionError as error:
                    differing.append(f"{example['title']}: {error}")
                savepoint.rollback()
            self.env.invalidate_all()
        self.assertFalse(differing, "\n".join(differing))

    def _check(self, example):
        """Settle one example and compare."""
        rows, charges = self._play(example)
        expected = [_text(each) for each in example["charges"]]
        self.assertEqual(self._in_words(charges, self._charge), expected)
        self.assertEqual(self.problems, example.get("problems", []))
        corrections = charges.correction_ids.sorted("id").mapped(self._correction)
        self.assertEqual(corrections, example.get("corrections", []))
        if "rows" in example:
            self.assertEqual([self._row(row) for row in rows], example["rows"])
        self._check_each_page_once(rows, charges)


def _text(entry):
    """An entry of a list; YAML makes a mapping of a text with a colon."""
    return ": ".join(*entry.items()) if isinstance(entry, dict) else entry

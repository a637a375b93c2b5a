"""What one contract agreed, read once: its settlement asks for it again with every page."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date as Date, timedelta
from typing import Any

from .ledger import Edge


@dataclass(slots=True, eq=False)
class Price:
    """A price of pages."""

    line: Any
    """``service.rate.line``"""
    level: str
    meter_type: Any
    agreed: Any
    """``PageTerms`` of the agreed months."""
    block: Any
    """The prepaid ``Block``, or None."""
    _scaled: dict = field(default_factory=dict)
    _shares: dict = field(default_factory=dict)

    def rows(self, pages, share):
        """The arithmetic of so many pages in so many agreed periods."""
        if share not in self._scaled:
            self._scaled[share] = self.agreed.scaled(share)
        return self._scaled[share].rows(pages)

    def share(self, months, segment):
        """How many of the agreed periods a part of so many months is."""
        key = months, segment.start, segment.stop
        if key not in self._shares:
            self._shares[key] = self.line._share(months) * segment.share
        return self._shares[key]


class Terms:
    """The days, the versions of prices and the devices of a contract."""

    def __init__(self, contract, stays):
        """Read a contract.

        :param contract: ``service.contract``
        :param stays: its ``service.contract.device`` that count, in order of time
        """
        self.contract = contract
        self.stays = stays
        self.start = contract._billing_start()
        self.stop = contract._stop()
        self.window = contract._reading_window()
        self.rates = contract.rate_ids.sorted("date_from")
        self.cuts = self.rates.mapped("date_from")
        self.stops = {stay: stay._stop() for stay in stays}
        self.has_minimum = any(line._has_minimum() for line in self.rates.line_ids)
        self.has_block = any(line.block_pages for line in self.rates.line_ids)
        self.known = {}
        """What else is found once for all devices."""
        self._days, self._prices, self._fees = {}, {}, {}
        self._periods, self._edges = {}, {}

    def versions(self, start, stop):
        """The versions of the prices in force in some days.

        :return: ``[(start, stop, service.rate)]``
        """
        found = []
        for rate, begin, end in zip(self.rates, self.cuts, [*self.cuts[1:], Date.max], strict=True):
            first, last = max(start, begin), min(stop, end)
            if first < last:
                found.append((first, last, rate))
        return found

    def prices(self, group):
        """The prices of pages of a billing group: ``{service.rate: [Price]}``."""
        if group not in self._prices:
            self._prices[group] = {
                rate: [
                    Price(line, line.level, line.meter_type_id, line._page_terms(), line._block())
                    for line in lines
                ]
                for rate, lines in self.contract._page_prices(group).items()
            }
        return self._prices[group]

    def fees(self, group, level):
        """The base fees of a level: ``{service.rate: service.rate.line}``."""
        if (group, level) not in self._fees:
            self._fees[group, level] = self.contract._fees(group, level)
        return self._fees[group, level]

    def days(self, stay):
        """From when until when a device is settled here: ``(first day, first day no longer)``."""
        if stay not in self._days:
            self._days[stay] = max(stay.date_start, self.start), self.stops[stay]
        return self._days[stay]

    def periods(self, stay, first, day):
        """The periods of a device from a day on that are due until another, and their parts with
        one version of the prices each.

        :return: ``[(whole period, [(part, service.rate)])]``
        """
        stop = self.stops[stay]
        key = stay.group_id, stay.billing_day, first, stop
        if key not in self._periods:
            found = self._periods[key] = []
            for period in stay._usage_cycle().periods(first, stop):
                whole = (period.whole or period).part(self.start, self.stop)
                if whole.stop > day:
                    break
                versions = self.versions(period.start, period.stop)
                found.append((whole, [(period.part(a, b), rate) for a, b, rate in versions]))
        return self._periods[key]

    def edge(self, stay, day, midnight):
        """A day on which the pages of a device are counted (``Edge``)."""
        key = self.stops[stay], day, day == self.days(stay)[0]
        if key not in self._edges:
            is_cut = any((day == key[0], day in self.cuts, key[2]))
            limit = self.next_cut(stay, day)
            self._edges[key] = Edge(day, midnight(day), *self.window, is_cut, limit)
        return self._edges[key]

    def span(self, level, group, stay=None):
        """From when until when something is paid that is counted for a device, for a group (as
        long as it has devices) or for the contract.

        :return: ``(first day, first day no longer)``
        """
        if level == "device":
            return self.days(stay)
        if level == "contract":
            return self.start, self.stop
        days = [self.days(each) for each in self.stays if each.group_id == group]
        return min(first for first, _ in days), max(last for _, last in days)

    def next_cut(self, stay, day):
        """The next day after a day that itself counts: other prices, or the device's end."""
        index = bisect_right(self.cuts, day)
        return min([*self.cuts[index : index + 1], self.stops[stay]])

    def turn(self, price, stay, segment):
        """In which settlement of the minimum a part of a period lies, as far as there is a price
        and a device.

        :param Price price: of the pages
        :return: ``Period``
        """
        group = stay.group_id
        whole = group._settlement_cycle(stay.billing_day).whole(segment.start)
        first, last = self.span(price.level, group, stay)
        if price.level == "contract":
            # The pool counts whole periods, also the one in which the last device has left.
            end = max(self.stops.values())
            if end < whole.stop:
                last = min(last, stay._usage_cycle().whole(end - timedelta(days=1)).stop)
        for begin, end, rate in reversed(self.versions(max(first, whole.start), whole.stop)):
            if begin == segment.start or self._has(rate, price, group):
                return whole.part(first, min(last, end))
        return segment

    def _has(self, rate, price, group):
        """Whether a version prices the same pages, counted for the same."""
        return any(
            each.meter_type == price.meter_type and each.level == price.level
            for each in self.prices(group).get(rate, ())
        )

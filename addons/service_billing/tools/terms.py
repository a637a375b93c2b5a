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
    meter_type: int
    """Id of the meter's type."""
    agreed: Any
    """``PageTerms`` of the agreed months."""
    block: Any
    """The prepaid ``Block``, or None."""
    _parts: dict = field(default_factory=dict)

    def part(self, months, segment):
        """What was agreed for a part of so many months.

        :return: (how many of the agreed periods it is, ``PageTerms``)
        """
        key = months, segment.start, segment.stop
        if key not in self._parts:
            share = self.line._share(months) * segment.share
            self._parts[key] = share, self.agreed.scaled(share)
        return self._parts[key]


@dataclass(slots=True, eq=False)
class Stay:
    """A device's stay on the contract."""

    record: Any
    """``service.contract.device``"""
    id: int
    device: int
    """Id of the device."""
    group: Any
    """``service.billing.group``"""
    start: Date
    """The first day that is settled here."""
    stop: Date
    """The first day no longer."""


class Terms:
    """The days, the versions of prices and the devices of a contract."""

    def __init__(self, contract, stays):
        """Read a contract.

        :param contract: ``service.contract``
        :param stays: its ``service.contract.device`` that count, in order of time
        """
        self.contract = contract
        self.customer = contract.customer_id.id
        self.start = contract._billing_start()
        self.stop = contract._stop()
        self.window = contract._reading_window()
        self.stays = [
            Stay(
                stay,
                stay.id,
                stay.device_id.id,
                stay.group_id,
                max(stay.date_start, self.start),
                stay._stop(),
            )
            for stay in stays
        ]
        self.rates = contract.rate_ids.sorted("date_from")
        self.cuts = self.rates.mapped("date_from")
        self.has_minimum = any(line._has_minimum() for line in self.rates.line_ids)
        self.has_block = any(line.block_pages for line in self.rates.line_ids)
        self.known = {}
        """What else is found once for all devices."""
        self._lines, self._prices, self._fees = {}, {}, {}
        self._periods, self._edges = {}, {}

    def versions(self, start, stop):
        """The versions of the prices in force in some days.

        :return: ``[(start, stop, id of the service.rate)]``
        """
        found = []
        for rate, begin, end in zip(
            self.rates.ids, self.cuts, [*self.cuts[1:], Date.max], strict=True
        ):
            first, last = max(start, begin), min(stop, end)
            if first < last:
                found.append((first, last, rate))
        return found

    def prices(self, group):
        """The prices of pages of a billing group: ``{id of the version: [Price]}``."""
        if group.id not in self._prices:
            self._prices[group.id] = {
                rate: [_price(line) for line in lines if line.kind == "pages"]
                for rate, lines in self._lines_of(group).items()
            }
        return self._prices[group.id]

    def fees(self, group, level):
        """The base fees of a level: ``{id of the version: service.rate.line}``."""
        key = group.id, level
        if key not in self._fees:
            self._fees[key] = {
                rate: line
                for rate, lines in self._lines_of(group).items()
                for line in lines
                if line.kind == "base_fee" and line.level == level
            }
        return self._fees[key]

    def _lines_of(self, group):
        """What a billing group pays: ``{id of the version: service.rate.line}``."""
        if group.id not in self._lines:
            self._lines[group.id] = {rate.id: rate._lines_for(group) for rate in self.rates}
        return self._lines[group.id]

    def periods(self, stay, first, day):
        """The periods of a device from a day on that are due until another, and their parts with
        one version of the prices each.

        :return: ``[(whole period, [(part, id of the version)])]``
        """
        key = stay.group.id, stay.record.billing_day, first, stay.stop
        if key not in self._periods:
            found = self._periods[key] = []
            for period in stay.record._usage_cycle().periods(first, stay.stop):
                whole = (period.whole or period).part(self.start, self.stop)
                if whole.stop > day:
                    break
                versions = self.versions(period.start, period.stop)
                found.append((whole, [(period.part(a, b), rate) for a, b, rate in versions]))
        return self._periods[key]

    def edge(self, stay, day, midnight):
        """A day on which the pages of a device are counted (``Edge``)."""
        key = stay.stop, day, day == stay.start
        if key not in self._edges:
            is_cut = day in (stay.start, stay.stop, *self.cuts)
            limit = self.next_cut(stay, day)
            self._edges[key] = Edge(day, midnight(day), *self.window, is_cut, limit)
        return self._edges[key]

    def span(self, level, group, stay=None):
        """From when until when something is paid that is counted for a device, for a group (as
        long as it has devices) or for the contract.

        :return: ``(first day, first day no longer)``
        """
        if level == "device":
            return stay.start, stay.stop
        if level == "contract":
            return self.start, self.stop
        stays = [each for each in self.stays if each.group == group]
        return min(each.start for each in stays), max(each.stop for each in stays)

    def next_cut(self, stay, day):
        """The next day after a day that itself counts: other prices, or the device's end."""
        index = bisect_right(self.cuts, day)
        return min([*self.cuts[index : index + 1], stay.stop])

    def turn(self, price, stay, segment):
        """In which settlement of the minimum a part of a period lies, as far as there is a price
        and a device.

        :param Price price: of the pages
        :return: ``Period``
        """
        group, record = stay.group, stay.record
        whole = group._settlement_cycle(record.billing_day).whole(segment.start)
        first, last = self.span(price.level, group, stay)
        if price.level == "contract":
            # The pool counts whole periods, also the one in which the last device has left.
            end = max(each.stop for each in self.stays)
            if end < whole.stop:
                last = min(last, record._usage_cycle().whole(end - timedelta(days=1)).stop)
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


def _price(line):
    """``Price`` of a ``service.rate.line``."""
    return Price(line, line.level, line.meter_type_id.id, line._page_terms(), line._block())

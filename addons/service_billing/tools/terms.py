"""What one contract agreed, read once: its settlement asks for it again with every page."""

from bisect import bisect_right
from datetime import date as Date, timedelta


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
        self._prices, self._fees = {}, {}

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
        """The prices of pages of a billing group: ``{service.rate: service.rate.line}``."""
        if group not in self._prices:
            self._prices[group] = self.contract._page_prices(group)
        return self._prices[group]

    def fees(self, group, level):
        """The base fees of a level: ``{service.rate: service.rate.line}``."""
        if (group, level) not in self._fees:
            self._fees[group, level] = self.contract._fees(group, level)
        return self._fees[group, level]

    def days(self, stay):
        """From when until when a device is settled here: ``(first day, first day no longer)``."""
        return max(stay.date_start, self.start), self.stops[stay]

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

    def is_cut(self, stay, day):
        """Whether a day itself counts for a device: other prices, or its end."""
        return day == self.stops[stay] or day in self.cuts

    def next_cut(self, stay, day):
        """The next such day after a day."""
        index = bisect_right(self.cuts, day)
        return min([*self.cuts[index : index + 1], self.stops[stay]])

    def turn(self, line, stay, segment):
        """In which settlement of the minimum a part of a period lies, as far as there is a price
        and a device.

        :param line: ``service.rate.line``
        :return: ``Period``
        """
        group = stay.group_id
        whole = group._settlement_cycle(stay.billing_day).whole(segment.start)
        first, last = self.span(line.level, group, stay)
        if line.level == "contract":
            # The pool counts whole periods, also the one in which the last device has left.
            end = max(self.stops.values())
            if end < whole.stop:
                last = min(last, stay._usage_cycle().whole(end - timedelta(days=1)).stop)
        for begin, end, rate in reversed(self.versions(max(first, whole.start), whole.stop)):
            if begin == segment.start or self._has(rate, line, group):
                return whole.part(first, min(last, end))
        return segment

    def _has(self, rate, line, group):
        """Whether a version prices the same pages, counted for the same."""
        return any(
            each.meter_type_id == line.meter_type_id and each.level == line.level
            for each in self.prices(group).get(rate, ())
        )

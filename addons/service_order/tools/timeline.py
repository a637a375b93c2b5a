"""When a promised time ran, read from the events of an order."""

#: Events with which a time ends.
ENDS = {"response": {"response", "stop", "cancel"}, "repair": {"stop", "cancel"}}


class Timeline:
    """The spans in which one time of an order ran, and how it ended."""

    def __init__(self, events, kind):
        """Read the events of one order for one of its times.

        :param events: `service.order.clock.event` records of the order
        :param str kind: `response` or `repair`
        """
        #: Spans that are over; when the one under way began; when all ended, and how.
        self.spans, self.since, self.stop, self.is_void = [], None, None, False
        for event in events.filtered("date").sorted(lambda event: (event.date, event._origin.id)):
            if self.stop and not self.is_void and kind == "response":
                break  # Answered once is answered for good.
            if event.kind in ("start", "resume"):
                self.since, self.stop, self.is_void = self.since or event.date, None, False
            elif event.kind == "pause" or event.kind in ENDS[kind]:
                self._halt(event)

    def _halt(self, event):
        if self.since:
            self.spans.append((self.since, event.date))
        ended = event.kind != "pause"
        self.since, self.stop = None, event.date if ended else None
        self.is_void = event.kind == "cancel"

    def moment_after(self, work, work_time):
        """The moment at which so much work has passed; of an ended time, would have passed.

        :param timedelta work: None for never
        :param WorkTime work_time: of the calendar
        :return: None while it is paused before that, or ended without a verdict
        """
        if not work:
            return None
        for start, stop in self.spans:
            part = work_time.between(start, stop)
            if part >= work:
                return work_time.after(start, work)
            work -= part
        going_on = self.since or (not self.is_void and self.stop)
        return work_time.after(going_on, work) if going_on else None

    def state(self, due, warn, now):
        """Where the time stands, a key of the clock's states."""
        if self.stop:
            late = due and due < self.stop
            return "void" if self.is_void else "breached" if late else "met"
        if due and due <= now:
            return "breached"
        if not self.since:
            return "paused"
        return "warning" if warn and warn <= now else "running"

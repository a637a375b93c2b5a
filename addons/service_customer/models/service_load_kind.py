import pytz

from odoo import models
from odoo.tools import email_normalize

from ..tools.cells import read_moment
from ..tools.load_entry import CellError
from ..tools.zip_code import normalise_zip

# What belongs to a load of thousands is no news to anybody, and was checked at its cell.
SILENT = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    # Core's own import has this, too: what a person takes from the customer would be written one
    # by one; see `service.load.person`.
    "_partners_skip_fields_sync": True,
}


class ServiceLoadKind(models.AbstractModel):
    """One kind of rows of the first load: its columns, how rows find records, how they are written.

    A kind inherits this model, overrides what differs and is named in `service.load._get_kinds`.
    All methods work on lists of `Entry`, with a constant number of queries however many there are.
    """

    _name = "service.load.kind"
    _description = "Kind of Rows in the First Load"

    _target = "res.partner"
    #: The purpose of the loads in which such rows stand (``service.load.purpose``).
    _purpose = "first"
    #: Whether files come from elsewhere, so that people say what their columns mean.
    _is_mapped = False

    # ------------------------------------------------------------ to be overridden

    def _get_label(self):
        """Name of the sheet, in the user's language."""
        raise NotImplementedError

    def _get_columns(self):
        """Columns of the sheet: a list of `Column`, labels in the user's language."""
        raise NotImplementedError

    def _get_title_column(self):
        """Name of the column that says what a row is about."""
        return "name"

    def _link(self, entries, file):
        """Find what the cells refer to, into ``entry.links``.

        :param file: ``{name of kind: entries}`` of the whole file while it is checked: a row may
            refer to one that is not loaded yet; empty while rows are loaded
        """

    def _match(self, entries, file):
        """Find the records that rows stand for, into ``entry.record``; known ones stay."""
        raise NotImplementedError

    def _get_identity(self, entry):
        """What no two rows of a file may share, hashable; a falsy value is never shared."""
        return entry.record or None

    def _conclude(self, load, entries):
        """What follows from a check for the load as a whole; ``entries`` are all it has found."""

    def _guess_targets(self, header):
        """What the headers of a file of another program may mean: a name of our column, or ""."""
        return ["" for _text in header]

    def _check_targets(self, targets):
        """Refuse columns of a mapped file from which no row could be understood.

        :param targets: names of our columns that are in the file
        :raise UserError: what is missing
        """

    def _complete(self, load, entries):
        """Add to rows of a mapped file what the file leaves unsaid."""

    def _prepare_vals(self, entry):
        """Values that the row states: an empty cell states nothing."""
        return entry.vals

    def _prepare_create_vals(self, entry):
        """Values of a new record."""
        return self._prepare_vals(entry)

    # ------------------------------------------------------------ checking

    def _check(self, entries, file=None):
        """Find out about rows: errors, records, changes.

        :param file: see `_link`
        """
        file = file or {}
        columns = self._get_columns()
        for entry in entries:
            self._parse(entry, columns)
        self._link(entries, file)
        self._match(entries, file)
        self._refuse_doubles(file.get(self._name) or ())
        found = [entry for entry in entries if entry.record and not entry.errors]
        records = self.env[self._target].browse(entry.record.id for entry in found)
        for entry, record in zip(found, records, strict=True):
            entry.record = record
        self._compare(found)

    def _parse(self, entry, columns):
        for column in columns:
            text = entry.texts.get(column.name)
            if not text:
                if column.required:
                    entry.refuse(column.name, self.env._("Fill in this cell."))
            elif text.startswith("#") and text.rstrip("!?").isupper():
                entry.refuse(column.name, self.env._("The formula in the file has failed."))
            elif column.parse:
                try:
                    entry.vals[column.name] = column.parse(text, entry.texts)
                except CellError as error:
                    entry.refuse(column.name, error)

    def _refuse_doubles(self, entries):
        seen, column = {}, self._get_columns()[0].name
        for entry in entries:
            identity = self._get_identity(entry)
            first = seen.setdefault(identity, entry) if identity else entry
            if first is not entry:
                sentence = self.env._("This is the same as row %s. Leave one.", first.number)
                entry.refuse(column, sentence)

    def _compare(self, entries):
        """Find what differs from the records, into ``entry.changed``."""
        for entry in entries:
            vals = self._prepare_vals(entry)
            entry.changed = {
                name: value
                for name, value in vals.items()
                if self._differs(entry.record, name, value)
            }

    def _differs(self, record, name, value):
        current = record[name]
        if record._fields[name].relational:
            current = current.id
        return (current or False) != (value or False)

    # ------------------------------------------------------------ writing

    def _write(self, entries):
        """Create and write the records of rows without errors.

        :return: (number created, number written)
        """
        Target = self.env[self._target].with_context(**SILENT)
        new = [entry for entry in entries if not entry.record]
        records = Target.create([self._prepare_create_vals(entry) for entry in new])
        for entry, record in zip(new, records, strict=True):
            entry.record = record
        self._settle(records)
        changed = [entry for entry in entries if entry.changed]
        for entry in changed:
            vals = {name: entry.changed[name] for name in entry.changed if name in Target._fields}
            if vals:
                entry.record.with_context(**SILENT).write(vals)
        return len(new), len(changed)

    def _settle(self, records):
        """Compute at once what Odoo would compute one by one, since it depends on parents."""
        field = records._fields.get("service_region_id")
        pending = field and records & self.env.records_to_compute(field)
        if pending:
            field.compute_value(pending)

    # ------------------------------------------------------------ cells

    def _parse_text(self, text, _texts):
        return text

    def _parse_date(self, text, _texts):
        moment = read_moment(text)
        if not moment:
            raise CellError(self.env._("Write a date like 31.03.2026."))
        return moment.date()

    def _to_utc(self, moment):
        """A moment of a cell in UTC; where no zone stands, it is the user's."""
        moment = moment if moment.tzinfo else self.env.tz.localize(moment)
        return moment.astimezone(pytz.utc).replace(tzinfo=None)

    def _parse_email(self, text, _texts):
        email = email_normalize(text)
        if not email:
            raise CellError(self.env._("This is no e-mail address."))
        return email

    def _parse_zip(self, text, texts):
        country = self.env["res.country"].browse(self._get_country(texts))
        if country.code == "PL" and text.isdigit() and len(text) < 5:
            # Excel takes 00950 for the number 950.
            text = text.zfill(5)
        code = normalise_zip(text, country.code)
        if not code:
            raise CellError(self.env._("A Polish postal code has the shape 00-000."))
        return code

    def _parse_country(self, text, _texts):
        country = self._get_countries().get(text.casefold())
        if not country:
            raise CellError(self.env._("No country has this name or code."))
        return country

    def _get_country(self, texts):
        """Id of the country of a row: its own, else that of the company, else Poland."""
        own = self._get_countries().get((texts.get("country_id") or "").casefold())
        return own or (self.env.company.country_id or self.env.ref("base.pl")).id

    def _get_countries(self):
        """``{name or code, without letter case: id}``; names in the user's language and English."""
        cache = self.env.cr.cache.setdefault("service.load.countries", {})
        if self.env.lang not in cache:
            countries = self.env["res.country"].search_fetch([], ["name", "code"])
            english = countries.with_context(lang="en_US")
            cache[self.env.lang] = {
                word.casefold(): country.id
                for country, other in zip(countries, english, strict=True)
                for word in (other.name, country.name, country.code or "")
            }
        return cache[self.env.lang]

    def _parse_choice(self, text, choices):
        """Value of a word, in the user's language or in English.

        :param choices: ``{value: word}``
        """
        words = {word.casefold(): value for value, word in choices.items()}
        value = text if text in choices else words.get(" ".join(text.split()).casefold())
        if not value:
            allowed = ", ".join(choices.values())
            raise CellError(
                self.env._("“%(text)s” is none of: %(words)s.", text=text, words=allowed)
            )
        return value

    def _get_choices(self, model, name):
        """``{value: word}`` of a selection field."""
        return dict(self.env[model]._fields[name]._description_selection(self.env))

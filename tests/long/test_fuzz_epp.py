"""The EPP reader and writer on input that nobody thought of; no database is needed."""

import time

import pytest
from hypothesis import given, settings, strategies as st

from .epp_input import EXPORT, epp, files, mutated, mutated_value, plain

#: Of the processor, not of the clock: other processes may be busy.
SECONDS, SECONDS_PER_MEGABYTE = 0.5, 2.0


def read_or_refuse(data: bytes):
    """The file, or None when it was refused; in a bounded time, and with no other exception."""
    start = time.process_time()
    try:
        found = epp.read(data)
        assert isinstance(found, epp.EppFile)
    except epp.EppError as error:
        assert error.sentence.strip().endswith("."), "a refusal is a sentence"
        found = None
    allowed = SECONDS + SECONDS_PER_MEGABYTE * len(data) / 10**6
    assert time.process_time() - start < allowed
    return found


@settings(max_examples=3000)
@given(st.binary(max_size=4000))
def test_random_bytes(data):
    """Nothing that is not an EPP file is read, and nothing else happens."""
    assert read_or_refuse(data) is None


@settings(max_examples=3000)
@given(st.binary(max_size=500))
def test_random_bytes_after_a_genuine_beginning(data):
    """The first lines are right, the rest is anything."""
    beginning = EXPORT[: EXPORT.index(b"[NAGLOWEK]")]
    read_or_refuse(beginning + data)


@settings(max_examples=1000)
@given(mutated())
def test_mutated_file(data):
    """A damaged export is read or refused; what is read can be written, or is refused so."""
    found = read_or_refuse(data)
    if found:
        write_or_refuse(found)


@settings(max_examples=500)
@given(mutated_value())
def test_mutated_values(data):
    """Strange values in whole records are read or refused."""
    found = read_or_refuse(data)
    if found:
        write_or_refuse(found)


@settings(max_examples=250)
@given(files())
def test_written_files_are_read_back(file):
    """What was written is read back equal; what cannot be written is refused, never bent."""
    data = write_or_refuse(file)
    if data is None:
        return
    again = epp.read(data)
    assert plain(again) == plain(file)
    assert epp.write(again) == data


def write_or_refuse(file) -> bytes | None:
    try:
        return epp.write(file)
    except epp.EppError:
        return None


@pytest.mark.parametrize(
    "data",
    [
        b'"' * 200_000,
        EXPORT + b'"' + b'""' * 200_000 + b"\r\n",
        EXPORT + b"," * 500_000 + b"\r\n",
        b"[INFO]\r\n" * 50_000,
        EXPORT + b"[NAGLOWEK]\r\n" * 20_000,
        b"\n" * 2_000_000,
    ],
    ids=["quotes", "doubled", "commas", "infos", "headers", "blank"],
)
def test_time_is_bounded(data):
    """Files made to be slow are answered in a time that grows with their size only."""
    read_or_refuse(data)

# The end of each script that is asked by turns, with ADDRESS set: what comes over this socket is
# answered with answer().
# ruff: noqa: F821
from multiprocessing.connection import Client

with Client(ADDRESS, "AF_UNIX") as connection:
    while True:
        try:
            question = connection.recv()
        except EOFError:
            break
        connection.send(answer(question))

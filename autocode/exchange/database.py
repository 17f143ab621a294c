"""SQLite files of other programs, read in memory: what they hold is data, and never run."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from autocode.errors import InputError

_MAGIC = b"SQLite format 3\0"
# Names and texts that are not UTF-8 and numbers beyond 64 bits are damage too.
_DAMAGE = (sqlite3.Error, UnicodeDecodeError, OverflowError)


class Database:
    """The tables of a database; columns that a version of the program lacks are None.

    Raises:
        InputError: it is no database; the methods, where it is damaged.
    """

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection, self._name = connection, name

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """These columns of a table, in the order of its rows; no rows where it is not there."""
        try:
            there = {row[1] for row in self._connection.execute(f'PRAGMA table_info("{table}")')}
            if not there:
                return []
            picked = ", ".join(f'"{c}"' if c in there else "NULL" for c in columns)
            return self._connection.execute(f'SELECT {picked} FROM "{table}"').fetchall()
        except _DAMAGE as error:
            raise InputError(f"this database is damaged: {error}", where=self._name) from error

    def has(self, table: str) -> bool:
        """Whether there is a table of this name; a view is none."""
        try:
            query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
            return self._connection.execute(query, (table,)).fetchone() is not None
        except _DAMAGE as error:
            raise InputError(f"this database is damaged: {error}", where=self._name) from error


@contextmanager
def open_database(data: bytes, name: str, *tables: str) -> Iterator[Database]:
    """A database from its bytes; nothing is written anywhere.

    Raises:
        InputError: it is no SQLite database, or lacks one of the tables.
    """
    if not data.startswith(_MAGIC) or len(data) < 100:
        raise InputError("this is no SQLite database", where=name)
    connection = sqlite3.connect(":memory:")
    try:
        # Bytes 18 and 19 say how it is journalled; a journal beside it cannot be read from memory.
        connection.deserialize(data[:18] + b"\1\1" + data[20:])
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        database = Database(connection, name)
        if missing := [table for table in tables if not database.has(table)]:
            what = f"this database has no table {missing[0]}: another program wrote it"
            raise InputError(what, where=name)
        yield database
    except _DAMAGE as error:
        raise InputError(f"this database is damaged: {error}", where=name) from error
    finally:
        connection.close()

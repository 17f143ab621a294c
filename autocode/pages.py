"""HTML pages from templates: the one place where what a transcript says is made harmless."""

from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from autocode.text import visible


def page_environment(package: str) -> Environment:
    """The templates of a package, with every value escaped and steering characters spelt out."""
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Every word of a coding or a transcript goes through here before it is escaped.
        finalize=lambda value: visible(value) if type(value) is str else value,
    )


def resource(package: str, name: str) -> str:
    """A file of ours beside the templates, as it is."""
    return (files(package) / "templates" / name).read_text(encoding="utf-8")

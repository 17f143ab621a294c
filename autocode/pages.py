"""HTML pages from templates: the one place where what a transcript says is made harmless."""

from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from autocode.text import visible


def page_environment(package: str) -> Environment:
    """The templates of a package, with every value escaped and steering characters spelt out."""
    environment = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Every word of a coding or a transcript goes through here before it is escaped.
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.filters["thousands"] = "{:,}".format
    # A code may go on in the next line after each underscore.
    environment.filters["breakable"] = lambda code: Markup("_<wbr>").join(visible(code).split("_"))
    return environment


def base_style() -> str:
    """The colours, letters and marks that all our pages share."""
    return resource("autocode", "base.css")


def resource(package: str, name: str) -> str:
    """A file of ours beside the templates, as it is."""
    return (files(package) / "templates" / name).read_text(encoding="utf-8")

"""The report as one HTML file: nothing fetched, no script, all text escaped by the template."""

from jinja2 import Environment
from markupsafe import Markup

from autocode.pages import page_environment, resource
from autocode.report.document import Document, Number, Picture
from autocode.report.plots.style import for_page
from autocode.report.references import cited, entry, in_order
from autocode.report.render.plain import SIGNS, parted


def html_of(document: Document) -> str:
    """The whole page, figures inside it as SVG."""
    return (
        _environment()
        .get_template("report.html")
        .render(
            document=document,
            references=[(key, entry(key)) for key in in_order(document.cited)],
            style=Markup(resource("autocode.report", "report.css")),
            signs=SIGNS,
            linked=_linked,
        )
    )


def _environment() -> Environment:
    environment = page_environment("autocode.report")
    environment.filters["cited"] = cited
    environment.filters["drawn"] = _drawn
    environment.filters["exact"] = _exact
    environment.tests["a"] = lambda part, name: type(part).__name__ == name
    return environment


def _drawn(picture: Picture) -> Markup:
    """The figure, hidden from readers who get its alt text instead."""
    inner = for_page(picture.svg)
    return Markup(inner.replace("<svg", '<svg aria-hidden="true" focusable="false"', 1))


def _exact(number: Number) -> str:
    """The value as it stands in comparison.json."""
    return repr(number.value)


def _linked(text: str) -> Markup:
    """A reference with its address as a link."""
    words, address = parted(text)
    link = Markup('<a href="{}">{}</a>.').format(address, address) if address else ""
    return Markup.escape(words) + link

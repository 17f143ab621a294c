"""The report as one HTML file: nothing fetched, no script, all text escaped by the template."""

from markupsafe import Markup

from autocode.pages import page_environment, resource
from autocode.report.document import Document
from autocode.report.plots.style import for_page
from autocode.report.references import entry, in_order
from autocode.report.render.plain import SIGNS, parted, text_of


def html_of(document: Document) -> str:
    """The whole page, figures inside it as SVG."""
    environment = page_environment("autocode.report")
    environment.filters["words"] = text_of
    environment.filters["drawn"] = lambda picture: Markup(for_page(picture.svg))
    # As the value stands in comparison.json.
    environment.filters["exact"] = lambda number: repr(number.value)
    environment.tests["a"] = lambda part, name: type(part).__name__ == name
    return environment.get_template("report.html").render(
        document=document,
        references=[(key, *parted(entry(key))) for key in in_order(document.cited)],
        style=Markup(resource("autocode.report", "report.css")),
        signs=SIGNS,
    )

"""The report as LaTeX, to be `\\input` into an article: booktabs, all text escaped."""

import re

from autocode.report.document import (
    Block,
    Bullets,
    Cite,
    Code,
    CrossReference,
    Document,
    Excerpt,
    Heading,
    Line,
    Marked,
    Paragraph,
    Picture,
    Raised,
    Strong,
    Table,
    Verbatim,
)
from autocode.report.names import data
from autocode.report.render.columns import layout
from autocode.report.render.plain import SIGNS, text_of
from autocode.text import one_line, visible

_HEAD = r"""% A report by {made_by}. In the preamble of your article:
%   \usepackage[T1]{{fontenc}} \usepackage{{booktabs,longtable,array,graphicx}}
% then \input{{report}}; from another folder say first where this one is:
%   \newcommand{{\reportfolder}}{{reports/p1}}
% and at the end of your article \bibliographystyle{{plain}} \bibliography{{references}}
\providecommand{{\reportfolder}}{{.}}
% Characters that pdfTeX has no glyph for; LuaTeX and XeTeX print them.
\providecommand{{\reportchar}}[1]{{\ifdefined\Umathchar\char"#1\else[U+#1]\fi}}
"""
_ESCAPES = data("latex")["escapes"]
_TYPED = r"{\footnotesize\ttfamily\raggedright\setlength{\parindent}{0pt}"
_FITTING = r"width=\linewidth,height=.8\textheight,keepaspectratio"
# Letters with marks that T1 fonts have: LaTeX reads them as UTF-8.
_LATIN = re.compile("[ -~À-ÖØ-öø-ſ¡¿«»]")


def latex_of(document: Document) -> str:
    """Sections, tables and figures; citations are `\\cite` of references.bib."""
    parts = [_HEAD.format(made_by=document.made_by)]
    parts.append(rf"\section*{{{escaped(document.title)}}}" + _line(document.subtitle))
    for section in document.sections:
        parts.append(rf"\subsection*{{{escaped(section.title)}}}")
        parts += [_block(block) for block in section.blocks]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Text that LaTeX prints as it is, whatever it holds."""
    shown = (
        _ESCAPES.get(letter)
        or (letter if _LATIN.match(letter) else rf"\reportchar{{{ord(letter):04X}}}")
        for letter in one_line(text)
    )
    return "".join(shown).replace(",,", ",{},")


def _line(words: Line) -> str:
    text = ""
    for part in words:
        match part:
            case Cite(key):
                text += rf"\cite{{{key}}}"
            case CrossReference(kind):
                text += rf"{kind}~\ref{{{_label(part)}}}"
            case Strong(said):
                text += rf"\textbf{{{escaped(said.rstrip())}}}{' ' * (said != said.rstrip())}"
            case Code():
                text += rf"\texttt{{{_breakable(text_of(part))}}}"
            case Raised(said):
                text += rf"\textsuperscript{{{escaped(said)}}}"
            case Marked(said, by):
                text += rf"{{[}}\textbf{{{escaped(SIGNS[by])}}}~\emph{{{escaped(said)}}}{{]}}"
            case _:
                text += escaped(text_of(part))
    return text.replace(r"}; \cite{", ",")


def _label(reference: CrossReference) -> str:
    return f"{reference.kind.lower()}:{reference.name}"


def _breakable(text: str) -> str:
    """An identifier that may end a line after every few characters."""
    pieces = re.findall(r".{1,8}?(?:[_/.\-,: ]|$)|.{8}", text, flags=re.DOTALL)
    return r"\allowbreak{}".join(map(escaped, pieces))


def _block(block: Block) -> str:
    match block:
        case Paragraph(words, kind):
            wrapped = kind in ("warning", "paste")
            return _inside("quote", _line(words)) if wrapped else _line(words)
        case Heading(words):
            return rf"\subsubsection*{{{escaped(words)}}}"
        case Bullets(items):
            return _inside("itemize", "\n".join(rf"\item {_line(item)}" for item in items))
        case Table():
            return _table(block)
        case Picture():
            image = rf"\includegraphics[{_FITTING}]{{\reportfolder/figures/{block.name}.png}}"
            caption = rf"\caption{{{escaped(block.title)}. {_line(block.reading)}}}"
            caption += rf"\label{{{_label(block.label)}}}"
            return _inside("figure", f"\\centering\n{image}\n{caption}", "[htbp]")
        case Verbatim(title, sha256, text):
            head = rf"\textbf{{{escaped(title)}}}, SHA-256 \texttt{{{_breakable(sha256)}}}"
            # Line by line: the text could end an environment that shows it as it is.
            lines = [(row, row.lstrip(" ")) for row in visible(text).rstrip().split("\n")]
            shown = "\n".join(
                rf"\mbox{{}}{'~' * (len(row) - len(bare))}{escaped(bare)}\par"
                for row, bare in lines
            )
            return f"{head}\n\n{_TYPED}\n{shown}\n}}"
        case Excerpt(place, words, codes):
            coded = (rf"\\ {escaped(who)}: {_line(code)}" for who, code in codes)
            return _inside("quote", rf"\textbf{{{_line(place)}:}} {_line(words)}" + "".join(coded))


def _inside(environment: str, text: str, options: str = "") -> str:
    return f"\\begin{{{environment}}}{options}\n{text}\n\\end{{{environment}}}"


def _table(table: Table) -> str:
    """A longtable: it may break over pages, its head comes again."""
    form = layout(table)
    shares = [width / sum(form.columns) for width in form.columns]
    columns = "".join(
        rf">{{\ragged{'left' if column.numeric else 'right'}\arraybackslash\nobreak\hskip0pt}}"
        rf"p{{\dimexpr {share:.4f}\linewidth-2\tabcolsep\relax}}"
        for column, share in zip(table.columns, shares, strict=True)
    )
    heads = " & ".join(rf"\textbf{{{escaped(column.heading)}}}" for column in table.columns)
    rows = "\n".join(" & ".join(map(_line, row)) + r" \\" for row in table.rows)
    notes = "\n\n".join(rf"\noindent\footnotesize {_line(note)}\par" for note in table.notes)
    caption = rf"\caption{{{escaped(table.title)}}}\label{{{_label(table.label)}}}\\"
    head = rf"\toprule {heads} \\ \midrule"
    body = (
        f"{caption}\n{head}\n\\endfirsthead\n{head}\n\\endhead\n\\bottomrule\n\\endlastfoot\n{rows}"
    )
    size = r"\small" if len(shares) < 5 else r"\footnotesize\setlength{\tabcolsep}{3pt}"
    size = r"\scriptsize\setlength{\tabcolsep}{2pt}" if form.wide else size
    longtable = f"\\begin{{longtable}}{{@{{}}{columns}@{{}}}}\n{body}\n\\end{{longtable}}"
    return f"{{{size}\n{longtable}\n{notes}}}"

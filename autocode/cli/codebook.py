"""`autocode codebook`: the codes and their uses, as a list and a tree; which may be the same."""

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import click

from autocode.cli.choice import similarity_of
from autocode.cli.codebook_changes import CHANGES
from autocode.cli.codebook_proposals import PROPOSALS
from autocode.cli.terminal import indented, json_option, print_json, study_of, with_study
from autocode.codebook.usage import Use, codes_in_use, usage
from autocode.coding.codebook import Codebook, forest
from autocode.coding.duplicates import Duplicate, duplicates
from autocode.coding.nouns import Code
from autocode.models.embedding import EMBEDDERS, Vectors
from autocode.study import Study
from autocode.text import excerpt, one_line, plural, visible


@click.group("codebook", invoke_without_command=True, epilog="""\b
Examples:
  autocode codebook                        (the list)
  autocode codebook tree
  autocode codebook duplicates
  autocode codebook merge access_control acces_control
  autocode codebook propose
  autocode codebook undo""")  # fmt: skip
@click.pass_context
def command(context: click.Context) -> None:
    """List, order and merge the codes of the study; propose categories.

    Changes go to gold/codebook.json and, each with what was before, to
    gold/codebook.log.jsonl; `codebook undo` takes the last one back. Codings are
    never rewritten: a merged code is read as the one it was merged into."""
    if context.invoked_subcommand is None:
        list_codes(study_of(context), as_json=False)


@command.command("list", epilog="""\b
Examples:
  autocode codebook list
  autocode codebook list --json""")  # fmt: skip
@json_option
@with_study
def list_command(study: Study, as_json: bool) -> None:
    """List the codes: who used each how often and where, and an example.

    Counted are all human codings and the newest run on each transcript."""
    list_codes(study, as_json=as_json)


def list_codes(study: Study, *, as_json: bool) -> None:
    """The codes of the study with their uses, on stdout."""
    book, uses = Codebook.load(study.codebook_path), usage(study)
    codes, known = codes_in_use(book, uses), {code.id for code in book.codes}
    if as_json:
        print_json({"codes": [_entry(code, uses, code.id in known) for code in codes]})
        return
    lines = (line for code in codes for line in _told(code, uses, code.id in known))
    click.echo(visible("\n".join(lines)), nl=bool(codes))
    merged = sum(len(code.aliases) for code in book.codes)
    click.echo(f"{plural(len(codes), 'code')}, {plural(merged, 'alias', 'aliases')}.", err=True)


def _entry(code: Code, uses: Mapping[str, Use], known: bool) -> dict[str, Any]:
    use = uses.get(code.id, Use())
    return code.model_dump(mode="json", exclude={"examples"}) | {
        "in_codebook": known,
        "first_defined_in": code.first_defined_in or use.defined_in,
        "quotes": use.quotes,
        "mentions": use.mentions,
        "coders": dict(use.coders),
        "transcripts": dict(use.transcripts),
        "example": use.example.model_dump(mode="json") if use.example else None,
    }


def _told(code: Code, uses: Mapping[str, Use], known: bool) -> Iterator[str]:
    """A code in a few lines of 80 columns."""
    use = uses.get(code.id, Use())
    about = [code.label or "", f"({code.kind})" if code.kind else ""]
    about += ["— retired" if code.retired else "", "" if known else "— not in the codebook"]
    yield one_line(" ".join([f"{code.id}:", *filter(None, about)]))
    defined_in = code.first_defined_in or use.defined_in
    parts = [
        f"{plural(use.quotes, 'quote')}, {plural(use.mentions, 'mention')}",
        f"by {_counts(use.coders)}" if use.coders else "",
        f"in {_counts(use.transcripts)}" if use.transcripts else "",
        f"first defined in {defined_in}" if defined_in else "",
        f"also called {', '.join(code.aliases)}" if code.aliases else "",
    ]
    yield from indented("; ".join(filter(None, parts)))
    if code.definition:
        yield from indented(code.definition)
    if use.example:
        yield one_line(f"  “{excerpt(use.example.text, 55)}” ({use.example.transcript})")


def _counts(counter: Counter[str]) -> str:
    """`gold 5, anna 3`: the most first, at most four."""
    most = [f"{name} {count}" for name, count in counter.most_common(4)]
    return ", ".join(most) + (f" and {len(counter) - 4} more" if len(counter) > 4 else "")


@command.command("tree", epilog="""\b
Examples:
  autocode codebook tree
  autocode codebook tree --relations""")  # fmt: skip
@click.option(
    "--relations", "with_relations", is_flag=True, help="With the relations of each code."
)
@json_option
@with_study
def tree_command(study: Study, with_relations: bool, as_json: bool) -> None:
    """Show which code stands under which, each with its number of uses."""
    book, uses = Codebook.load(study.codebook_path), usage(study)
    if as_json:
        links = [link.model_dump(mode="json") for link in book.relations]
        codes = [
            {"id": code.id, "depth": depth, "uses": uses.get(code.id, Use()).total}
            for depth, code in forest(book.codes)
        ]
        print_json({"codes": codes} | ({"relations": links} if with_relations else {}))
        return
    for depth, code in forest(book.codes):
        use = uses.get(code.id, Use())
        label = f"  {code.label}" if code.label else ""
        gone = "  (retired)" if code.retired else ""
        click.echo(one_line(f"{'  ' * depth}{code.id} [{use.total}]{label}{gone}"))
        for link in book.relations if with_relations else ():
            if link.source == code.id:
                quotes = f" ({plural(len(link.evidence), 'quote')})" if link.evidence else ""
                told = f"{link.relation} → {link.target}{quotes}"
                click.echo(one_line(f"{'  ' * depth}    – {told}"))


@command.command("duplicates", epilog="""\b
Examples:
  autocode codebook duplicates
  autocode codebook duplicates --all --json
  autocode codebook duplicates --similarity lexical""")  # fmt: skip
@click.option("--all", "every", is_flag=True, help="All of them, not only the first ten.")
@click.option(
    "--similarity", type=click.Choice(EMBEDDERS), default="auto", help="How meaning is compared."
)
@json_option
@with_study
def duplicates_command(study: Study, every: bool, similarity: str, as_json: bool) -> None:
    """Suggest codes that are probably one, each with the reason.

    Reasons: names that differ by a slip of the keyboard; the words of one name all in
    the other, with nearly the same meaning; the same quotes. Nothing is merged."""
    pairs = study_duplicates(study, similarity)
    if as_json:
        print_json({"duplicates": [vars(pair) | {"reasons": [*pair.reasons]} for pair in pairs]})
        return
    for pair in pairs if every else pairs[:10]:
        click.echo(visible(f"{pair.keep} ← {pair.drop}"))
        for reason in pair.reasons:
            click.echo(visible("\n".join(indented(reason))))
    if len(pairs) > 10 and not every:
        click.echo(f"{len(pairs) - 10} more with --all.", err=True)
    if pairs:
        names = shlex.join([pairs[0].keep, pairs[0].drop])
        words = f"Merge with: autocode codebook merge {names}"
        click.echo(visible(words), err=True)
    else:
        click.echo("No two codes look like one.", err=True)


def study_duplicates(study: Study, similarity: str = "auto") -> list[Duplicate]:
    """The near-duplicates among the codes of a study, the likeliest first."""
    book, uses = Codebook.load(study.codebook_path), usage(study)
    embedder, known = similarity_of(study, similarity, None), {code.id for code in book.codes}

    def embed(labels: Sequence[str]) -> Vectors:
        return embedder.embed(labels, "query")

    pairs = duplicates(
        codes_in_use(book, uses),
        embed=None if embedder.name.startswith("lexical") else embed,  # letters are no meaning
        marks={id_: use.marks for id_, use in uses.items()},
        uses={id_: use.total for id_, use in uses.items()},
    )
    # What the codebook has stays.
    return [
        replace(pair, keep=pair.drop, drop=pair.keep)
        if pair.drop in known and pair.keep not in known
        else pair
        for pair in pairs
    ]


for _further in (*CHANGES, *PROPOSALS):
    command.add_command(_further)

"""The catalogue has every figure of a comparison, and nothing that no comparison has."""

import ast
from pathlib import Path

import pytest
from constructed import BARE, QUICK, QUOTES, bare, coding, leaves, material, transcript, tree_of

import autocode
from autocode.models.embedding import Lexical
from autocode.panel.catalogue import (
    baselines,
    catalogue,
    entry,
    families,
    figure_name,
    groups,
    headlines,
)
from autocode.panel.comparison import Source, compare

LABELLED = [(start, end, code, f"label:talk of {code}") for start, end, code in QUOTES]
OVERLAPPING = [*LABELLED[:3], (110, 130, "C", "label:talk of C")]


@pytest.fixture(scope="module")
def trees():
    """Comparisons that have every branch between them."""

    def document(name):
        text = transcript(name)
        human = Source.of(coding("anna", LABELLED[1:], text=text))
        run = Source.of(coding("model", LABELLED[:4], text=text))
        return material(LABELLED, OVERLAPPING, text=text, humans=(human,), runs=(run,))

    two = compare([document("p1"), document("p2")], QUICK, Lexical("lexical"))
    several = compare([bare(QUOTES, QUOTES[1:], QUOTES[2:])], BARE)
    return [tree_of(two), tree_of(several)]


def test_every_figure_of_a_comparison_is_in_the_catalogue(trees):
    paths = [path for tree in trees for path, _ in leaves(tree)]
    assert len(paths) > 300
    for path in paths:
        assert entry(*path).name, path


def test_every_figure_of_the_catalogue_is_in_a_comparison(trees):
    found = {entry(*path).key for tree in trees for path, _ in leaves(tree)}
    assert [known.key for known in catalogue() if known.key not in found] == []


def test_the_units_are_those_of_the_figures(trees):
    for tree in trees:
        for path, leaf in leaves(tree):
            known = entry(*path)
            if leaf["value"] is not None and known.group not in ("codes", "uncertainty"):
                assert leaf["unit"] == known.unit, path


def test_baselines_are_those_of_a_comparison(trees):
    assert set(baselines()) == set(trees[0]["baselines"])
    for figures in trees[0]["baselines"].values():
        assert {known.baseline for known in catalogue() if known.baseline} == set(figures)


def test_a_figure_is_looked_up_by_keys_or_by_a_dotted_path():
    assert figure_name("units", "turn", "kappa") == figure_name("units.turn.kappa") == "turn κ"
    assert figure_name("spans.matching.0.5.partial") == "quotes, partial F1"
    assert figure_name("units", "turn", "per_code", "a.b", "kappa") == "κ of a code"
    assert entry("baselines", "keyword", "turn_kappa").key == "units.turn.kappa"
    with pytest.raises(KeyError, match=r"spans\.unknown"):
        entry("spans", "unknown")


def test_what_a_row_says_is_known():
    names = [known.name for known in catalogue()]
    assert len(set(names)) == len(names)
    assert {known.group for known in catalogue()} == set(groups())
    assert {known.family for known in catalogue()} == set(families())
    for known in catalogue():
        assert known.only in ("everywhere", "report", "json")
        assert known.baseline or not known.floor
        assert known.only == "everywhere" or not known.headline
        if known.only == "everywhere" and known.group not in ("codes", "uncertainty"):
            assert len(known.short) <= 18, known.short
    assert len(headlines()) == 7


def test_no_name_of_a_figure_stands_outside_the_catalogue():
    """In code a figure is named by its path; its name is looked up."""
    names = {known.name for known in catalogue()} | {
        known.short for known in catalogue() if not known.short.isascii()
    }
    names -= {"γ", "κ", "α"}  # Letters that the label of an axis may need.
    package = Path(autocode.__file__).parent
    for path in set(package.rglob("*.py")) - set((package / "agreement").iterdir()):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert node.value not in names, f"{path}:{node.lineno}: {node.value}"

"""The figures: nothing cut off, nothing drawn from too little, names as they are."""

import re
from xml.etree import ElementTree

import pytest
from reported import MARKS, OTHERS, coding, evidence, material, three_coders, transcript, twelve

from autocode.coding.materials import Material, Source
from autocode.report.names import code_label
from autocode.report.plots import curves, dots, matrix, tracks
from autocode.report.plots.style import for_page, short
from autocode.report.render.plain import plain

CASES = {"one": evidence, "twelve": lambda: evidence(*twelve())}
DRAWN = [
    (dots, dots.agreement_per_code), (dots, dots.run_to_run), (matrix, matrix.who_used_what),
    (curves, curves.over_thresholds), (curves, curves.saturation), (tracks, tracks.tracks),
]  # fmt: skip


@pytest.fixture(scope="module")
def studies():
    return {name: make() for name, make in CASES.items()}


@pytest.fixture
def figure(monkeypatch):
    """The figure itself where a module would make a picture of it."""

    def draw(module, function, study):
        monkeypatch.setattr(module, "picture", lambda figure, *_: figure)
        return function(study)

    return draw


def labels(figure):
    return [label.get_text() for axis in figure.axes for label in axis.get_yticklabels()]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("module", "function"), DRAWN, ids=lambda one: one.__name__)
def test_every_marker_lies_within_its_axis_and_none_is_cut(studies, figure, name, module, function):
    picture = function(studies[name])
    if picture is None:
        assert function in (dots.agreement_per_code, dots.run_to_run, curves.saturation)
        return
    assert not re.search(r"<g clip-path=[^>]*>\s*<use", picture.svg)
    for axis in figure(module, function, studies[name]).axes:
        (left, right), (low, high) = sorted(axis.get_xlim()), sorted(axis.get_ylim())
        for drawn in axis.lines:
            if drawn.get_marker() != "None":
                assert all(left <= x <= right for x in drawn.get_xdata(orig=False))
                assert all(low <= y <= high for y in drawn.get_ydata(orig=False))


def test_no_curve_of_codes_from_fewer_than_five_documents():
    assert curves.saturation(evidence(*twelve()[:4])) is None
    assert curves.saturation(evidence(*twelve()[:5])) is not None


def test_every_document_has_a_frame_of_its_own_with_a_track_per_coder(studies, figure):
    frames = figure(tracks, tracks.tracks, studies["twelve"]).axes
    assert [axis.get_title(loc="left") for axis in frames] == [f"p{n}" for n in range(1, 13)]
    assert {tuple(map(str, axis.get_yticks())) for axis in frames} == {("0", "1", "2")}
    (single,) = figure(tracks, tracks.tracks, studies["one"]).axes
    assert [label.get_text() for label in single.get_yticklabels()] == ["human coder", "model"]


def test_more_documents_than_frames_are_said(monkeypatch, studies):
    monkeypatch.setattr(tracks, "MOST", 3)
    reading = plain(tracks.tracks(studies["twelve"]).reading)
    assert "The first 3 of 12 transcripts are shown." in reading
    monkeypatch.undo()
    assert "are shown" not in plain(tracks.tracks(studies["twelve"]).reading)


def frequent(marks):
    """The marks, and every code in five turns: rarer ones have no coefficient."""
    codes = sorted({code for _, _, code in marks}) * 5
    return [*marks, *((200 * at + 110, 200 * at + 170, code) for at, code in enumerate(codes))]


def test_no_code_is_no_code(figure):
    """Quotes without any code are counted, but no row of a figure is called so."""
    bare = [(900, 990), (1700, 1790)]
    ours, theirs = [*frequent(MARKS), *bare], [*frequent(OTHERS), *bare]
    study = evidence(material(ours=ours, theirs=theirs))
    assert "(no code)" in study.numbers.find("spans", "u_alpha_layered", "per_code")
    for module, function in ((dots, dots.agreement_per_code), (matrix, matrix.who_used_what)):
        assert sorted(labels(figure(module, function, study))) == ["Code <A> & B_1", "b", "c"]


def test_names_are_words_also_with_dollar_signs_in_them():
    marks = frequent([(110, 160, r"$\frac{$"), (310, 390, "$x$"), (700, 790, "a\n" + "b" * 60)])
    study = evidence(material(ours=marks, theirs=marks))
    for function in (dots.agreement_per_code, matrix.who_used_what):
        words = ElementTree.fromstring(function(study).svg).itertext()
        assert {r"$\frac{$", "$x$", f"a {'b' * 34}…"} <= {text.strip() for text in words}
    assert short("a\x1b\ufffe\n b") == r"a\x1b\ufffe b"


def test_a_mark_for_a_whole_document_says_so(studies):
    assert "in that document" in plain(matrix.who_used_what(studies["twelve"]).reading)
    assert "in that document" not in plain(matrix.who_used_what(studies["one"]).reading)


def test_several_coders_have_tracks_only():
    study = evidence(three_coders())
    assert matrix.who_used_what(study) is None
    assert curves.over_thresholds(study) is None
    assert tracks.tracks(study).svg


def test_a_figure_is_the_same_every_time_and_fits_a_page(studies):
    first, second = tracks.tracks(studies["one"]), tracks.tracks(studies["one"])
    assert first == second
    shown = for_page(first.svg)
    assert shown.startswith("<svg")
    assert "var(--ink, #1d1d1b)" in shown
    head = shown.split(">", 1)[0]
    assert "viewBox" in head
    assert " width=" not in head
    ElementTree.fromstring(first.svg)
    assert first.png.startswith(b"\x89PNG")
    assert "Date" not in first.svg


def test_scripts_that_the_font_lacks_are_drawn_without_a_warning():
    ours, theirs = (
        [(a, b, f"合意_{c}") for a, b, c in marks] for marks in (frequent(MARKS), OTHERS)
    )
    study = evidence(material(transcript(), ours, theirs))
    assert dots.agreement_per_code(study).png.startswith(b"\x89PNG")


def test_a_coder_with_a_strange_name_has_a_track(figure):
    of = transcript()
    codings = [coding(of, "$anna\n\x1b", MARKS), coding(of, "b" * 300, OTHERS)]
    study = evidence(Material(tuple(map(Source.of, codings)), of), with_runs=False)
    assert labels(figure(tracks, tracks.tracks, study)) == [r"$anna \x1b", f"{'b' * 22}…"]


def test_more_codes_than_rows_are_said_and_those_on_most_text_are_shown(monkeypatch, studies):
    leaves = studies["twelve"].numbers.find(*dots.PER_CODE)
    every = {code: leaf for code, leaf in leaves.items() if leaf["value"] is not None}
    most = max(every, key=lambda code: every[code]["parts"]["prevalence"])
    monkeypatch.setattr(dots, "MOST", 1)
    reading = plain(dots.agreement_per_code(studies["twelve"]).reading)
    assert f"highest on “{code_label(studies['twelve'], most)}”" in reading
    assert f"Of {len(every)} codes, the 1 on most text" in reading
    assert "tables/codes-spans.csv" in reading


def test_more_places_than_columns_are_said(monkeypatch, studies):
    monkeypatch.setattr(matrix, "_MOST_COLUMNS", 2)
    reading = plain(matrix.who_used_what(studies["twelve"]).reading)
    assert "Shown: the first 2 of 12 transcripts; the counts of every code are in " in reading

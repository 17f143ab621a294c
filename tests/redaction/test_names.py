"""The list of names: decisions, what matches a name, and what leads nowhere else."""

import json
import stat
import unicodedata
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from autocode.errors import InputError, StudyError
from autocode.redaction.names import Names
from autocode.study import Study


def names(**pseudonyms: str) -> Names:
    listed = Names()
    for name, pseudonym in pseudonyms.items():
        listed = listed.replacing(name.replace("_", " "), pseudonym)
    return listed


def test_kinds_are_numbered_and_pseudonyms_shared() -> None:
    listed = names(Sarah_Miller="person", Sarah="Person 1", Tom="person", Utrecht="place")
    listed = listed.replacing("ACME").replacing("Piet", "Anna")
    assert {name: entry.pseudonym for entry in listed.replaced for name in entry.names} == {
        "Sarah Miller": "Person 1", "Sarah": "Person 1", "Tom": "Person 2", "Utrecht": "Place 1",
        "ACME": "Name 1", "Piet": "Anna",
    }  # fmt: skip


def test_decisions_can_be_changed() -> None:
    listed = names(Sarah="person").keeping("SQL").keeping("Sarah")
    assert (listed.replaced, listed.kept) == ([], ["SQL", "Sarah"])
    listed = listed.replacing("Sarah", "place").replacing("Sarah", "person")
    assert listed.replace("Sarah, SQL") == "Person 1, SQL"
    assert listed.kept == ["SQL"]


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Sarah's book, by Sarah.", "Person 1's book, by Person 1."),
        ("Sarah Miller and Sarah", "Person 2 and Person 1"),
        ("Sarah\n Miller", "Person 2"),
        ("Sarahs, Osarah, Sarah1", "Sarahs, Osarah, Sarah1"),
        ("role_Sarah_x", "role_Person 1_x"),
        ("Sarah-Lena😀Sarah", "Person 1-Lena😀Person 1"),
        ("O’Brien and O'Brien", "Person 3 and Person 3"),
        ("Jose\u0301 and Jos\u00e9", "Person 4 and Person 4"),
        ("sarah, SARAH", "sarah, SARAH"),
        ("我叫王小明。", "我叫Person 5。"),
        ("Sarah Miller Group NV", "Organisation 1"),  # overlaps "Sarah Miller": the whole of both
    ],
)
def test_what_matches_a_name(text: str, redacted: str) -> None:
    listed = names(
        Sarah="person", Sarah_Miller="person", Miller_Group_NV="organisation",
        **{"O'Brien": "person", "Jos\u00e9": "person", "王小明": "person"},
    )  # fmt: skip
    assert listed.replace(text) == redacted


@pytest.mark.parametrize(
    "name", ["E\u0301va", "\u00c9va", "O’X", "O'X", "’t Hooft", "'t Hooft", "^]-["]
)
def test_a_name_is_found_however_it_is_listed(name: str) -> None:
    listed = Names().replacing(name, "Z")
    for form in ("NFC", "NFD"):
        for apostrophe in "'’":
            text = unicodedata.normalize(form, name.replace("’", "'").replace("'", apostrophe))
            assert listed.replace(f"so {text}, so") == "so Z, so"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=5,
)
ENTRY = st.fixed_dictionaries(
    {"pseudonym": st.text(max_size=3) | JSON, "names": st.lists(st.text(max_size=3)) | JSON}
)


@given(st.lists(ENTRY | JSON, max_size=3) | JSON, st.lists(st.text(max_size=3)) | JSON)
def test_a_file_is_a_list_of_names_or_refused(replaced: Any, kept: Any) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "private" / "names.json"
        data = {"format": "autocode/names@1", "replaced": replaced, "kept": kept}
        path.parent.mkdir()
        path.write_text(json.dumps(data))
        with suppress(InputError):
            listed = Names.of(Study(Path(folder)))
            for entry in listed.replaced:
                assert not list(listed.within(entry.pseudonym))


def test_of_names_of_one_length_that_overlap_the_first_counts() -> None:
    listed = names(Anna_Berg="person", Berg_Anna="person")
    assert listed.replace("Anna Berg Anna") == "Person 1"
    assert listed.replace("Berg Anna Berg") == "Person 2"


def test_any_case() -> None:
    listed = names(Sarah="person")
    assert listed.replace("sarah_x SARAH", any_case=True) == "Person 1_x Person 1"


@pytest.mark.parametrize(
    ("name", "pseudonym"),
    [("Tom", "Sarah"), ("Tom", "Sarah 2"), ("Person", "person"), ("", "person"), ("  ", "")],
)
def test_a_pseudonym_gives_no_name_away(name: str, pseudonym: str) -> None:
    with pytest.raises(StudyError, match="Choose another name or pseudonym"):
        names(Sarah="person").replacing(name, pseudonym)


@pytest.mark.parametrize(
    "replaced",
    [
        [{"pseudonym": "A", "names": ["X"]}, {"pseudonym": "B", "names": ["X"]}],
        [{"pseudonym": "A", "names": ["O'X"]}, {"pseudonym": "B", "names": ["O’X"]}],
        [{"pseudonym": "A", "names": ["X"]}, {"pseudonym": "A", "names": ["Y"]}],
        [{"pseudonym": "", "names": ["X"]}],
        [{"pseudonym": "A\nB", "names": ["X"]}],
    ],
)
def test_a_list_that_leads_two_ways_is_refused(replaced: list[dict[str, object]]) -> None:
    with pytest.raises(ValidationError):
        Names.model_validate({"replaced": replaced})


def test_the_file_is_for_its_owner_alone_and_out_of_git(tmp_path: Path) -> None:
    study = Study(tmp_path)
    listed = names(Sarah="person").keeping("SQL")
    listed.save(study)
    path = tmp_path / "private" / "names.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (tmp_path / "private" / ".gitignore").read_text() == "*\n"
    assert Names.of(study) == listed
    assert Names.of(Study(tmp_path / "other")) == Names()
    path.write_text("{")
    with pytest.raises(InputError, match=r"names\.json:1"):
        Names.of(study)


def test_a_list_outside_the_study_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "private").symlink_to(tmp_path)
    with pytest.raises(StudyError, match="leads out"):
        Names.of(Study(tmp_path / "study"))

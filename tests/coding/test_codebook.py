"""The codebook: kept as written, leave-one-out, misspellings."""

import json
from pathlib import Path

import pytest

from autocode.coding.codebook import Codebook, alike, bare, forest, nearest, only_used_in
from autocode.coding.nouns import Code, CodedWith, Coder, Coding, Mention, Quote, TranscriptRef
from autocode.errors import InputError


def coding(*codes: CodedWith, id_: str = "p1") -> Coding:
    return Coding(
        transcript=TranscriptRef(id=id_, sha256="0" * 64, length=9),
        coder=Coder(id="gold", kind="human"),
        quotes=[Quote(id="q1", start=0, end=3, text="abc", status="exact", axial=["used"])],
        mentions=[Mention(code="noted")],
        codes=list(codes),
    )


def book(*codes: Code) -> Codebook:
    return Codebook(codes=list(codes))


def test_a_codebook_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert Codebook.load(tmp_path / "codebook.json").codes == []


def test_what_people_wrote_is_kept_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "codebook.json"
    codes = [{"id": "a", "label": "Ä", "memo": "mine", "definition": "what it is"}]
    path.write_text(json.dumps({"format": "autocode/codebook@1", "codes": codes, "by": "me"}))
    Codebook.load(path).save(path)
    first = path.read_bytes()
    Codebook.load(path).save(path)
    assert path.read_bytes() == first
    data = json.loads(first)
    assert data["by"] == "me"
    assert data["codes"][0]["memo"] == "mine"
    assert "Ä".encode() in first


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"format": "autocode/codebook@2", "codes": []}, "newer autocode"),
        (
            {"format": "autocode/codebook@1", "codes": [{"id": "a"}, {"id": "a"}]},
            "stands there twice",
        ),
        ({"format": "autocode/codebook@1", "codes": [{"label": "a"}]}, "codes.0.id"),
    ],
)
def test_a_codebook_that_cannot_be_used(tmp_path: Path, data: object, words: str) -> None:
    path = tmp_path / "codebook.json"
    path.write_text(json.dumps(data))
    with pytest.raises(InputError, match=words):
        Codebook.load(path)


def test_codes_defined_in_a_transcript_are_held_back_from_it() -> None:
    codebook = book(
        Code(id="own", first_defined_in="p1"),
        Code(id="other", first_defined_in="p2"),
        Code(id="child", parent="own"),
        Code(id="used"),
    )
    sent, held = codebook.without("p1")
    assert [code.id for code in sent] == ["other", "child", "used"]
    assert [code.id for code in held] == ["own"]
    assert "own" not in repr(sent)  # not even as a parent
    assert [code.id for code in codebook.without("p9")[0]] == ["own", "other", "child", "used"]


def test_codes_known_to_be_defined_there_are_held_back_whatever_the_codebook_says() -> None:
    codebook = book(Code(id="a"), Code(id="b", aliases=["bee"], first_defined_in="p2"))
    assert [code.id for code in codebook.without("p1", {"bee", "x"})[1]] == ["b"]
    assert [code.id for code in codebook.without("p1", {"a"})[0]] == ["b"]


def test_agreement_is_optimistic_when_every_code_sent_occurs_in_the_gold() -> None:
    sent = [Code(id="used"), Code(id="noted"), Code(id="coded")]
    assert only_used_in(sent, coding(CodedWith(id="coded")))
    assert not only_used_in([*sent, Code(id="other")], coding(CodedWith(id="coded")))
    assert not only_used_in([], coding())


def test_codes_of_a_coding_are_added_and_nothing_is_overwritten() -> None:
    codebook = book(Code(id="a", label="Mine", definition="so", first_defined_in="p9"))
    added = codebook.with_coding(
        coding(
            CodedWith(id="b", label="B", kind="force", defined_here=True),
            CodedWith(id="a", label="Theirs", kind="practice", defined_here=True),
            CodedWith(id="c"),
        )
    )
    a, b, c = added.codes
    assert (a.label, a.kind, a.first_defined_in, a.definition) == ("Mine", "practice", "p9", "so")
    assert (b.label, b.first_defined_in) == ("B", "p1")
    assert (c.label, c.first_defined_in) == (None, None)
    assert added.with_coding(coding(CodedWith(id="c"))) == added


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("role_based_access_control", "role_bases_access_control", True),
        ("infrastructure_as_code", "infrastructure_as_a_code", True),
        ("data_catalog", "data_catalogue", True),
        ("DataCatalog", "datacatalog", True),
        ("lambda_architecture", "kappa_architecture", False),
        ("landing_zone_version_1", "landing_zone_version_2", False),
        ("cdc", "cdd", False),
        ("data_catalog", "api_catalog", False),
    ],
)
def test_near_duplicates(one: str, other: str, same: bool) -> None:
    found = alike(Code(id=one), [Code(id=one), Code(id=other), Code(id="unlike_all")])
    assert [code.id for code in found] == ([other] if same else [])


def test_labels_count_as_well() -> None:
    first, second = Code(id="mdm", label="Master Data"), Code(id="md", label="Master  data")
    assert alike(first, [first, second]) == [second]


def test_finding_a_code_by_any_of_its_names() -> None:
    codebook = book(Code(id="mdm", label="Master Data", aliases=["master_data_mgmt"]), Code(id="b"))
    for name in ("mdm", "MDM", "master data", "Master_Data_Mgmt"):
        found = codebook.find(name)
        assert found is not None
        assert found.id == "mdm"
    assert codebook.find("nothing") is None


def test_suggestions() -> None:
    codes = [Code(id="schema_registry"), Code(id="data_catalog")]
    assert nearest("shema_registry", codes) == "schema_registry"
    assert nearest("autonomy", codes) is None
    assert bare("Self-Serve_UI ") == "self serve ui"


def test_children_stand_under_their_parents_and_every_code_once() -> None:
    family = {"a": None, "d": None, "b": "a", "c": "b", "x": "y", "y": "x", "z": "z", "w": "gone"}
    placed = forest([Code(id=id_, parent=parent) for id_, parent in family.items()])
    assert [f"{depth}{code.id}" for depth, code in placed] == [
        "0a", "1b", "2c", "0d", "0w", "0x", "1y", "0z",
    ]  # fmt: skip

"""What was decided with proposals in view is acceptance in every comparison, never agreement."""

from pathlib import Path

import pytest
from command_line import run

from autocode.coding.choice import Choice, materials_of
from autocode.coding.codebook import Codebook
from autocode.coding.materials import Material, assisted, check
from autocode.errors import InputError
from autocode.review import Review
from autocode.review.decision import Accept, AcceptAll, Add, Finish, View
from autocode.study import Study

BLIND = ((46, 109), (149, 208))


def measured(material: Material) -> str:
    """What a comparison says that it measures, without the figures."""
    check(material, incomplete=False)
    return "acceptance" if assisted([material]) else "agreement"


def coded_blind(study: Study, reviewer: str) -> Review:
    review = Review.open(study, "d1", reviewer, blind=True)
    for start, end in BLIND:
        review.decide(Add(start=start, end=end, open_code="mine", axial=("water",)))
    return review


def test_a_blind_review_is_a_second_opinion(study: Study) -> None:
    review = coded_blind(study, "jo")
    review.decide(Finish())
    review.write()
    (material,) = materials_of(study, ["d1"], Choice(gold="jo"))
    assert measured(material) == "agreement"
    (material,) = materials_of(study, ["d1"])
    assert "jo" in [source.coding.coder.id for source in material.humans]


def test_an_assisted_review_is_acceptance(study: Study) -> None:
    review = Review.open(study, "d1", "jo")
    review.decide(Accept(item="m1.1"))
    review.decide(Finish())
    review.write()
    (material,) = materials_of(study, ["d1"], Choice(gold="jo"))
    assert measured(material) == "acceptance"
    (material,) = materials_of(study, ["d1"])
    assert "jo" not in [source.coding.coder.id for source in material.humans]
    assert any("saw a model's proposals" in note for note in material.notes)


def test_of_a_mixed_review_only_the_blind_quotes_count_for_agreement(study: Study) -> None:
    review = coded_blind(study, "jo")
    review.decide(View())
    # Two of the blind quotes are changed or left out once the proposals were seen.
    review.decide(Accept(item="m1.1"))
    review.decide(Finish())
    review.write()
    (material,) = materials_of(study, ["d1"], Choice(gold="jo"))
    quotes = material.codings[0].coding.quotes
    assert [(quote.start, quote.end) for quote in quotes] == [*BLIND]
    assert measured(material) == "agreement"
    told = "of gold/d1.jo.json only the 2 quotes coded before the proposals were seen count"
    assert any(told in note for note in material.notes)
    (material,) = materials_of(study, ["d1"], Choice(gold="jo", assisted=True))
    assert len(material.codings[0].coding.quotes) == 3
    assert measured(material) == "acceptance"
    done = run(
        study, "compare", "d1", "--gold", "jo", "--permutations", "0", "--similarity", "lexical"
    )
    assert told in " ".join(done.stdout.split())


def test_what_was_blind_stays_so_when_more_is_shown(study: Study) -> None:
    review = coded_blind(study, "jo")
    review.decide(View(), runs=["20260301T1001-scripted-d1"])
    review.decide(Accept(item="m1.1"))
    review.decide(View(), runs=["20260301T1002-scripted-d1"])
    blind = review.coding().blind
    assert blind
    assert [(quote.start, quote.end) for quote in blind] == [*BLIND]


def test_an_agreed_coding_is_not_compared_with_those_who_agreed(study: Study) -> None:
    review = Review.open(study, "d1", "gold+anna")
    review.decide(AcceptAll(items=tuple(item.id for item in review.supported())))
    review.decide(Finish())
    path = review.write()
    assert path == study.root / "gold" / "d1.gold+anna.json"
    (material,) = materials_of(study, ["d1", "d1.gold+anna"])
    with pytest.raises(InputError, match="gold had a part in this coding"):
        measured(material)
    (material,) = materials_of(study, ["d1"])
    assert [source.coding.coder.id for source in material.humans] == ["anna"]
    (material,) = materials_of(study, ["d1"], Choice(gold="gold+anna"))
    assert material.humans == ()
    assert "d1: gold/d1.gold+anna.json is what gold and anna agreed on in discussion" in (
        material.notes
    )
    # Both coded blind, so what they agreed on is blind to the model.
    assert measured(material) == "agreement"


def test_a_discussion_with_who_saw_the_proposals_is_acceptance(study: Study) -> None:
    for name, item in (("jo", "m1.1"), ("kim", "m1.2")):
        review = Review.open(study, "d1", name)
        review.decide(Accept(item=item))
        review.decide(Finish())
        review.write()
    review = Review.open(study, "d1", "jo+kim")
    assert [item.kind for item in review.items()] == ["only human", "only human"]
    review.decide(Accept(item="h1.1"))
    review.decide(Finish())
    review.write()
    assert review.coding().quotes[0].provenance == "assisted"
    (material,) = materials_of(study, ["d1"], Choice(gold="jo+kim"))
    assert measured(material) == "acceptance"


def test_an_unfinished_review_is_not_discussed(study: Study) -> None:
    coded_blind(study, "jo").write()
    with pytest.raises(InputError, match="the review is not finished"):
        Review.open(study, "d1", "jo+gold")
    assert not Path(study.root / "reviews" / "d1" / "jo+gold.jsonl").exists()


def test_what_was_coded_blind_is_read_with_the_codes_of_today(study: Study) -> None:
    review = coded_blind(study, "jo")
    review.decide(View())
    review.decide(Finish())
    review.write()
    assert run(study, "codebook", "rename", "water", "irrigation").returncode == 0
    (material,) = materials_of(study, ["d1"], Choice(gold="jo"))
    assert {code for q in material.codings[0].coding.quotes for code in q.axial} == {"irrigation"}
    # What stands in the file is what the record says, whatever the codes are called today.
    assert run(study, "verify").returncode == 0
    review.write()
    ids = [code.id for code in Codebook.load(study.codebook_path).codes]
    assert "irrigation" in ids
    assert "water" not in ids

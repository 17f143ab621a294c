"""A proposal for the codebook of a study: two categories and a relation, which cite a run."""

from pathlib import Path

from autocode.codebook.proposal import Category, Proposal, ProposedRelation
from autocode.coding.files import read_coding
from autocode.coding.nouns import Cited
from autocode.coding.runs import PROPOSAL, newest_run
from autocode.files import to_json
from autocode.study import CODEBOOK, Study


def propose_categories(study: Study, id: str, code: str = "holding_together") -> Path:
    """Write it; what is cited is the beginning of the newest run on a transcript.

    code: what the first category would be called.
    """
    run = newest_run(study, id)
    quotes = [
        Cited(transcript=id, coding=run.coding_path.relative_to(study.root).as_posix(),
              quote=quote.id, text=quote.text)
        for quote in read_coding(run.coding_path).located()
    ][:2]  # fmt: skip
    more = {"quotes": quotes, "open_codes": ["some name"]}
    above = Category(id="c1", name="Holding <together>", definition="What keeps it going.",
                     code=code, **more)  # fmt: skip
    below = Category(id="c2", name="Taking turns", definition="One after the other.",
                     code="taking_turns", place="under", parent="c1", **more)  # fmt: skip
    link = ProposedRelation(id="r1", source="c1", relation="causes", target="c2", quotes=quotes)
    made = Proposal(origin="runs", embedder="none", threshold=0.5, categories=[above, below],
                    relations=[link])  # fmt: skip
    path = study.runs_path(CODEBOOK) / "20260401T1000-scripted-codebook" / PROPOSAL
    path.parent.mkdir(parents=True)
    path.write_text(to_json(made), encoding="utf-8")
    return path

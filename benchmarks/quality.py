"""How well a model codes, beside coders who do not read: per transcript and pooled.

Codes every transcript of a study folder that has a human coding (`gold/ID.json`, or the traces of
its field notes), compares, and prints sentence-level κ, character F1, uα, axial F1 per turn and the
share of the text marked, for the model and for every trivial coder. Where codes count, the trivial
coders give every quote the commonest code of the human coding. With a remote model this sends the
transcripts to its server.

    python benchmarks/quality.py .                            # the default model, all of them
    python benchmarks/quality.py . p1 --reuse                 # take a run that was asked the same
    python benchmarks/quality.py STUDY p1 p2 --model gpt-4o-mini --strategy single

The last line of output is one JSON object with the same figures; null where one is not defined.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from autocode.coding.files import read_coding
from autocode.coding.nouns import Coding
from autocode.coding.runs import read_runs
from autocode.coding.strategies import STRATEGIES
from autocode.coding.traces import code_traces
from autocode.errors import AutocodeError, StudyError
from autocode.models.endpoint import Address
from autocode.models.provider import Provider
from autocode.models.runtimes import open_embedder, open_provider
from autocode.panel.comparison import Comparison, Material, Source, compare, settings_for
from autocode.propose.run import Plan, carry_out, plan
from autocode.study import Settings, Study
from autocode.transcript.seeds import load, transcript_ids

# What is printed -> path of the model's figure, and name of the trivial coders'.
MEASURES = {
    "sentence_kappa": (("units", "sentence", "kappa"), "sentence_kappa"),
    "char_f1": (("spans", "char", "f1"), "f1"),
    "u_alpha": (("spans", "u_alpha", "value"), "u_alpha"),
    "axial_turn_f1": (("axial", "turn", "f1"), "axial_turn_f1"),
    "marked": (("spans", "marked", "other"), "marked"),
}
Figures = dict[str, dict[str, float | None]]


def main() -> None:
    options = _options()
    try:
        study = _study(options)
        ids = options.ids or [id_ for id_ in transcript_ids(study) if _human(study, id_)]
        if not ids:
            raise StudyError("no transcript here has a human coding", where=study.root)
        found = asyncio.run(_quality(study, ids, reuse=options.reuse))
    except AutocodeError as error:
        sys.exit(f"quality: {error}")
    print(json.dumps({"model": study.settings.model, **found}, ensure_ascii=False))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("study", type=Path, help="a study folder")
    parser.add_argument("ids", nargs="*", help="transcripts (default: all with a human coding)")
    parser.add_argument("--model", help="as of `autocode propose`; default: the study's")
    parser.add_argument("--base-url")
    parser.add_argument("--strategy", choices=list(STRATEGIES))
    parser.add_argument("--reuse", action="store_true", help="take a complete run of this recipe")
    return parser.parse_args()


def _study(options: argparse.Namespace) -> Study:
    study = Study.open(options.study)
    names = ("model", "base_url", "strategy")
    given = {name: getattr(options, name) for name in names if getattr(options, name)}
    settings = Settings.model_validate(study.settings.model_dump() | given)
    return Study(study.root, settings, frozenset(given))


def _human(study: Study, id_: str) -> Coding | None:
    """The human coding, or None where nobody coded the transcript."""
    path = study.gold_path(id_)
    if path.is_file():
        return read_coding(path)
    traced = code_traces(load(study, id_))
    return traced if traced.quotes else None


async def _quality(study: Study, ids: list[str], *, reuse: bool) -> dict[str, object]:
    provider = open_provider(study.settings.model, Address.of(study))
    materials, strategy = [], None
    try:
        for id_ in ids:
            human = _human(study, id_)
            if human is None:
                raise StudyError(f"nobody coded {id_}", hint="Name a transcript with gold.")
            asked = plan(study, id_, provider, open_embedder)
            strategy = asked.manifest.strategy
            model = await _coding(study, asked, provider, reuse=reuse)
            sources = Source.of(human, f"gold of {id_}"), Source.of(model, f"run on {id_}")
            materials.append(Material(sources, asked.transcript))
    finally:
        await provider.aclose()
    documents = {
        one.codings[0].coding.transcript.id: _figures(_compared(study, [one])) for one in materials
    }
    pooled = _figures(_compared(study, materials))
    for name, figures in {**documents, f"pooled, n = {len(ids)}": pooled}.items():
        _show(name, figures)
    incomplete = [
        s.coding.transcript.id for m in materials for _, s in m.sources if s.coding.incomplete
    ]
    return {
        "strategy": strategy,
        "documents": documents,
        "pooled": pooled,
        "incomplete": incomplete,
    }


async def _coding(study: Study, asked: Plan, provider: Provider, *, reuse: bool) -> Coding:
    """What the model coded: of a run that was asked the same, or asked now."""
    id_ = asked.transcript.id
    for run in read_runs(study, id_)[0] if reuse else ():
        if run.manifest.recipe == asked.manifest.recipe and run.manifest.status == "complete":
            print(f"{id_}: taken from {run.name}", file=sys.stderr)
            return read_coding(run.coding_path)
    print(f"{id_}: asking {provider.name} {len(asked.questions)} times", file=sys.stderr)
    _, coding = await carry_out(study, asked)
    return coding


def _compared(study: Study, materials: list[Material]) -> Comparison:
    # Incomplete codings count as they are and are named in the JSON: a failure is a result.
    question = study.settings.research_question
    config = settings_for(None, question, permutations=0)
    return compare(materials, config, incomplete=True)


def _figures(comparison: Comparison) -> Figures:
    found: Figures = {
        "model": {name: comparison.figure(*path).value for name, (path, _) in MEASURES.items()}
    }
    for coder in comparison.baselines:
        found[coder] = {
            name: comparison.figure("baselines", coder, leaf).value
            for name, (_, leaf) in MEASURES.items()
        }
    return found


def _show(name: str, figures: Figures) -> None:
    print(f"\n{name:<18}" + "".join(f"{measure:>15}" for measure in MEASURES))
    for coder, values in figures.items():
        cells = ("–" if value is None else f"{value:.3f}" for value in values.values())
        print(f"{coder:<18}" + "".join(f"{cell:>15}" for cell in cells))


if __name__ == "__main__":
    main()

"""How well a model codes, beside coders who do not read: per transcript and pooled.

Codes every transcript of a study folder that has a human coding (`gold/ID.json`, or the traces of
its field notes), each without what is known of its own coding, compares, and prints sentence-level
κ, character F1, uα, axial F1 per turn and the share of the text marked, for the model, for every
baseline and for earlier runs (`--against`). Where codes count, baselines give every quote the
commonest code of the human coding. With a remote model this sends the transcripts to its server.

    python benchmarks/quality.py .                            # the default model, all of them
    python benchmarks/quality.py . p1 --reuse                 # take a run that was asked the same
    python benchmarks/quality.py STUDY p1 p2 --model gpt-4o-mini --strategy single
    python benchmarks/quality.py STUDY --reuse --against RUN_ON_P1 --against RUN_ON_P2 \\
        --report quality.md

The last line of output is one JSON object with the same figures, the paired differences over
transcripts with their 95 % interval, and tokens per transcript; null where one is not defined.
`--report FILE` writes all as Markdown, and beside it FILE.svg: precision and recall of characters
wherever the ranking of the runs can be cut, where the model ranked what it proposed.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt
from paired import MEASURES, Figures, cell, difference, paired, reached

from autocode.coding.files import read_coding
from autocode.coding.nouns import Coding
from autocode.coding.ranking import at_rank, kept, levels
from autocode.coding.runs import Run, find_run, read_runs
from autocode.coding.sources import run_source
from autocode.coding.strategies import STRATEGIES
from autocode.coding.traces import code_traces
from autocode.errors import AutocodeError, StudyError
from autocode.models.endpoint import Address
from autocode.models.provider import Provider
from autocode.models.runtimes import open_embedder, open_provider
from autocode.panel.comparison import Comparison, Material, Source, compare, settings_for
from autocode.propose.run import carry_out, plan
from autocode.study import Settings, Study
from autocode.transcript.seeds import load, transcript_ids

DIFFERENCES = ("sentence_kappa", "axial_turn_f1")


def main() -> None:
    options = _options()
    try:
        study = _study(options)
        ids = options.ids or [id_ for id_ in transcript_ids(study) if _human(study, id_)]
        if not ids:
            raise StudyError("no transcript here has a human coding", where=study.root)
        runs = asyncio.run(_runs(study, ids, reuse=options.reuse))
        found = _quality(study, runs, options.against)
        if options.report:
            picture = _curve(study, runs, options.report.with_suffix(".svg"))
            options.report.write_text(_markdown(found, picture), encoding="utf-8")
    except AutocodeError as error:
        sys.exit(f"quality: {error}")
    print(json.dumps(found, ensure_ascii=False))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("study", type=Path, help="a study folder")
    parser.add_argument("ids", nargs="*", help="transcripts (default: all with a human coding)")
    parser.add_argument("--model", help="as of `autocode propose`; default: the study's")
    parser.add_argument("--base-url")
    parser.add_argument("--strategy", choices=list(STRATEGIES))
    parser.add_argument("--reuse", action="store_true", help="take a complete run of this recipe")
    parser.add_argument("--against", action="append", default=[], metavar="RUN",
                        help="an earlier run to compare with; once a transcript")  # fmt: skip
    parser.add_argument("--report", type=Path, metavar="FILE", help="write all as Markdown")
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


async def _runs(study: Study, ids: list[str], *, reuse: bool) -> list[Run]:
    """A run on every transcript: one that was asked the same, or asked now."""
    provider = open_provider(study.settings.model, Address.of(study))
    try:
        return [await _run(study, id_, provider, reuse=reuse) for id_ in ids]
    finally:
        await provider.aclose()


async def _run(study: Study, id_: str, provider: Provider, *, reuse: bool) -> Run:
    asked = plan(study, id_, provider, open_embedder)
    for run in read_runs(study, id_)[0] if reuse else ():
        if run.manifest.recipe == asked.manifest.recipe and run.manifest.status == "complete":
            print(f"{id_}: taken from {run.name}", file=sys.stderr)
            return run
    print(f"{id_}: asking {provider.name} {len(asked.questions)} times", file=sys.stderr)
    run, _ = await carry_out(study, asked)
    return run


def _quality(study: Study, runs: list[Run], against: list[str]) -> dict[str, object]:
    earlier = {run.manifest.transcript.id: run for run in (find_run(study, n) for n in against)}
    materials = [_material(study, run) for run in runs]
    documents = {}
    for run, material in zip(runs, materials, strict=True):
        id_ = run.manifest.transcript.id
        documents[id_] = reached(_compared(study, [material]))
        if id_ in earlier:
            before = _compared(study, [_material(study, earlier[id_])])
            documents[id_]["earlier run"] = reached(before)["model"]
    pooled = reached(_compared(study, materials))
    for name, figures in {**documents, f"pooled, n = {len(runs)}": pooled}.items():
        print("\n" + "\n".join(_rows(name, figures)))
    return {
        "model": study.settings.model,
        "strategy": runs[0].manifest.strategy,
        "documents": documents,
        "pooled": pooled,
        "differences": _differences(documents),
        "tokens": {
            run.manifest.transcript.id: {
                "prompt": run.manifest.prompt_tokens,
                "completion": run.manifest.completion_tokens,
            }
            for run in runs
        },
        "incomplete": [r.manifest.transcript.id for r in runs if r.manifest.status != "complete"],
    }


def _material(study: Study, run: Run) -> Material:
    id_ = run.manifest.transcript.id
    human = _human(study, id_)
    if human is None:
        raise StudyError(f"nobody coded {id_}", hint="Name a transcript with gold.")
    sources = Source.of(human, f"gold of {id_}"), run_source(study, run)
    return Material(sources, load(study, id_))


def _compared(study: Study, materials: list[Material]) -> Comparison:
    # Incomplete codings count as they are and are named in the JSON: a failure is a result.
    question = study.settings.research_question
    config = settings_for(None, question, permutations=0)
    return compare(materials, config, incomplete=True)


def _differences(documents: dict[str, dict[str, Figures]]) -> dict[str, dict[str, object]]:
    """The model less each other coder, paired by transcript."""
    others = dict.fromkeys(name for figures in documents.values() for name in figures)
    return {
        other: {
            measure: paired(
                [
                    difference(figures["model"][measure], figures[other][measure])
                    for figures in documents.values()
                    if other in figures
                ]
            )
            for measure in DIFFERENCES
        }
        for other in others
        if other != "model"
    }


def _rows(name: str, figures: dict[str, Figures]) -> list[str]:
    rows = [f"{name:<18}" + "".join(f"{measure:>15}" for measure in MEASURES)]
    for coder, values in figures.items():
        rows.append(f"{coder:<18}" + "".join(f"{cell(v):>15}" for v in values.values()))
    return rows


def _curve(study: Study, runs: list[Run], path: Path) -> Path | None:
    """Precision and recall of characters at every place a ranking can be cut, transcripts pooled.

    None where no run has a ranking.
    """
    ranked = [(run, read_coding(run.considered_path)) for run in runs
              if run.considered_path.is_file()]  # fmt: skip
    if not ranked:
        return None
    humans = [_marked(human) for run, _ in ranked
              if (human := _human(study, run.manifest.transcript.id))]  # fmt: skip
    ranks = sorted({level.rank for _, coding in ranked for level in levels(coding)}, reverse=True)
    points = []
    for rank in ranks:
        cut = at_rank(rank, rule="chosen", why="a point of the curve")
        models = [_marked(kept(considered, cut)) for _, considered in ranked]
        shared = sum(len(a & b) for a, b in zip(humans, models, strict=True))
        proposed, wanted = sum(map(len, models)), sum(map(len, humans))
        if proposed and wanted:
            points.append((shared / wanted, shared / proposed, str(rank)))
    figure, axes = plt.subplots(figsize=(6, 4))
    axes.plot([recall for recall, _, _ in points], [share for _, share, _ in points], "o-")
    for recall, share, label in points:
        axes.annotate(label, (recall, share), textcoords="offset points", xytext=(6, 4), fontsize=7)
    axes.set(xlabel="recall of characters", ylabel="precision of characters", xlim=(0, 1.05),
             ylim=(0, 1.05))  # fmt: skip
    figure.savefig(path, bbox_inches="tight")
    plt.close(figure)
    return path


def _marked(coding: Coding) -> set[int]:
    return {at for quote in coding.located() for at in range(quote.start, quote.end)}


def _markdown(found: dict[str, Any], picture: Path | None) -> str:
    lines = [f"# How well {found['model']} codes", "", f"Strategy `{found['strategy']}`; every "
             "transcript without the codes defined in it.", ""]  # fmt: skip
    for name, figures in {**found["documents"], "all pooled": found["pooled"]}.items():
        lines += [f"| {name} | " + " | ".join(MEASURES) + " |", "|---" * (len(MEASURES) + 1) + "|"]
        lines += [f"| {coder} | " + " | ".join(map(cell, values.values())) + " |"
                  for coder, values in figures.items()]  # fmt: skip
        lines.append("")
    lines += ["Differences, the model less the other, mean over transcripts [95 %]:", ""]
    for other, measures in found["differences"].items():
        for measure, about in measures.items():
            interval = about["ci95"] or "too few transcripts for an interval"
            lines.append(f"- {other}, {measure}: {cell(about['mean'])} {interval}")
    lines += ["", "| tokens | prompt | reply |", "|---|---|---|"]
    lines += [f"| {id_} | {used['prompt']} | {used['completion']} |"
              for id_, used in found["tokens"].items()]  # fmt: skip
    if picture:
        lines += ["", f"![Precision and recall where the ranking is cut]({picture.name})"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()

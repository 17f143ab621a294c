"""What `autocode propose --dry-run` prints: prompts, tokens, examples, and what it would cost."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from autocode.cli.proposals import dollars
from autocode.cli.terminal import print_json, tell
from autocode.models.prices import known_model
from autocode.models.runtimes import runtime_of
from autocode.propose.run import Plan
from autocode.text import plural, visible


def show_dry_run(plans: Sequence[Plan], *, as_json: bool) -> None:
    """The prompts that would be sent, their tokens and what they would cost at most."""
    if as_json:
        print_json({"dry_run": [_dry(plan) for plan in plans]})
        return
    for plan in plans:
        for question in plan.questions:
            number = f"{question.number}" + f", answer {question.answer}" * (question.answer > 1)
            heading = f"{plan.transcript.id}, {question.step} {number}"
            for part, text in (
                ("system", question.message.system),
                ("user", question.message.user),
            ):
                click.echo(f"--- {heading}: {part} ---\n{visible(text)}\n")
        cost = _dry(plan)
        about = "" if cost["tokens_exact"] else "about "
        # What later rounds ask is not known word for word before the answers are there.
        rounds = [f"about {each.requests} of the round “{each.step}”" for each in plan.later]
        later = f" and {', '.join(rounds)}" if rounds else ""
        tell(
            f"{cost['id']}: {plural(len(plan.questions), 'request')}{later}, "
            f"{about}{cost['prompt_tokens']:,} prompt tokens, "
            f"at most {cost['reply_tokens']:,} reply tokens; {cost['price']}."
        )
        examples = cost["examples"]
        tell(
            f"Examples: {plural(len(examples['excerpts']), 'excerpt')} of "
            f"{plural(len(examples['codings']), 'coded transcript')}, {examples['tokens']:,} of "
            f"the tokens; at most {examples['tokens_per_request_at_most']:,} per request "
            "(example_tokens)."
            if examples
            else "Examples: none (no other coded transcript is shown)."
        )
    tell("Nothing was sent.")


def _examples(plan: Plan) -> dict[str, Any] | None:
    """What requests show of other coded transcripts, with its tokens and the budget for them."""
    if plan.manifest.examples is None:
        return None
    return {
        "tokens": sum(question.example_tokens for question in plan.questions),
        "tokens_per_request_at_most": plan.task.settings.example_tokens,
    } | plan.manifest.examples.model_dump(mode="json")


def _dry(plan: Plan) -> dict[str, Any]:
    provider = plan.task.provider
    counts = [
        provider.count_tokens(question.message.system)
        + provider.count_tokens(question.message.user)
        for question in plan.questions
    ]
    later = plan.later
    tokens = sum(counts) + sum(cost.prompt_tokens for cost in later)
    replies = sum(question.max_tokens for question in plan.questions)
    replies += sum(cost.reply_tokens for cost in later)
    listed = known_model(provider.name)
    cost = listed.cost(tokens, replies) if listed else None
    price = "cost unknown (`autocode models --prices`)"
    if listed and cost is not None:
        price = f"at most {dollars(cost)} (your prices of {listed.as_of})"
    return {
        "id": plan.transcript.id,
        "model": provider.name,
        "prompt_tokens": tokens,
        "reply_tokens": replies,
        "examples": _examples(plan),
        "tokens_exact": provider.tokens_exact and not later,
        "cost_usd_at_most": cost,
        "price": "free: it runs here" if runtime_of(provider.name).here else price,
        "later": [asdict(entry) for entry in later],
        "codes_sent": plan.manifest.codebook.sent,
        "codes_held_back": plan.manifest.codebook.held_back,
        "requests": [
            {
                "chunk": question.number,
                "step": question.step,
                "tokens": count,
                "system": question.message.system,
                "user": question.message.user,
            }
            for question, count in zip(plan.questions, counts, strict=True)
        ],
    }

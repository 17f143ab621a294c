"""A constructed study: twelve short interviews, two human coders each, and runs of one model.

`write_twelve(folder)` writes it, always the same bytes. It stands on the file formats alone and
uses nothing of autocode, so that it shows when a file of an old study is read differently. The
interviews d1 to d12 are about an allotment garden (field notes and plain text by turns); who
coded is `gold/d1.json`, `gold/d1.anna.json` and `runs/d1/…`; THREE_RUNS have three runs.
"""

import hashlib
import json
import random
import sys
from dataclasses import dataclass
from pathlib import Path

IDS = tuple(f"d{number}" for number in range(1, 13))
THREE_RUNS = ("d1", "d2", "d3")
QUESTION = "How do gardeners share the work, the water and the money of an allotment garden?"
EXCHANGES = 8
UNFINISHED = "d12"  # Its oldest run was interrupted and has a failure.

# Axial code -> (parent, label, what is said about it); a code with nothing to say has children.
CODES = {
    "resources": (None, "Shared resources", ()),
    "water": ("resources", "Water", ()),
    "watering_rota": ("water", "Watering by rota", (
        "On {day} it is my turn to water, and the list on the shed says so.",
        "We swap turns when somebody is away, but nobody waters without a turn.",
        "The rota only works because {name} rings everyone on {day}.",
    )),
    "rain_barrels": ("water", "Rain barrels", (
        "We put up {count} barrels, and since then the tap is hardly used.",
        "In a dry June the barrels are empty by {day}, and then what?",
    )),
    "compost": ("resources", "Common compost", (
        "The compost belongs to everyone, so nobody turns it except {name}.",
        "I carried {count} barrows of leaves to the heap – that was my share.",
        "Whoever brings kitchen waste may take soil in spring.",
    )),
    "people": (None, "People", ()),
    "teaching": ("people", "Teaching newcomers", (
        "{name} showed me how to prune, and I show the new ones now.",
        "A newcomer gets a bed beside an old hand for {count} months.",
    )),
    "quarrel": ("people", "Quarrels and how they end", (
        "There was a row over the hedge, and it took {count} meetings.",
        "{name} and I did not speak until {day}, because of a hose.",
        "When it gets loud we go to the café and talk it over there.",
    )),
    "money": (None, "Money", ()),
    "fees": ("money", "Fees", (
        "The fee is {count} euros a month, and the pensioners pay half.",
        "Those who clean the paths on {day} pay less.",
    )),
    "grants": ("money", "Grants", (
        "The city paid for the fence after {name} had written {count} letters.",
        "For the pond we won a prize, and it was gone by {day}.",
    )),
}  # fmt: skip
SMALL_TALK = (
    "Yes, well.",
    "I would have to think about that.",
    "Shall I go on, or is the recorder full?",
    "It was {day}, if I remember rightly.",
    "My grandmother had a garden too, over in Žilina.",
    "Mind the wheelbarrow 🌻 there.",
)
QUESTIONS = (
    "How did you come to the garden?",
    "And who decides about that? {name} mentioned a meeting.",
    "Could you tell me more about last {day}?",
    "What happens when somebody does not do their share?",
    "What would you change, if you could?",
)
WORDS = {
    "day": ("Monday", "Wednesday", "Saturday", "Sunday"),
    "name": ("Mrs Okafor", "Jürgen", "Mr Bramble", "Pilar"),
    "count": ("two", "three", "seven", "twelve"),
}
OPEN_CODES = {
    "watering_rota": ("taking turns with water", "a list that binds"),
    "rain_barrels": ("saving rain", "barrels run dry"),
    "compost": ("nobody turns the heap", "giving and taking soil"),
    "teaching": ("passing on what one knows", "beds beside old hands"),
    "quarrel": ("rows take time", "talking it over elsewhere"),
    "fees": ("paying by what one earns", "work instead of money"),
    "grants": ("letters bring money",),
}
TOPICS = tuple(OPEN_CODES)


@dataclass(frozen=True)
class Sentence:
    """Where a sentence stands in the canonical text; `topic` is the code it is about, or None."""

    text: str
    start: int
    turn: int
    said_by: str
    topic: str | None

    @property
    def end(self):
        return self.start + len(self.text)


@dataclass(frozen=True)
class Interview:
    id: str
    sentences: tuple[Sentence, ...]

    @property
    def turns(self):
        """The sentences of each turn."""
        numbers = dict.fromkeys(sentence.turn for sentence in self.sentences)
        return [[s for s in self.sentences if s.turn == number] for number in numbers]

    @property
    def text(self):
        """The canonical text: turns two line ends apart, without speakers."""
        return "\n\n".join(_said(turn) for turn in self.turns)

    @property
    def sha256(self):
        return _hash(self.text)

    @property
    def seed(self):
        """The file in `seeds/` and its text: field notes, or `Name: words` lines."""
        turns = [(turn[0].said_by, _said(turn)) for turn in self.turns]
        if int(self.id[1:]) % 2:
            said = "".join(f"> {name}\n\n> {words}\n\n" for name, words in turns)
            return f"{self.id}.md", f"# d\n{self.id[1:]}\n# coding\n\n{said}"
        return f"{self.id}.txt", "".join(f"{name}: {words}\n" for name, words in turns)


@dataclass(frozen=True)
class Habit:
    """How one codes, as shares: of sentences on a topic and of small talk that are marked; of
    marks with a neighbouring code, cut short, joined to the one before; of turns marked whole."""

    topical: float
    idle: float
    confused: float
    cut: float
    joined: float
    whole: float


HABITS = {
    "gold": Habit(topical=0.85, idle=0.03, confused=0.05, cut=0.1, joined=0.5, whole=0.05),
    "anna": Habit(topical=0.7, idle=0.05, confused=0.15, cut=0.3, joined=0.3, whole=0.1),
    "model": Habit(topical=0.55, idle=0.2, confused=0.3, cut=0.0, joined=0.1, whole=0.0),
}


class Dice:
    """Draws that are the same on every machine and in every version of Python."""

    def __init__(self, *seed):
        self._random = random.Random("/".join(map(str, seed))).random

    def falls(self, share):
        return self._random() < share

    def among(self, items):
        return items[int(self._random() * len(items))]

    def filled(self, sentence):
        return sentence.format(**{slot: self.among(words) for slot, words in WORDS.items()})


def write_twelve(root):
    """Write the study into `root`, which need not exist."""
    interviews = [interview(id_) for id_ in IDS]
    settings = f'research_question = "{QUESTION}"\nmodel = "scripted"\n'
    _write(root / "autocode.toml", settings + 'base_url = "http://127.0.0.1:1/v1"\n')
    _write_json(root / "gold" / "codebook.json", codebook(interviews))
    for talk in interviews:
        name, text = talk.seed
        _write(root / "seeds" / name, text)
        for who, name in (("gold", f"{talk.id}.json"), ("anna", f"{talk.id}.anna.json")):
            made = coding(talk, who, defined_in(interviews, talk))
            _write_json(root / "gold" / name, made)
        runs = 3 if talk.id in THREE_RUNS else 2 if talk.id == UNFINISHED else 1
        for number in range(1, runs + 1):
            _write_run(root, talk, number, defined_in(interviews, talk))


def interview(id_):
    """The interview of that id."""
    dice, sentences, start = Dice("talk", id_), [], 0
    for turn in range(1, 2 * EXCHANGES + 1):
        said = _answer(dice) if turn % 2 == 0 else [(dice.filled(dice.among(QUESTIONS)), None)]
        name = "Interviewer" if turn % 2 else f"Participant {id_[1:]}"
        for text, topic in said:
            sentences.append(Sentence(text, start, turn, name, topic))
            start += len(text) + 1
        start += 1
    return Interview(id_, tuple(sentences))


def _answer(dice):
    """One to four different sentences, most on one topic."""
    topic, said = dice.among(TOPICS), {}
    for _ in range(dice.among((1, 2, 3, 3, 4))):
        about = None if dice.falls(0.4) else dice.among(TOPICS) if dice.falls(0.15) else topic
        said[dice.filled(dice.among(CODES[about][2] if about else SMALL_TALK))] = about
    return said.items()


def defined_in(interviews, talk):
    """The codes that come up in this interview first."""
    seen = set()
    for one in interviews:
        new = {sentence.topic for sentence in one.sentences if sentence.topic} - seen
        if one.id == talk.id:
            return sorted(new)
        seen |= new
    raise ValueError(talk.id)


def codebook(interviews):
    first = {code: talk.id for talk in interviews for code in defined_in(interviews, talk)}
    codes = [
        {"id": code, "label": label, "kind": "practice" if code in TOPICS else None,
         "parent": parent, "definition": f"Whatever is said about: {label.lower()}.",
         "aliases": [], "first_defined_in": first.get(code)}
        for code, (parent, label, _) in CODES.items()
    ]  # fmt: skip
    return {"format": "autocode/codebook@1", "codes": sorted(codes, key=lambda code: code["id"])}


def coding(talk, who, held_back, run=1):
    """How `who` (gold, anna, model) coded the interview; a model never uses codes `held_back`."""
    dice = Dice("coding", talk.id, who, run)
    model = who == "model"
    quotes = []
    for turn in talk.turns[1::2]:
        quotes += _quotes(dice, HABITS[who], turn)
    for number, quote in enumerate(quotes, 1):
        if model:
            quote["axial"] = [_sayable(code, held_back) for code in quote["axial"]]
            quote["rationale"] = "It answers the research question."
        quote |= {"id": f"q{number}", "text": talk.text[quote["start"] : quote["end"]]}
    if dice.falls(0.3):
        lost = {"status": "missing", "text": "We never said a word of this.", "axial": ["water"]}
        quotes.append({"id": f"q{len(quotes) + 1}", "open_code": "never said", **lost})
    used = sorted({code for quote in quotes for code in quote["axial"]})
    made = {
        "format": "autocode/coding@1",
        "transcript": {"id": talk.id, "sha256": talk.sha256, "length": len(talk.text)},
        "coder": {"id": "scripted" if model else who, "kind": "model" if model else "human"},
        "quotes": quotes,
        "codes": [_used(code, [] if model else held_back) for code in used],
    }
    if model:
        return made | {"failures": []}
    mention = {"code": "grants", "turn": len(talk.turns), "as_written": "grant"}
    return made | {"mentions": [mention] if dice.falls(0.3) else []}


def _quotes(dice, habit, turn):
    """The quotes of one turn; neighbours may be joined, and the whole turn marked over them."""
    quotes = []
    for sentence in turn:
        if not dice.falls(habit.topical if sentence.topic else habit.idle):
            continue
        code = sentence.topic or dice.among(TOPICS)
        code = dice.among(TOPICS) if dice.falls(habit.confused) else code
        at_once = quotes and quotes[-1]["end"] + 1 == sentence.start and dice.falls(habit.joined)
        if at_once:
            axial = list(dict.fromkeys([*quotes[-1]["axial"], code]))
            quotes[-1] |= {"end": sentence.end, "axial": axial}
        else:
            first = sentence.text.index(" ") + 1 if dice.falls(habit.cut) else 0
            quotes.append(_quote(dice, sentence.turn, sentence.start + first, sentence.end, code))
    if dice.falls(habit.whole):
        code = CODES[dice.among(TOPICS)][0]
        quotes.append(_quote(dice, turn[0].turn, turn[0].start, turn[-1].end, code))
    return quotes


def _quote(dice, turn, start, end, code):
    name = dice.among(OPEN_CODES.get(code, (f"about {code}",)))
    return {"start": start, "end": end, "status": "exact", "open_code": name,
            "axial": [code], "turn": turn}  # fmt: skip


def _sayable(code, held_back):
    """The code, or a new one where a model was not told of it."""
    return f"about_{code}" if code in held_back else code


def _used(code, defined_here):
    if code not in CODES:
        return {"id": code, "label": None, "defined_here": True}
    return {"id": code, "label": CODES[code][1], "defined_here": code in defined_here}


def _write_run(root, talk, number, held_back):
    """Run `number` on an interview; the first of UNFINISHED is the one that is not whole."""
    made = coding(talk, "model", held_back, number)
    started = f"2026-03-{int(talk.id[1:]):02}T10:{number:02}"
    whole = talk.id != UNFINISHED or number > 1
    if not whole:
        failure = {"chunk": 2, "step": "single", "kind": "cut off",
                   "detail": "no end in 3 attempts", "attempts": 3}  # fmt: skip
        made |= {"failures": [failure], "incomplete": "1 of 2 chunks failed"}
    folder = root / "runs" / talk.id / f"20260301T10{number:02}-scripted-{talk.id}"
    calls = [
        {"step": "single", "chunk": chunk, "attempt": 1, "key": _hash(f"{talk.id} {chunk}"),
         "outcome": "ok" if whole or chunk == 1 else "cut off", "detail": None,
         "request": {"model": "scripted"}, "response": {"model": "scripted-1"},
         "system_fingerprint": "fp_1", "started": f"{started}:0{chunk}.000+00:00",
         "latency": 1.5 * chunk}
        for chunk in (1, 2)
    ]  # fmt: skip
    _write_json(folder / "manifest.json", manifest(made, folder.name, started, held_back))
    _write(folder / "calls.jsonl", "".join(json.dumps(call) + "\n" for call in calls))
    _write_json(folder / "coding.json", made)
    _write(folder / "transcript.txt", talk.text)


def manifest(made, run, started, held_back):
    """The manifest of a run of two chunks that left the coding `made`."""
    failures = len(made["failures"])
    prompt = "# Prompt: single\n\n## System\n\nYou code.\n\n## User\n\n{{transcript}}\n"
    url = "http://127.0.0.1:1/v1"
    return {
        "format": "autocode/run@1",
        "run": run,
        "status": "incomplete" if failures else "complete",
        "recipe": _hash(made["transcript"]["id"]),
        "transcript": made["transcript"],
        "model_asked": "scripted",
        "models_answered": ["scripted-1"],
        "destination": f"{url} (a server on this machine)",
        "identity": {"provider": "openai", "base_url": url},
        "strategy": "single",
        "research_question": QUESTION,
        "settings": {
            "density": 0.22, "max_codes": 2, "anchor": "sentence", "temperature": 0.0, "seed": 1,
            "roles": ["participant"], "chunk_tokens": 3000, "context_sentences": 3,
        },
        "parameters_sent": {"temperature": 0.0, "seed": 1, "max_tokens": 2000},
        "parameters_defaulted": ["stop", "top_p"],
        "prompts": [{"step": "single", "source": "prompts/single.md", "sha256": _hash(prompt),
                     "text": prompt}],
        "codebook": {"sha256": _hash("codebook"), "held_back": held_back,
                     "sent": sorted(set(CODES) - set(held_back))},
        "versions": {"autocode": "0.1.0", "python": "3.11.0"},
        "git": {"commit": "0" * 40, "dirty": False},
        "started": f"{started}:00.000+00:00",
        "ended": f"{started}:05+00:00",
        "questions": 2,
        "answered": 2 - failures,
        "requests": 2 + 2 * failures,
        "prompt_tokens": 1200,
        "completion_tokens": 300,
        "quotes": len(made["quotes"]),
        "failures": failures,
    }  # fmt: skip


def _said(sentences):
    return " ".join(sentence.text for sentence in sentences)


def _hash(text):
    return hashlib.sha256(text.encode()).hexdigest()


def _write_json(path, record):
    _write(path, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


if __name__ == "__main__":
    write_twelve(Path(sys.argv[1]))

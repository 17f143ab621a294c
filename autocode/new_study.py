"""A new study folder: settings with every key explained, prompts to edit, empty folders."""

from pathlib import Path

from autocode.coding.strategies import STRATEGIES
from autocode.errors import StudyError
from autocode.files import write_whole
from autocode.propose.prompts import PLACEHOLDERS, default_prompt
from autocode.study import GOLD, PRIVATE, PROMPTS, REPORTS, RUNS, SEEDS, SETTINGS_FILE

_SETTINGS = """\
# Settings of this autocode study. Every key is optional; the values here are the defaults.
# Options on the command line override them: autocode propose p1 --density 0.1

# The research question, in one sentence. It goes into the prompts and the report.
research_question = ""

# "local" runs on this machine and sends nothing; "local:FILE.gguf" uses other weights. Any other
# name is that of a model on an OpenAI-compatible server (key in OPENAI_API_KEY, never in a file).
model = "local"

# Address of such a server, for example "http://127.0.0.1:11434/v1" (Ollama).
# base_url = ""
# A server that only this file names is used once you have confirmed it for this study:
# autocode propose ID --trust

# What a server gets to read: "none" sends interviews as they are; "redacted" sends pseudonyms in
# the place of names, once `autocode redact` has replaced them. Local models read the original.
privacy = "none"

{strategies}
# strategy = "staged"

# Whose turns are coded: "participant", "interviewer" or both.
roles = ["participant"]

# Share of the text to mark, from 0 to 1. In the study that autocode was developed on, human coders
# marked 22 to 25 %. For "single" it is a request to the model, for "staged" a limit.
density = 0.22

# The most axial codes that a quote may have.
max_codes = 2

# "sentence": quotes are whole sentences, which the model names by number. "verbatim": the model
# copies words, which are then located in the transcript ("single" only).
anchor = "sentence"

# Sampling: 0 is the most repeatable. The seed is sent to servers that accept one.
temperature = 0.0
seed = 1

# How much of the transcript goes into one request ("single"), in tokens, and how many preceding
# sentences are sent as context.
chunk_tokens = 3000
context_sentences = 3

# Requests at a time (remote models).
concurrency = 4

# When to stop: a request that takes longer is asked again, a run that takes longer ends, and so
# does one in which so many questions in a row fail alike. What was answered is saved; go on with
# --resume.
request_minutes = 10
run_hours = 24
failures_in_a_row = 5
"""
SETTINGS_TEXT = _SETTINGS.replace(
    "{strategies}",
    "\n".join(f'# "{entry.name}": {entry.setting}' for entry in STRATEGIES.values()),
)


GITIGNORE = f"""\
# What people said, and what was coded of it, is personal data: think before you take a line out.
{SEEDS}/
{GOLD}/
{RUNS}/
{REPORTS}/
{PRIVATE}/
"""
EXAMPLE_CODEBOOK = """\
code,parent,definition,examples
Cost,,What something costs in money or effort,"We pay per seat."
Licence fees,Cost,Money paid for the right to use something,
Time,Cost,Hours that people spend,
"""
README = f"""\
# A study coded with autocode

- `{SETTINGS_FILE}`: the settings, each explained. Write the research question first.
- `{SEEDS}/`: transcripts. `autocode import FILE...` puts them there and says who speaks.
- `{GOLD}/`: human coding and the codebook. `autocode import coding FILE` and
  `autocode import codebook FILE` read what other programs wrote; `codebook-example.csv` shows the
  columns of a codebook.
- `{PROMPTS}/`: what a model is asked, yours to edit.
- `{RUNS}/`: what a model was asked and answered. `{REPORTS}/`: what `autocode report` writes.

Then: `autocode check`, `autocode propose ID`, `autocode diff ID`, `autocode compare ID`,
`autocode report ID`. Transcripts, codings and runs are personal data; `.gitignore` keeps git from
publishing them.
"""


def make_study(folder: Path) -> list[Path]:
    """Create or complete a study in `folder`; returns the folders and files that were created.

    Files that exist are never touched.

    Raises:
        StudyError: the folder cannot be written.
    """
    wanted: dict[Path, str | bytes] = {
        folder / SETTINGS_FILE: SETTINGS_TEXT,
        folder / "README.md": README,
        folder / ".gitignore": GITIGNORE,
        folder / "codebook-example.csv": EXAMPLE_CODEBOOK,
    }
    for step in PLACEHOLDERS:
        wanted[folder / PROMPTS / f"{step}.md"] = default_prompt(step)
    written = [path for path in wanted if not path.exists()]
    made = [path for name in (SEEDS, GOLD) if not (path := folder / name).is_dir()]
    try:
        for path in made:
            path.mkdir(parents=True)
    except OSError as error:
        raise StudyError(
            f"cannot be created: {error.strerror}", where=folder, hint="Choose another folder."
        ) from error
    for path in written:
        write_whole(path, wanted[path])
    return made + written

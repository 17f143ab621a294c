"""A new study folder: settings with every key explained, prompts to edit, empty folders."""

from importlib.resources import files
from pathlib import Path

from autocode.coding.strategies import STRATEGIES, TEMPLATES
from autocode.errors import StudyError
from autocode.files import write_whole
from autocode.propose.prompts import default_prompt
from autocode.study import GOLD, PROMPTS, SEEDS, SETTINGS_FILE


def study_text(name: str) -> str:
    """A file of a new study; the settings explain every strategy there is."""
    strategies = "\n".join(f'# "{entry.name}": {entry.setting}' for entry in STRATEGIES.values())
    packaged = files("autocode") / "study_files" / name
    return packaged.read_text(encoding="utf-8").replace("{strategies}", strategies)


def make_study(folder: Path) -> list[Path]:
    """Create or complete a study in `folder`; returns the folders and files that were created.

    Files that exist are never touched.

    Raises:
        StudyError: the folder cannot be written.
    """
    wanted: dict[Path, str | bytes] = {
        folder / ("." * (name == "gitignore") + name): study_text(name)
        for name in (SETTINGS_FILE, "README.md", "gitignore", "codebook-example.csv")
    }
    for step in TEMPLATES:
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

"""Code blocks of the pages: read as a Markdown renderer reads them, and run as a reader would."""

import os
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner
from markdown_it import MarkdownIt

from recommender.cli.main import recommender

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
PROGRAMS = {"cat", "cp", "ls", "mkdir", "mv", "sha256sum"}
"""What a session may call beside `recommender`."""
CHANGING = re.compile(r"(?<=--undo )[0-9a-z]{12}|(?<=\"mac\": \")[0-9a-f]{64}")
"""What is another at each run: the id of a batch, the end of a log."""
_NAMED = re.compile(r"\*\*(\S+)\*\*")


@dataclass(frozen=True)
class Block:
    """One code block of a page; `name` is the file that the bold line before it calls it."""

    page: str
    line: int
    language: str
    text: str
    name: str | None = None

    def __str__(self) -> str:
        """Give page and line, as a failing test names it."""
        return f"{self.page}:{self.line}"


def blocks(path: Path) -> list[Block]:
    """Give all code blocks of a page in their order; an indented one has no language."""
    found = []
    before = ""
    for token in MarkdownIt("commonmark").enable("table").parse(path.read_text("utf-8")):
        if token.type in {"fence", "code_block"}:
            assert token.map
            named = _NAMED.fullmatch(before)
            found.append(
                Block(
                    page=path.relative_to(ROOT).as_posix(),
                    line=token.map[0] + 1,
                    language=token.info,
                    text=token.content,
                    name=named and named[1],
                )
            )
        if token.nesting == 0:
            before = token.content
    return found


ALL = [block for path in PAGES for block in blocks(path)]


def of(language: str) -> list[Block]:
    """Give all blocks of one language."""
    return [block for block in ALL if block.language == language]


def run_session(session: Block) -> None:
    """Type a session's commands and compare what each answers with what the page shows."""
    for line, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", session.text, re.MULTILINE):
        answer = run(line)
        assert CHANGING.sub("?", answer) == CHANGING.sub("?", expected), f"{session}: {line}"


def run(line: str) -> str:
    """Run one command that has to go well, `recommender` in this process; give what it prints."""
    program, *words = shlex.split(line, comments=True)
    if program == "cd":
        os.chdir(*words)
        return ""
    if program == "recommender":
        answer = CliRunner().invoke(recommender, words)
        assert answer.exit_code == 0, f"{line}: {answer.output}"
        return answer.output
    assert program in PROGRAMS, line
    plain = os.environ | {"LC_ALL": "C"}
    done = subprocess.run([program, *words], env=plain, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{line}: {done.stderr}"
    return done.stdout

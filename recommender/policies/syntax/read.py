"""The door for handbook files: bytes to text, text to a policy, and the check of a new wording."""

from recommender.policies.syntax.assemble import assemble
from recommender.policies.syntax.attributed import attributed_entries, is_attributed
from recommender.policies.syntax.entries import join_asides
from recommender.policies.syntax.handbook import BadClause, NotUtf8, Parameter, ParsedPolicy
from recommender.policies.syntax.markup import read_parameters
from recommender.policies.syntax.plain import plain_entries
from recommender.policies.syntax.scan import scan


def decode(data: bytes) -> str:
    """Read the bytes of a handbook; line ends and a byte order mark are kept as they are."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotUtf8(data.count(b"\n", 0, error.start) + 1) from error


def parse_policy(text: str, name: str) -> ParsedPolicy:
    """Read a handbook, in our syntax or plain; `name` serves where no heading gives a title.

    A file that marks clauses is read strictly and refused with line, field and remedy; a plain
    file without any spans of ours is never refused.
    """
    lines = scan(text)
    strict = is_attributed(lines)
    entries = attributed_entries(lines) if strict else plain_entries(lines)
    return assemble(list(join_asides(entries)), name, strict=strict)


def check_wording(markup: str) -> tuple[Parameter, ...]:
    """Refuse a wording that a handbook file could not carry; give its parameters.

    A wording must say something and hold no heading, clause head or open code block: written
    into a file it has to be read back as the same clause.
    """
    parameters = read_parameters(markup)
    page = f"# P {{#p}}\n\n[C]{{.clause #c}} {markup.strip()}\n\n# Q {{#q}}\n"
    try:
        policy = parse_policy(page, "page")
    except BadClause as error:
        raise _not_one_clause(error.line - 2) from error
    keys = [section.key for section in policy.sections]
    if policy.markup != {"c": markup.strip()} or keys != ["p", "q"]:
        raise _not_one_clause(1)
    return parameters


def _not_one_clause(line: int) -> BadClause:
    return BadClause(
        line,
        "the wording is empty, or holds a heading, a clause head or an open code block.",
        field="wording",
        remedy="Write the text of this one clause.",
    )

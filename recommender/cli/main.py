"""The command line: `recommender VERB`.

The table below names every verb and the room that answers it. A room is imported when its verb is
called, so that asking for help costs no database and no model.
"""

from collections.abc import Mapping
from datetime import date
from importlib import import_module
from typing import Any, NamedTuple

import click

from recommender.cli.common import Given, acting_as_option, as_of_option
from recommender.errors import RecommenderError


class Verb(NamedTuple):
    """Where a verb is answered: the module in recommender.cli; and what the list says of it."""

    room: str
    says: str


VERBS: Mapping[str, Verb] = {
    "demo": Verb("demo", "Fill a demo world, start API and dashboard, say where to click."),
    "init": Verb("accounts", "Make or upgrade the tables, the key file and the local operator."),
    "serve": Verb("serve", "Start the API and the dashboard."),
    "accounts": Verb("accounts", "Who may sign in: add, list, import, password, deactivate."),
    "keys": Verb("accounts", "Keys for programs: make, list, revoke."),
    "charter": Verb("charter", "What protects those who file and sign; accept it once."),
    "identities": Verb("identities", "Who filed or answered a case: ask, grant, open, list."),
    "handed-over": Verb("leaving", "Proposals that wait although their filer has left."),
    "protection-report": Verb("protection", "What is kept about people, who reads it, how long."),
    "policies": Verb("policies", "Rule books: import, export, show, what they allow peers, diff."),
    "retrospect": Verb("retrospect", "Look back at a ledger: one report of what keeps recurring."),
    "import": Verb("imports", "Take in cases from a CSV, XLSX or JSONL file, or undo it."),
    "contacts": Verb("imports", "Take in contact volumes per week."),
    "file": Verb("cases", "File a proposal."),
    "cosign": Verb("cases", "Answer a colleague's proposal: sign, decline or ask."),
    "answer": Verb("cases", "Answer what a colleague asked about your proposal."),
    "outcome": Verb("outcomes", "Record what came of a case."),
    "precedents": Verb("precedents", "Earlier cases like the one described."),
    "search": Verb("precedents", "Cases whose words or meaning match a text."),
    "catch-up": Verb("catching_up", "Embed every decided case that has no embedding yet."),
    "discover": Verb("runs", "Find kinds among the approved cases."),
    "kinds": Verb("kinds", "Recurring kinds of exceptions, with their evidence."),
    "map": Verb("maps", "Which kinds are on the map, and where."),
    "memberships": Verb("kinds", "Which case belongs to which kind."),
    "runs": Verb("runs", "Discovery runs and what each changed."),
    "evaluate": Verb("kinds", "Compare the kinds found with labels."),
    "draft": Verb("drafts", "The policy change that a kind suggests."),
    "backtest": Verb("drafts", "What a changed clause would have covered and cost."),
    "promote": Verb("changes", "Make a kind's draft a candidate for its policy owner."),
    "candidates": Verb("changes", "Suggested policy changes and where they stand."),
    "claim": Verb("changes", "Take a candidate, which freezes its content."),
    "release": Verb("changes", "Give a claimed candidate back."),
    "accept": Verb("changes", "Accept a candidate, as drafted or with edits."),
    "reject": Verb("changes", "Reject a candidate, with the reason."),
    "defer": Verb("changes", "Put a candidate off until a date."),
    "confirm": Verb("changes", "Say that a change in force stays."),
    "rollback": Verb("changes", "Take a change back: the wording before it applies again."),
    "deputy": Verb("deputies", "Who decides in a policy owner's place while they are away."),
    "effects": Verb("effects", "What accepted changes did, beside what was predicted."),
    "record": Verb("reports", "A decision on paper: what was known, suggested and decided."),
    "examiner": Verb("reports", "A quarter for an examiner: shares, reasons, limits, deciders."),
    "redaction": Verb("texts", "What is replaced in texts: own words, redacting again."),
    "raw": Verb("texts", "A case's texts as they were typed; reading them is recorded."),
    "erase": Verb("texts", "Erase a customer; what is counted stays."),
    "seal": Verb("texts", "Bring texts kept as typed in line with the setting: sealed or plain."),
    "backup": Verb("backup", "Copy database, key file and a checkpoint into a new folder."),
    "audit": Verb("audit", "The event log: verify, checkpoint, export; the audit pack."),
}


class Refused(click.ClickException):
    """An expected refusal, told in its own sentence; exit code 1."""


class _Verbs(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        return find_command(cmd_name) if cmd_name in VERBS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Verbs"):
            formatter.write_dl([(name, verb.says) for name, verb in VERBS.items()])

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        try:
            return super().invoke(ctx)
        except RecommenderError as error:
            raise Refused(str(error)) from error


def find_command(verb: str) -> click.Command:
    """Import the verb's room and give the command in it that bears the verb's name."""
    room = import_module(f"recommender.cli.{VERBS[verb].room}")
    return next(
        found
        for found in vars(room).values()
        if isinstance(found, click.Command) and found.name == verb
    )


@click.command("recommender", cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@acting_as_option
@as_of_option
@click.version_option(package_name="policy-feedback-recommender")
@click.pass_context
def recommender(context: click.Context, acting_as: str | None, as_of: date | None) -> None:
    """Turn recurring, co-signed exceptions to policy into evidence-backed policy changes."""
    context.obj = Given(acting_as, as_of)


def main() -> None:
    """Run the command line and exit: 0 done, 1 refused with a reason, 2 wrong usage."""
    recommender()

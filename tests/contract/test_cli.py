"""The command line's manners: exit codes, where output goes, who acts, what is not imported."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from recommender.access import Actor
from recommender.accounts.directory import operator
from recommender.cli.common import pass_house, print_json, print_table, progress, shown
from recommender.cli.main import VERBS, find_command, recommender
from recommender.models.events import Event
from recommender.policies.library import clause_by_key, revise
from recommender.storage.house import House
from tests.conftest import HANDBOOK, AddPolicy, NewCase, RunCli
from tests.documents import paragraph, written

HEAVY = ("alembic", "fastapi", "numpy", "sklearn", "sqlalchemy", "streamlit", "torch", "pandas")


@pytest.fixture
def handbook(tmp_path: Path) -> Path:
    file = tmp_path / "returns.md"
    file.write_text(HANDBOOK, encoding="utf-8")
    return file


def last_event(house: House) -> Event:
    with house.database.reading() as session:
        return session.query(Event).order_by(Event.sequence.desc()).limit(1).one()


@pytest.mark.parametrize("words", ["['--help']", "['--version']"])
def test_help_costs_no_database_and_no_model(words: str) -> None:
    program = (
        "import resource, sys\n"
        "from recommender.cli.main import recommender\n"
        f"recommender({words}, standalone_mode=False)\n"
        "used = resource.getrusage(resource.RUSAGE_SELF)\n"
        "print([name for name in sys.modules], used.ru_utime + used.ru_stime, sep='\\n')\n"
    )
    plain = {name: value for name, value in os.environ.items() if "COV" not in name}
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=plain
    )
    *_, modules, seconds = answer.stdout.splitlines()
    loaded = {name.partition(".")[0] for name in json.loads(modules.replace("'", '"'))}
    assert loaded.isdisjoint(HEAVY)
    assert float(seconds) < 1


def test_help_lists_every_verb_with_what_it_is_for() -> None:
    answer = CliRunner().invoke(recommender, ["--help"])
    words = " ".join(answer.stdout.split())
    for name, verb in VERBS.items():
        assert f"{name} {verb.says}" in words


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_answered_in_its_room(verb: str) -> None:
    assert find_command(verb).help


@pytest.mark.parametrize(
    "words",
    [
        ["no-such-verb"],
        ["policies", "show", "--no-such-option"],
        ["--as-of", "yesterday", "policies", "show"],
        ["policies", "import", "no-such-file.md"],
        ["policies", "ceiling", "RET-2.1"],
        ["policies", "parameters", "--confirm", "days"],
        ["accounts", "add", "noor", "--role", "boss"],
    ],
)
def test_wrong_usage_exits_with_2(cli: RunCli, words: list[str]) -> None:
    answer = cli(*words)
    assert answer.exit_code == 2
    assert answer.stdout == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--as", "nobody", "policies", "show"], "no account nobody"),
        (["policies", "show", "RET-9"], "no clause RET-9"),
        (["policies", "export", "RET"], "no policy RET"),
        (["--as", "maya", "accounts", "list"], "may not administer accounts"),
        (["accounts", "deactivate", "local-operator"], "stays as it is"),
        (["keys", "revoke", "nothing"], "no key nothing"),
    ],
)
def test_a_refusal_exits_with_1_and_gives_its_reason_on_standard_error(
    cli: RunCli, words: list[str], says: str
) -> None:
    answer = cli(*words)
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert says in answer.stderr


def test_a_verb_before_init_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECOMMENDER_DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite'}")
    answer = CliRunner().invoke(recommender, ["policies", "show"])
    assert answer.exit_code == 1
    assert "recommender init" in answer.stderr


def test_init_needs_nothing_asks_nothing_and_is_repeated_without_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECOMMENDER_DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite'}")
    first, second = (CliRunner().invoke(recommender, ["init"], input="") for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "key file" in first.stdout
    assert second.stdout == "Everything was there already.\n"
    assert (tmp_path / "new.sqlite.keys").stat().st_mode & 0o777 == 0o600
    with_database_only = CliRunner().invoke(recommender, ["accounts", "list", "--json"])
    assert [row["name"] for row in json.loads(with_database_only.stdout)] == ["local-operator"]


@pytest.mark.parametrize(
    ("words", "who"),
    [
        (["policies", "import"], "local-operator"),
        (["--as", "ruth", "policies", "import"], "ruth"),
        (["policies", "import", "--as", "ruth"], "ruth"),
        (["--as", "admin", "policies", "import", "--as", "ruth"], "ruth"),
    ],
)
def test_the_log_says_who_acted(
    house: House, cli: RunCli, handbook: Path, words: list[str], who: str
) -> None:
    assert cli(*words, handbook).exit_code == 0
    assert last_event(house).actor == who


@pytest.mark.parametrize(
    ("before", "after", "setting", "today"),
    [
        ([], [], None, None),
        ([], [], "2026-01-01", date(2026, 1, 1)),
        (["--as-of", "2026-02-02"], [], "2026-01-01", date(2026, 2, 2)),
        ([], ["--as-of", "2026-03-03"], "2026-01-01", date(2026, 3, 3)),
        (["--as-of", "2026-02-02"], ["--as-of", "2026-03-03"], None, date(2026, 3, 3)),
    ],
)
def test_as_of_goes_before_the_setting(
    cli: RunCli,
    monkeypatch: pytest.MonkeyPatch,
    before: list[str],
    after: list[str],
    setting: str | None,
    today: date | None,
) -> None:
    seen: list[date | None] = []

    @click.command("kinds")
    @pass_house
    def spy(house: House, actor: Actor) -> None:
        seen.append(house.settings.as_of)
        assert actor.name == "local-operator"

    monkeypatch.setattr("recommender.cli.main.find_command", lambda _: spy)
    if setting is not None:
        monkeypatch.setenv("RECOMMENDER_AS_OF", setting)
    assert cli(*before, "kinds", *after).exit_code == 0
    assert seen == [today]


def test_people_and_keys_are_seen_to(house: House, cli: RunCli, tmp_path: Path) -> None:
    assert cli("accounts", "add", "noor", "--role", "manager", "--team", "west").exit_code == 0
    assert cli("accounts", "password", "noor", typed="a long one\na long one\n").exit_code == 0
    people = tmp_path / "people.csv"
    people.write_text("name,roles,active\nnoor,manager,no\nboss,boss,\n", encoding="utf-8")
    taken = cli("accounts", "import", people)
    assert taken.exit_code == 0
    assert "deactivated: 1" in taken.stdout
    assert "row 2: roles" in taken.stderr
    people.write_text("name,roles\nboss,boss\n", encoding="utf-8")
    refused = cli("accounts", "import", people, "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["refused"][0]["field"] == "roles"
    rows = {row["name"]: row for row in json.loads(cli("accounts", "list", "--json").stdout)}
    assert rows["noor"] == {
        "name": "noor",
        "display_name": "noor",
        "roles": ["manager"],
        "team": "west",
        "lead": None,
        "active": False,
        "password": True,
    }
    assert "policy_owner" in cli("accounts", "list").stdout
    assert cli("accounts", "deactivate", "tom").exit_code == 0

    secret = cli("keys", "make", "maya", "--label", "reports", "--until", "2999-12-31").stdout
    listed = cli("keys", "list", "--json").stdout
    (key,) = json.loads(listed)
    assert key["expires_at"].startswith("2999-12-31T23:59:59")
    assert secret.strip() not in listed
    assert cli("keys", "revoke", key["id"]).exit_code == 0
    assert json.loads(cli("keys", "list", "--json").stdout)[0]["revoked_at"] is not None
    assert key["id"] in cli("keys", "list").stdout
    assert secret.strip() not in str(last_event(house).details)


def test_a_document_goes_in_as_a_plain_handbook(cli: RunCli, tmp_path: Path) -> None:
    path = written(tmp_path / "Shop.docx", paragraph("Fees", "H1"), paragraph("At most 14 days."))
    assert cli("policies", "import", tmp_path).stdout == "fees: 1 added.\n"
    assert cli("policies", "export", "fees").stdout == "# Fees\n\nAt most 14 days.\n"
    assert cli("policies", "import", path).stdout == "fees: 1 unchanged.\n"
    path.write_bytes(b"PK")
    refused = cli("policies", "import", path)
    assert refused.exit_code == 1
    assert "is no .docx file" in refused.stderr


def test_a_handbook_goes_in_is_read_changed_and_comes_out(
    cli: RunCli, handbook: Path, tmp_path: Path
) -> None:
    answer = cli("policies", "import", handbook, "--json")
    (report,) = json.loads(answer.stdout)["policies"]
    assert (report["policy"], len(report["added"])) == ("RET", 3)
    assert cli("policies", "export", "RET").stdout_bytes == HANDBOOK.encode()
    out = tmp_path / "out.md"
    assert cli("policies", "export", "RET", "--output", out).exit_code == 0
    assert out.read_bytes() == HANDBOOK.encode()

    longer = HANDBOOK.replace("14 days", "21 days").replace("max=14", "max=21")
    handbook.write_text(longer[: longer.index("## Repairs")], encoding="utf-8")
    told = cli("policies", "import", handbook, "--effective-from", "2026-07-01").stdout
    assert "RET: 1 changed, 1 unchanged." in told
    assert "not in the file, kept: RET-3.1" in told
    assert "14 days" in cli("policies", "show", "RET-2.1", "--as-of", "2026-06-30").stdout
    shown_now = json.loads(cli("policies", "show", "RET-2.1", "--json").stdout)
    assert (shown_now["revision"], shown_now["parameters"][0]["limit"]) == (2, 21)
    assert "[-14-]{+21+}" in cli("policies", "diff", "RET-2.1", "1", "2").stdout
    changes = json.loads(cli("policies", "diff", "RET-2.1", "1", "2", "--json").stdout)
    assert {"op": "added", "text": "21"} in changes

    assert (
        cli("policies", "ceiling", "RET-2.1", "40").stdout == "The ceiling of RET-2.1 is 40.00.\n"
    )
    page = cli("policies", "show", "RET-2.1").stdout
    assert "ceiling: 40.00" in page
    assert "owner: returns-desk" in page
    assert cli("policies", "ceiling", "RET-2.1", "--lift").exit_code == 0
    assert "never bent" in cli("policies", "show", "RET-2.2").stdout
    rows = json.loads(cli("policies", "show", "--json").stdout)
    assert [row["clause"] for row in rows] == ["RET-2.1", "RET-2.2", "RET-3.1"]
    assert "Unworn shoes" in cli("policies", "show").stdout


def test_a_retired_or_orphaned_clause_says_so(cli: RunCli, tmp_path: Path) -> None:
    row = {"clause_id": "A.1", "doc_id": "A", "text": "Be kind.", "owner": "gone-desk"}
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps(row | {"effective_from": "2026-06-01"}) + "\n", encoding="utf-8")
    assert cli("policies", "import", rows).exit_code == 0
    page = cli("policies", "show", "A.1", "--as-of", "2026-05-01").stdout
    assert "Not in force." in page
    assert "gone-desk (nobody there)" in page


def test_rule_books_are_read_as_of_the_end_of_imported_history(
    cli: RunCli, house: House, new_case: NewCase, add_policy: AddPolicy
) -> None:
    add_policy()
    with house.transaction(operator(house)) as tx:
        new_case(tx.session)
        clause = clause_by_key(tx, "RET-3.1")
        revise(tx, clause, markup="A zip is mended.", effective_from=tx.at)
    assert cli("policies", "export", "RET").stdout == HANDBOOK
    assert json.loads(cli("policies", "show", "RET-3.1", "--json").stdout)["revision"] == 1
    later = ("--as-of", "2100-01-01")
    assert json.loads(cli("policies", "show", "RET-3.1", "--json", *later).stdout)["revision"] == 2


def test_numbers_in_a_plain_handbook_are_offered_and_confirmed(cli: RunCli, tmp_path: Path) -> None:
    book = tmp_path / "plain.md"
    book.write_text("# Shop\n\nShoes come back within 14 days of delivery.\n", encoding="utf-8")
    cli("policies", "import", book)
    (offered,) = json.loads(cli("policies", "parameters", "--json").stdout)
    assert (offered["limit"], offered["unit"], offered["confirmed"]) == (14, "day", False)
    choice = f"{offered['fact']}=days_since_delivery"
    done = cli("policies", "parameters", offered["clause"], "--confirm", choice, "--json")
    assert json.loads(done.stdout) == [offered | {"fact": "days_since_delivery", "confirmed": True}]
    assert "days_since_delivery" in cli("policies", "parameters").stdout
    again = cli("policies", "parameters", offered["clause"], "--confirm", offered["fact"])
    assert again.exit_code == 1
    assert "none" in again.stderr


def test_a_folder_of_handbooks_is_taken_in_together_or_not_at_all(
    cli: RunCli, tmp_path: Path
) -> None:
    folder = tmp_path / "books"
    folder.mkdir()
    assert cli("policies", "import", folder).exit_code == 1
    (folder / "a.md").write_text(HANDBOOK, encoding="utf-8")
    (folder / "b.markdown").write_text(HANDBOOK.replace("RET", "MOR"), encoding="utf-8")
    (folder / "notes.txt").write_text("not a handbook", encoding="utf-8")
    rows = '{"clause_id": "C.1", "doc_id": "C", "text": "Be kind."}\n{"clause_id": "C.2"}\n'
    (folder / "c.jsonl").write_text(rows, encoding="utf-8")
    bad = folder / "d.md"
    bad.write_bytes(b"# Caf\xe9\n")
    refused = cli("policies", "import", folder)
    assert refused.exit_code == 1
    assert "d.md" in refused.stderr
    assert json.loads(cli("policies", "show", "--json").stdout) == []
    bad.unlink()
    taken = cli("policies", "import", folder)
    assert taken.exit_code == 0
    assert taken.stdout.splitlines() == ["RET: 3 added.", "MOR: 3 added.", "C: 1 added."]
    assert "line 2: doc_id" in taken.stderr


def test_rows_of_which_none_is_good_are_refused(cli: RunCli, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text("{}\n", encoding="utf-8")
    answer = cli("policies", "import", rows, "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["refused"][0]["line"] == 1


def test_a_table_stays_a_table_whatever_a_person_typed(capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[dict[str, Any]] = [
        {"name": "a\x1b[31m\nb", "count": 5, "open": True},
        {"name": None, "count": None, "open": False},
    ]
    print_table(rows, {"name": "who", "count": "cases", "open": "open"})
    assert capsys.readouterr().out.splitlines() == [
        "who       cases  open",
        "--------  -----  ----",
        "a [31m b      5   yes",
        "–             –    no",
    ]
    assert shown("\u202eevil\u0007") == "evil"


def test_json_has_no_room_for_what_is_not_json() -> None:
    for impossible in (object(), float("nan")):
        with pytest.raises((TypeError, ValueError)):
            print_json(impossible)


def test_json_knows_dates_and_sets(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"day": date(2026, 6, 1), "roles": frozenset({"b", "a"})})
    assert json.loads(capsys.readouterr().out) == {"day": "2026-06-01", "roles": ["a", "b"]}


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_is_drawn_on_a_terminal_and_quiet_in_a_pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, terminal: bool
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    with progress("Embedding") as advance:
        for done in (1, 2, 4):
            advance(done, 4)
    drawn = capsys.readouterr()
    assert drawn.out == ""
    assert ("100%" in drawn.err) is terminal
    assert drawn.err.count("\n") == terminal


def test_progress_without_work_draws_nothing_and_when_broken_off_ends_its_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress("Embedding"):
        pass
    assert capsys.readouterr().err == ""
    with ExitStack() as broken:
        broken.enter_context(progress("Embedding"))(1, 4)
        assert not capsys.readouterr().err.endswith("\n")
    assert capsys.readouterr().err.endswith("\n")

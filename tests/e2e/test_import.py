"""An admin brings in a file of another system: product and browser for real."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from api.app import create_app
from recommender.accounts.directory import add_account, operator
from recommender.accounts.opening import initialise
from recommender.config import Settings
from recommender.storage.house import House
from recommender.vocabulary import Role
from tests.contract.blocks import blocks
from tests.documents import paragraph, written
from tests.e2e import servers
from tests.e2e.person import LOCAL, Person, fill_in
from tests.workbooks import workbook

pytestmark = pytest.mark.browser

PASSWORD = "four words of theirs"
PAGE = Path(__file__).parents[2] / "docs" / "look-back.md"
WAIVERS = next(block.text for block in blocks(PAGE) if block.name == "waivers.csv")
ODD = (
    b"Ticket No;Opened;What happened;Refund [EUR]\n"
    b"A-1;2026-03-01;The boots came late.;12.50\n"
    b"A-2;;The zip broke.;3\n"
    b"A-3;2026-03-03;=The neighbour's cellar was flooded.;4\n"
)


@pytest.fixture
def dash(tmp_path: Path) -> Iterator[str]:
    house = House(
        Settings(database_url=f"sqlite:///{tmp_path}/recommender.sqlite", encoder="hashing")
    )
    initialise(house)
    with house.transaction(operator(house)) as tx:
        add_account(tx, name="ada", display_name="Ada", roles=[Role.ADMIN], password=PASSWORD)
    with servers.dashboard_before(create_app(house, catches_up=False), tmp_path) as url:
        yield url
    house.database.close()


def test_an_admin_checks_imports_and_undoes_a_file_with_odd_columns(
    dash: str, page: Page, context: BrowserContext
) -> None:
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page.goto(f"{dash}/import")
    fill_in(page, "ada", PASSWORD)
    ada = Person("ada", page, dash, None)
    ada.at("Import")
    ada.reads("Bring your own")
    ada.reads("Nothing was imported yet")
    file = FilePayload(name="odd.csv", mimeType="text/csv", buffer=ODD)
    ada.by_key("import-file").locator("input[type=file]").set_input_files(file)

    ada.reads("odd.csv: 3 rows, 4 columns")
    ada.reads("2 of 3 rows can be read.", "import-report")
    ada.reads("1 row is left out: 1 without “When it happened”.", "import-report")
    expect(page).to_have_url(f"{dash}/import?upload={page.url.rpartition('=')[2]}")
    page.reload()
    ada.reads("2 of 3 rows can be read.", "import-report")

    ada.press("import-take")
    ada.reads("2 new cases · 1 row left out")
    ada.reads("1 row is left out: 1 without “When it happened”.")
    ada.reads("2. Your cases")
    expect(page).to_have_url(re.compile(f"{re.escape(dash)}/import.batch="))

    ada.press("undo-")
    ada.reads("The import was taken back.", "said")
    ada.reads("It was undone on")
    expect(ada.by_key("undo-")).to_have_count(0)
    assert [url for url in asked if not url.startswith(("http://127.0.0.1:", "data:"))] == []


def test_a_house_begins_with_a_handbook_from_word_and_a_spreadsheet(
    dash: str, page: Page, tmp_path: Path
) -> None:
    page.goto(dash)
    fill_in(page, "ada", PASSWORD)
    ada = Person("ada", page, dash, None)
    ada.at("Inbox")
    ada.click(ada.by_key("begin-handbook").get_by_role("link"))
    ada.at("Library")
    handbook = written(
        tmp_path / "Shop.docx",
        paragraph("Returns", "H1"),
        paragraph("Unworn boots are taken back within 14 days of delivery."),
    )
    ada.by_key("handbook").locator("input[type=file]").set_input_files(handbook)
    ada.reads("New clauses (1): returns.1", "handbook-report")
    ada.reads("1 number in it may be a limit", "handbook-report")
    ada.press("handbook-take")
    ada.reads("Taken in.", "said")
    ada.click(ada.by_key("to-cases").get_by_role("link"))
    ada.at("Import")
    ada.reads("1 clause is here.")
    header = ("Ticket", "Date", "What happened", "Days late", "Refund [EUR]")
    rows = [
        (f"A-{n}", f"{n:02}/04/2026", f"The boots of day {n} came back late.", n, 2.5)
        for n in range(1, 7)
    ]
    cases = workbook(tmp_path / "cases.xlsx", {"Cases": [("Spring",), header, *rows]})
    ada.by_key("import-file").locator("input[type=file]").set_input_files(cases)
    ada.reads("cases.xlsx: 6 rows, 5 columns")
    ada.reads("Say below how the file writes its days")
    ada.click(page.get_by_text("Day first: 31/12/2026"))
    ada.reads("6 of 6 rows can be read.", "import-report")
    ada.press("import-take")
    ada.reads("6 approved cases are here.")
    ada.press("discover")
    ada.at("Inbox")
    ada.reads("Kinds are up to date.", "said")


def test_somebody_looks_back_at_a_workbook_does_something_else_and_opens_the_report(
    dash: str, page: Page, context: BrowserContext, tmp_path: Path
) -> None:
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page.goto(f"{dash}/look-back")
    fill_in(page, "ada", PASSWORD)
    ada = Person("ada", page, dash, None)
    ada.at("Look back")
    rows = [row.split(",") for row in WAIVERS.splitlines()]
    ledger = workbook(tmp_path / "waivers.xlsx", rows)
    ada.by_key("look-back-file").locator("input[type=file]").set_input_files(ledger)
    ada.reads("waivers.xlsx: 13 rows, 8 columns")
    ada.reads("Never read, for they are about people: Handled by, Customer number.")
    ada.press("look-back")
    ada.reads("Looking back at waivers.xlsx")
    page.goto(f"{dash}/notices")
    ada.at("Notices")
    page.goto(f"{dash}/look-back")
    ada.reads("waivers.xlsx: 2 kinds recur")

    ada.press("look-back-open")
    report = page.frame_locator("iframe[title='The report']")
    expect(report.locator("#kind-2")).to_be_attached()
    report.locator("a[href='#kind-2']").first.click()
    expect(report.locator("#kind-2")).to_be_in_viewport()
    with page.expect_download() as saved:
        ada.press("look-back-report")
    assert saved.value.suggested_filename == "waivers.html"
    assert saved.value.path().read_text("utf-8").startswith("<!DOCTYPE html>")
    page.reload()
    ada.reads("A ledger with a date and a note in each row")
    assert [url for url in asked if not url.startswith(LOCAL)] == []

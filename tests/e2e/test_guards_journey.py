"""Those who guard, in the browser: limits and what lies beyond, names, own words, erasing."""

import sqlite3
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from recommender.demo.seeding import LEAVER
from tests.e2e.demo_world import Demo, as_person, serving
from tests.e2e.person import Person, people, pictures_folder

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Meet = Callable[[str], Person]

RULE = "RET-2.1"
WITHIN = "The parasol stood packed in the shed while she lay in hospital. It is day 44."
BEYOND = "The swing seat came while he was on a ship, and his lodger signed for it. Day 52."
TOO_WORN = "The hammock hung in the garden for seven weeks before she found it too short."
WISH = "Give the full price back."
DAMAGE = "DEL-3.5"
SEEN = "The shelf came with a cracked board, and he told us a week after he had seen it."
RECALL = "The depot mixed up two deliveries of parasols."
NO = "It was in use for weeks, so it is not as new."
NICKNAME = "grobbel"
CUSTOMER = "C-90417"
BENT = (
    f"The parasol's pole was bent in the carton, as {NICKNAME} of the depot had seen and not said. "
    "Reported on day 9."
)
WHY = "The customer thanks somebody by name, and I want to pass that on."
COUSIN = "It was for a cousin, as the delivery note says."


@pytest.fixture(scope="module")
def demo(filled_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo, in which every approval is drawn for a second look."""
    with serving(filled_world, tmp_path_factory.mktemp("guards"), review_share=1) as served:
        served.await_warmth()
        yield served


@pytest.fixture
def meet(demo: Demo, browser: Browser) -> Iterator[Meet]:
    with people(browser, demo.dashboard, pictures_folder()) as bring_in:
        yield bring_in


# Limits, pauses, and what is asked of the desk


def test_limits_hold_and_what_lies_beyond_is_asked_of_the_desk(demo: Demo, meet: Meet) -> None:
    filed(demo, "tom", WITHIN, RULE, 30)
    ruth, maya = meet("ruth"), meet("maya")
    ruth_sets_a_budget(ruth)
    ruth_pauses(ruth)
    maya_is_told_of_the_pause(demo, maya)
    ruth_lifts_it(ruth)
    maya_signs(maya)
    maya_is_told_of_the_budget(maya)
    filed(demo, "maya", TOO_WORN, RULE, 250)
    ruth_answers_for_the_desk(ruth)
    maya_hears(maya)


def ruth_sets_a_budget(ruth: Person) -> None:
    """Her desk's clauses are on one page; she says how much peers may give in a month."""
    ruth.follow("Limits")
    ruth.picture("limits")
    ruth.click(ruth.by_key(f"own-{RULE.replace('.', '-')}").get_by_role("link"))
    ruth.at(f"Limits of Returns ({RULE})")
    field(ruth, "budget").fill("200")
    field(ruth, "currency").fill("EUR")
    ruth.click(ruth.page.get_by_role("button", name="Save limits"))
    ruth.reads("It holds from the next signature on.", "said")
    ruth.reads("200 EUR left", "spent")
    ruth.picture("limits-of-a-clause")


def ruth_pauses(ruth: Person) -> None:
    """Nothing is approved under the clause until she lifts it, and everybody reads why."""
    ruth.press("pause")
    ruth.page.get_by_label("Why?").fill(RECALL)
    ruth.click(ruth.page.get_by_role("button", name="Pause", exact=True))
    ruth.reads("Paused.", "said")
    ruth.reads(RECALL)
    ruth.picture("paused")


def maya_is_told_of_the_pause(demo: Demo, maya: Person) -> None:
    """She reads it beside her draft; what waits under the clause she cannot sign."""
    maya.write("situation", BEYOND)
    maya.choose("clause", RULE, RULE)
    maya.write("resolution", WISH)
    maya.enter("amount", "260")
    maya.reads(RECALL, "limits")
    maya.picture("told-of-the-pause")
    kept(demo, maya, amount=260)
    maya.follow("Co-sign")
    waiting = proposal(maya, WITHIN)
    expect(waiting).to_contain_text(RECALL)
    expect(waiting.get_by_role("button", name="Co-sign")).to_have_count(0)
    maya.picture("paused-queue")


def ruth_lifts_it(ruth: Person) -> None:
    """Approval goes on."""
    ruth.click(ruth.page.get_by_role("button", name="Lift the pause"))
    ruth.reads("Lifted.", "said")
    expect(ruth.page.get_by_role("button", name="Lift the pause")).to_have_count(0)


def maya_signs(maya: Person) -> None:
    """What is within the budget needs one colleague, as ever."""
    maya.page.reload()
    maya.at("Co-sign")
    maya.click(proposal(maya, WITHIN).get_by_role("button", name="Co-sign"))
    maya.reads("It is approved", "said")


def maya_is_told_of_the_budget(maya: Person) -> None:
    """The draft that she had begun is still there; she reads what is left, and files it anyway."""
    maya.follow("File")
    maya.reads("Of 200 EUR that peers may approve", "limits")
    maya.reads("30 are spent", "limits")
    maya.picture("told-of-the-budget")
    maya.press("file")
    maya.reads("It went to the desk", "filed")


def ruth_answers_for_the_desk(ruth: Person) -> None:
    """Two cases wait for her: she approves one, and declines the other with a reason."""
    ruth.follow("All limits and pauses", "Limits")
    ruth.reads("170 EUR left")
    ruth.picture("limits-spent")
    ruth.follow("Notices")
    ruth.reads("A proposal waits for you as the rule's owner")
    ruth.follow("Asked of you")
    ruth.reads("2 proposals wait")
    ruth.picture("routed")
    hers = routed(ruth, BEYOND)
    expect(hers).to_contain_text("this asks for 260 EUR")
    ruth.click(hers.get_by_role("button", name="Approve as owner"))
    ruth.reads("Approved.", "said")
    ruth.click(routed(ruth, TOO_WORN).get_by_role("button", name="Decline with a reason"))
    ruth.page.get_by_label("Why not?").fill(NO)
    ruth.click(ruth.page.get_by_role("button", name="Decline", exact=True))
    ruth.reads("Declined.", "said")
    expect(routed(ruth, TOO_WORN)).to_have_count(0)


def maya_hears(maya: Person) -> None:
    """She reads who answered, and why not."""
    maya.follow("Notices")
    maya.reads("Your proposal was approved by the policy owner")
    maya.reads(NO)
    maya.picture("notices")


# Names


def test_a_name_takes_a_reason_and_a_second_person_and_is_told(demo: Demo, meet: Meet) -> None:
    ines, rosa = meet("ines"), meet("rosa")
    ines_asks_for_a_name(ines, without=filed_by(demo, LEAVER))
    rosa_agrees(rosa)
    name = ines_reads_it(ines)
    the_person_finds_out(meet(name))
    rosa_sees_that_it_was_read(rosa)


def ines_asks_for_a_name(ines: Person, without: Collection[str]) -> None:
    """Under a case of a kind; before she says why, she reads whom it will be told.

    Whoever has left is never told, so theirs are cases `without` an end of this story.
    """
    ines.at("Inbox")
    ines.click(ines.page.locator("[class*=st-key-kind-row-]").first.get_by_role("link"))
    ines.reads("Cases")
    asking = ines.page.get_by_role("link", name="Ask for a name")
    expect(asking.first).to_be_visible()
    ines.settled()
    addresses = [str(link.get_attribute("href")) for link in asking.all()]
    told = [not any(case in address for case in without) for address in addresses]
    ines.click(asking.nth(told.index(True)))
    ines.at("Identities")
    ines.press("ask-save")
    ines.reads("The reason is still empty.")
    ines.write("why-", WHY)
    ines.picture("asking-for-a-name")
    ines.press("ask-save")
    ines.reads("Asked.", "said")
    ines.reads("Waits for a second person")
    ines.picture("asked-for-a-name")


def rosa_agrees(rosa: Person) -> None:
    """Her notice leads to the request with its reason."""
    rosa.follow("Notices")
    rosa.reads(WHY)
    rosa.follow("See what was asked for", "Identities")
    rosa.reads(WHY)
    rosa.picture("second-person")
    rosa.click(rosa.page.get_by_role("button", name="Agree"))
    rosa.reads("Agreed.", "said")


def ines_reads_it(ines: Person) -> str:
    """For some hours the name is a click away."""
    ines.follow("Notices")
    ines.reads("was granted")
    ines.follow("See what was asked for", "Identities")
    ines.click(ines.page.get_by_role("button", name="Read the name"))
    shown = ines.page.locator("[class*=st-key-name-]")
    expect(shown).to_contain_text("Who filed it:")
    ines.picture("name")
    return shown.inner_text().rpartition("(")[2].rstrip(") \n")


def the_person_finds_out(named: Person) -> None:
    """Whoever was named reads that it was read, by which role and why."""
    named.follow("Notices")
    named.reads(WHY)
    named.reads("manager")
    named.picture("my-name-was-read")


def rosa_sees_that_it_was_read(rosa: Person) -> None:
    """The list says who asked, who agreed, until when, and when it was read."""
    rosa.page.reload()
    rosa.at("Identities")
    rosa.reads("Ines Carvalho asked on")
    rosa.reads("First read on")
    rosa.picture("list-of-requests")


# A second look, own words, erasing


def test_another_team_takes_a_second_look(demo: Demo, meet: Meet) -> None:
    approved(demo, SEEN, "C-90418")
    reader = meet(asked_to_look(demo, SEEN))
    reader.follow("Notices")
    reader.reads("waits for a second look")
    reader.follow("Take a second look", "Second look")
    reader.reads(SEEN)
    reader.picture("second-look")
    drawn = reader.page.locator("[class*=st-key-review-]", has_text=SEEN)
    reader.click(drawn.get_by_role("button", name="This is misuse"))
    reader.page.get_by_label("Why?").fill(COUSIN)
    reader.picture("misuse")
    reader.click(reader.page.get_by_role("button", name="It should not count"))
    reader.reads("Your team has answered", "said")
    expect(drawn).to_have_count(0)
    tom = meet("tom")
    tom.follow("Notices")
    tom.reads(COUSIN)
    tom.picture("told-of-misuse")


def test_own_words_and_an_erased_customer_are_gone_everywhere(demo: Demo, meet: Meet) -> None:
    approved(demo, BENT, CUSTOMER)
    maya = meet("maya")
    maya_finds_it_among_cases_like_hers(maya, f"as {NICKNAME} of the depot")
    admin = meet("admin")
    admin_adds_a_name(admin)
    maya_finds_it_among_cases_like_hers(maya, "as [name] of the depot")
    admin_erases(admin)
    maya_finds_it_no_more(maya)


def maya_finds_it_among_cases_like_hers(maya: Person, words: str) -> None:
    """What was approved a moment ago is a precedent once it has been embedded."""
    found = precedents(maya, "Reported on day 9")
    for _ in range(20):
        maya.page.goto(maya.page.url.split("?")[0])
        maya.at("File")
        maya.write("situation", "A parasol with a bent pole in its carton, reported on day 9.")
        expect(precedents(maya, "").first).to_be_visible()
        maya.settled()
        if found.filter(has_text=words).count():
            break
    expect(found).to_contain_text(words)


def admin_adds_a_name(admin: Person) -> None:
    """A nickname that no list knows is replaced in the texts of yesterday, too."""
    part(admin, "Own words")
    admin.enter("word", NICKNAME)
    admin.press("word-save")
    admin.reads("Added.", "said")
    admin.reads(NICKNAME)
    expect(admin.by_key("word").locator("input")).to_have_value("")
    admin.press("again-save")
    admin.reads("Changed by it: 1 case")
    admin.picture("own-words")


def admin_erases(admin: Person) -> None:
    """First she sees what would go; it goes once she says that she is sure."""
    part(admin, "Erasing")
    admin.enter("erase-customer", CUSTOMER)
    admin.press("erase-check")
    admin.reads(f"Would go for {CUSTOMER}", "erase-effect")
    expect(admin.by_key("erase").get_by_role("button")).to_be_disabled()
    admin.picture("would-go")
    admin.click(admin.page.get_by_text("This cannot be undone"))
    admin.press("erase")
    admin.reads("Erased.", "erase-effect")
    admin.picture("erased")


def maya_finds_it_no_more(maya: Person) -> None:
    """The same draft finds other cases, and not this one."""
    maya.page.reload()
    maya.at("File")
    expect(precedents(maya, "").first).to_be_visible()
    maya.settled()
    expect(precedents(maya, "Reported on day 9")).to_have_count(0)
    maya.picture("erased-precedent")


# Shared steps


def kept(demo: Demo, somebody: Person, **known: object) -> None:
    """Wait until somebody's draft is kept with these values."""
    with as_person(demo, somebody.name) as reader:
        for _ in range(100):
            saved = reader.get("/draft").json()
            if saved is not None and known.items() <= saved["draft"].items():
                return
            somebody.page.wait_for_timeout(100)
    raise AssertionError(known)


def filed_by(demo: Demo, name: str) -> list[str]:
    """The ids of what somebody filed, which no screen and no door tells."""
    database = demo.log.parent / ".demo" / "demo.sqlite"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as read:
        return [row[0] for row in read.execute("SELECT id FROM cases WHERE agent_id = ?", (name,))]


def filed(demo: Demo, name: str, situation: str, clause: str, amount: float, **more: str) -> str:
    """Have somebody file a case without a browser; gives its id."""
    wish = {"situation": situation, "resolution": WISH, "clause_key": clause, **more}
    with as_person(demo, name) as agent:
        answer = agent.post("/proposals", json={**wish, "amount": amount, "currency": "EUR"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def approved(demo: Demo, situation: str, customer: str) -> None:
    """Have tom file a case and maya sign it, without a browser."""
    case_id = filed(demo, "tom", situation, DAMAGE, 25, customer_id=customer)
    with as_person(demo, "maya") as maya:
        read = maya.get(f"/proposals/{case_id}").json()["content_hash"]
        signed = maya.post(f"/proposals/{case_id}/cosign", json={"content_hash": read})
    assert signed.status_code == 200, signed.text


def asked_to_look(demo: Demo, situation: str) -> str:
    """Somebody of the team that was drawn for a case, which nobody can foresee."""
    for name in ("nina", "bram", "wanda", "petra"):
        with as_person(demo, name) as reader:
            if situation in reader.get("/reviews").text:
                return name
    raise AssertionError("No team was drawn.")


def part(admin: Person, title: str) -> None:
    """Go to a part of the screen of texts."""
    if not admin.page.get_by_role("heading", name="Texts", level=1).count():
        admin.click(admin.page.get_by_text("Admin", exact=True))
        admin.click(admin.page.get_by_role("menuitem", name="Texts"))
        admin.at("Texts")
    admin.click(admin.by_key("part").get_by_role("radio", name=title))
    admin.settled()


def field(ruth: Person, name: str) -> Locator:
    """A field of the form for limits, whatever edition it starts from."""
    return ruth.page.locator(f"[class*=st-key-{name}-]").locator("input")


def proposal(person: Person, words: str) -> Locator:
    return person.page.locator("[class*=st-key-proposal-]", has_text=words)


def routed(person: Person, words: str) -> Locator:
    return person.page.locator("[class*=st-key-routed-]", has_text=words)


def precedents(person: Person, words: str) -> Locator:
    return person.page.locator("[class*=st-key-precedent-]", has_text=words)

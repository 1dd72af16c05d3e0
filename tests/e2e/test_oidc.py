"""Signing in at an OpenID provider as people meet it: product, provider and browser for real."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote_plus

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pydantic import SecretStr

from api.app import create_app
from recommender.accounts.directory import (
    actor_named,
    add_account,
    change_account,
    find_account,
    operator,
)
from recommender.accounts.sign_ins import authenticate, what_decisions_ask
from recommender.changes.candidates import claim, promote
from recommender.config import Settings
from recommender.kinds.catalogue import kinds
from recommender.kinds.runs import discover
from recommender.policies.library import clause_by_key
from recommender.storage.house import House
from recommender.vocabulary import Role
from tests.contract import small_shop
from tests.e2e import servers
from tests.e2e.demo_world import environment
from tests.e2e.person import at, settled

pytestmark = pytest.mark.browser

INES, RUTH = "ines@shop.example", "ruth@shop.example"
REASON = "Late parcels are not the customer's doing."
STYLE_OF_THE_PROVIDER = re.compile(r"https://cdn\.jsdelivr\.net/npm/@picocss/")


@contextmanager
def provider(log: Path) -> Iterator[str]:
    """Somebody else's provider as a child process, which takes anybody's word; gives its issuer."""
    port = servers.free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    for sub, email in (("i-1", INES), ("r-1", RUTH)):
        claims = {"sub": sub, "email": email, "email_verified": True}
        command += ["--user-claims", json.dumps(claims)]
    with log.open("wb") as out:
        child = subprocess.Popen(
            [*command, "--require-nonce", "true"],
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environment(),
        )
    url = f"http://127.0.0.1:{port}"
    try:
        servers.await_url(url, lambda: child.poll() is None, log)
        yield url
    finally:
        child.terminate()
        child.wait(10)


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with provider(tmp_path_factory.mktemp("provider") / "said.log") as url:
        yield url


@dataclass(frozen=True)
class Product:
    """The running product: its house, where its dashboard is, and what ruth has claimed."""

    house: House
    dashboard: str
    claimed: str


@pytest.fixture(scope="module")
def product(
    issuer: str, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """The small shop, where ines and ruth have accounts at the provider and no password."""
    folder = tmp_path_factory.mktemp("product")
    house = House(Settings(database_url=f"sqlite:///{folder}/recommender.sqlite"))
    shutil.copy(template, folder)
    shutil.copy(template.with_name(f"{template.name}.keys"), house.settings.secrets_path)
    claimed = _claimed(house)
    with servers.dashboard_before(create_app(house, catches_up=False), folder) as url:
        house.settings = house.settings.model_copy(
            update={
                "oidc_issuer": issuer,
                "oidc_client_id": "recommender",
                "oidc_client_secret": SecretStr("s3cret"),
                "oidc_label": "Acme",
                "dashboard_url": url,
            }
        )
        yield Product(house, url, claimed)
    house.database.close()


def _claimed(house: House) -> str:
    """Fill the shop, promote what it finds under RET-2.1, and claim that for ruth."""
    house.settings = house.settings.model_copy(update={"encoder": "hashing"})
    small_shop.fill(house)
    discover(house, operator(house))
    with house.transaction(operator(house)) as tx:
        add_account(tx, name=INES, display_name="Ines", roles=[Role.MANAGER, Role.AGENT])
        owner = [Role.POLICY_OWNER]
        add_account(tx, name=RUTH, display_name="Ruth", roles=owner, team="returns-desk")
        late = next(one.id for one in kinds(tx) if one.clause == "RET-2.1")
    with house.transaction(actor_named(house, INES)) as tx:
        candidate_id = promote(tx, late).id
    with house.transaction(actor_named(house, RUTH)) as tx:
        claim(tx, candidate_id)
    return candidate_id


@pytest.fixture(autouse=True)
def nothing_leaves_this_machine(context: BrowserContext) -> Iterator[None]:
    """The provider's page wants a style sheet from elsewhere, which it does not get."""
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.route(STYLE_OF_THE_PROVIDER, lambda route: route.abort())
    yield
    local = ("http://127.0.0.1:", "data:", "blob:")
    away = [url for url in asked if not url.startswith(local)]
    assert [url for url in away if not STYLE_OF_THE_PROVIDER.match(url)] == []
    assert asked


def sign_in_there(page: Page, issuer: str, button: str) -> None:
    expect(page).to_have_url(re.compile(f"^{issuer}/oauth2/authorize"))
    page.get_by_role("button", name=button).click()


def test_a_person_signs_in_there_and_a_role_goes_while_the_page_is_open(
    product: Product, issuer: str, page: Page, context: BrowserContext
) -> None:
    page.goto(f"{product.dashboard}/library?clause=RET-2.1")
    page.get_by_role("link", name="Sign in with Acme").click()
    sign_in_there(page, issuer, "i-1")
    at(page, "Library")
    assert page.evaluate("location.href") == f"{product.dashboard}/library?clause=RET-2.1"
    cookies = {one["name"]: one for one in context.cookies()}
    assert cookies["recommender_session"]["sameSite"] == "Strict"
    assert "recommender_trip" not in cookies
    token = cookies["recommender_session"]["value"]
    assert authenticate(product.house, token).name == INES

    with product.house.transaction(operator(product.house)) as tx:
        change_account(tx, find_account(tx, INES), roles=[Role.AGENT])
    page.get_by_text("Review", exact=True).click()
    page.get_by_role("menuitem", name="Inbox").click()
    at(page, "Inbox")
    expect(page.get_by_text("This page is not among yours")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Review", exact=True)).to_have_count(0)
    page.get_by_role("link", name="Go to your first page").click()
    at(page, "File")


def test_who_comes_back_without_an_answer_stands_at_the_form(
    product: Product, issuer: str, page: Page, context: BrowserContext
) -> None:
    page.goto(product.dashboard)
    page.get_by_role("link", name="Sign in with Acme").click()
    sign_in_there(page, issuer, "Deny")
    expect(page.get_by_role("alert")).to_contain_text("You were not signed in there")
    expect(page.get_by_label("Password")).to_be_visible()
    assert "recommender_session" not in {one["name"] for one in context.cookies()}


def test_whoever_the_provider_asked_again_may_decide(
    product: Product, issuer: str, page: Page, context: BrowserContext
) -> None:
    then = "/library?clause=RET-2.1&find=late%20parcel"
    page.goto(f"{product.dashboard}/signin/oidc?again=1&next={quote(then)}")
    assert "prompt=login&max_age=0" in page.url
    sign_in_there(page, issuer, "i-1")
    at(page, "Library")
    there = unquote_plus(page.evaluate("location.href"))
    assert there == unquote_plus(f"{product.dashboard}{then}")
    (token,) = [one["value"] for one in context.cookies() if one["name"] == "recommender_session"]
    actor = authenticate(product.house, token)
    assert what_decisions_ask(product.house, token, actor) == "nothing"


def test_a_decision_leads_to_the_provider_and_back_with_all_that_was_typed(
    product: Product, issuer: str, page: Page
) -> None:
    address = f"{product.dashboard}/candidate?id={product.claimed}"
    page.goto(address)
    page.get_by_role("link", name="Sign in with Acme").click()
    sign_in_there(page, issuer, "r-1")
    limit = page.locator("[class*=st-key-limit-]").locator("input")
    expect(limit).to_be_visible()
    settled(page)
    limit.fill("19")
    limit.press("Enter")
    expect(page.locator(".st-key-recap")).to_contain_text("19 days")
    expect(page).to_have_url(re.compile("limits="))
    expect(page.get_by_role("button", name="Accept with edits")).to_be_disabled()
    before = page.evaluate("location.href")
    reason = page.get_by_label("Why is this right?")
    reason.click()
    page.keyboard.type(REASON)
    page.get_by_role("link", name="Sign in once more").click()
    sign_in_there(page, issuer, "r-1")
    expect(reason).to_have_value(REASON)
    expect(limit).to_have_value("19")
    assert unquote_plus(page.evaluate("location.href")) == unquote_plus(before)
    expect(page.locator(".st-key-recap")).to_contain_text("19 days")
    page.get_by_role("button", name="Accept with edits").click()
    expect(page.locator(".st-key-said")).to_contain_text("Decided.")
    with product.house.reading(operator(product.house)) as tx:
        clause = clause_by_key(tx, "RET-2.1")
        assert "19 days" in clause.newest.text
        assert clause.newest.candidate_id == product.claimed

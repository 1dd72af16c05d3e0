"""What a person waits for in a browser, told by the page itself while it is drawn.

A script that stands in the page before anything loads notes when what is wanted is drawn, in our
own components too; nobody asks from outside, so asking costs next to nothing.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import BrowserContext, Page, expect

GIVE_UP_MS: Final = 120_000
MAIN: Final = "[data-testid=stMain]"

_DRAWN: Final = """
window.drawn = new Promise((tell, give_up) => {
  const wanted = %s;
  const within = (root) => root?.querySelector(wanted);
  const there = () => within(document)
    || Array.from(document.querySelectorAll("div")).some((each) => within(each.shadowRoot));
  const look = () => {
    requestAnimationFrame(there() ? () => tell(performance.now()) : look);
  };
  look();
  setTimeout(() => give_up(new Error("never drawn: " + wanted)), %d);
});
"""
_WATCH: Final = """([where, patience]) => {
  const text = () => document.querySelector(where)?.textContent ?? "";
  const before = text();
  window.changed = new Promise((tell, give_up) => {
    let began = null;
    const begin = () => { began ??= performance.now(); };
    for (const event of ["click", "keydown"]) {
      document.addEventListener(event, begin, {capture: true, once: true});
    }
    const watch = new MutationObserver(() => {
      const now = text();
      if (began === null || now === "" || now === before) return;
      watch.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => tell(performance.now() - began)));
    });
    watch.observe(document, {childList: true, subtree: true, characterData: true});
    setTimeout(() => give_up(new Error("never changed: " + where)), patience);
  });
}"""


@contextmanager
def opened(context: BrowserContext, url: str, wanted: str) -> Iterator[tuple[Page, float]]:
    """Open an address in a new tab; gives it with the ms until what is wanted was drawn."""
    page = context.new_page()
    page.add_init_script(_DRAWN % (json.dumps(wanted), GIVE_UP_MS))
    page.goto(url, wait_until="commit", timeout=GIVE_UP_MS)
    drawn = page.evaluate("window.drawn")
    settled(page)
    yield page, drawn
    page.close()


def changed(page: Page, act: Callable[[], None], where: str = MAIN) -> float:
    """Act by a click or a key; give the ms from it until a text was drawn anew somewhere."""
    page.evaluate(_WATCH, [where, GIVE_UP_MS])
    act()
    took: float = page.evaluate("window.changed")
    settled(page)
    return took


def settled(page: Page) -> None:
    """Wait until nothing is being drawn, and nothing broke."""
    app = page.get_by_test_id("stApp")
    idle = "data-test-script-state"
    expect(app).to_have_attribute(idle, "notRunning", timeout=GIVE_UP_MS)
    expect(page.get_by_test_id("stException")).to_have_count(0)

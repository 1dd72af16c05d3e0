// Links that dashboard/by_key.py marks: one that a key opens, one that leads on by itself, and one
// whose page takes the place of the page that is left.
//
// A link is followed as if it were clicked, so the browser's history gets one entry, as it should.
// Streamlit's own way of leading to a page leaves a second one: the page that is left, with the
// address of the other. A module: however often a page brings it in, it runs once.

const LEADS_ON = ".st-key-leads-on a";
const LEADS_HOME = ".st-key-leads-home a";
const BUSY = "input, textarea, select, button, a, summary, [contenteditable], [role=option]";
const followed = new WeakMap();

function leadOn() {
  const home = document.querySelector(LEADS_HOME);
  if (home) return location.replace(home.href);
  const link = document.querySelector(LEADS_ON);
  if (!link || followed.get(link) === link.href) return;
  followed.set(link, link.href);
  link.click();
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const more = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
  if (more || event.repeat || event.defaultPrevented || target.closest?.(BUSY)) return;
  const link = document.querySelector(`.st-key-by-key-${CSS.escape(key.toLowerCase())} a`);
  if (!link) return;
  event.preventDefault();
  link.click();
});

new MutationObserver(leadOn).observe(document.body, { childList: true, subtree: true });
leadOn();

// Streamlit tells its server what stands in a field when the field is left. The fields of several
// lines that dashboard/as_typed.py marks are told whenever the typing pauses: the field hears that
// it was left, though it was not, so caret, focus and what is typed next stay as they are.
//
// What was typed into whatever field is told when Escape closes what it stands in, and in the
// instant before the page goes. That stays a blink longer, for a server whose reader has gone stops
// listening. A number is told then alone: Streamlit writes it anew in its own form, which would
// garble what is being typed.
//
// A module: however often a page brings it in, it runs once.

const PAUSE_MS = 400;
const BLINK_MS = 250;
const FIELDS = ".st-key-as-typed textarea";
const pauses = new WeakMap();
let untold = null;
let toldLate = false;

document.addEventListener("input", ({ target }) => {
  untold = target;
  if (!target.matches(FIELDS)) return;
  clearTimeout(pauses.get(target));
  pauses.set(target, setTimeout(() => tell(target), PAUSE_MS));
});

document.addEventListener("focusout", () => {
  untold = null;
});

document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape" && untold?.isConnected) tell(untold);
}, true);

addEventListener("beforeunload", () => {
  toldLate = untold?.isConnected ?? false;
  if (toldLate) tell(untold);
});

addEventListener("pagehide", () => {
  const gone = performance.now() + BLINK_MS;
  while (toldLate && performance.now() < gone);
});

function tell(field) {
  field.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
}

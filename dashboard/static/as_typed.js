// Streamlit tells its server what stands in a field of several lines when the field is left. The
// fields that dashboard/as_typed.py marks are told whenever the typing pauses: the field hears that
// it was left, though it was not, so caret, focus and what is typed next stay as they are.
//
// A module: however often a page brings it in, it runs once.

const PAUSE_MS = 400;
const FIELDS = ".st-key-as-typed textarea";
const pauses = new WeakMap();

document.addEventListener("input", ({ target }) => {
  if (!target.matches(FIELDS)) return;
  clearTimeout(pauses.get(target));
  const tell = () => target.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
  pauses.set(target, setTimeout(tell, PAUSE_MS));
});

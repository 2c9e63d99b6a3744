// What a keyboard does in the console beyond what HTML does by itself. Without it, everything works by links and forms.

const ON = "plaudit-keys"; // WCAG 2.1.4: keys without Ctrl can be turned off.
const typing = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
let going = false;

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const one = (selector, within = document) => within.querySelector(selector);
const isOn = () => localStorage.getItem(ON) !== "off";

const say = (words) => {
  one("#announced").textContent = words;
};

// The answers of this host are pages of ours: scripts in them never run (script-src), and nothing else becomes HTML here.
const trusted = globalThis.trustedTypes?.createPolicy("plaudit", { createHTML: (html) => html });
globalThis.htmx?.registerExtension("trusted", {
  init: (api) => trusted && api.initSecurity({ createHTML: (html) => trusted.createHTML(html), createScript: () => "" }),
});

const rows = () => all("[data-row]").filter((row) => row.offsetParent !== null);
const current = () => document.activeElement?.closest?.("[data-row]") ?? one("[data-row][aria-current=true]");

const stand = (row) => {
  for (const each of all("[data-row][aria-current=true]")) each.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
};

const move = (by) => {
  const there = rows();
  const at = there.indexOf(current());
  const next = there[at < 0 ? 0 : Math.min(Math.max(at + by, 0), there.length - 1)];
  if (next) stand(next);
};

const act = (key) => {
  const row = current();
  const named = `[data-key="${CSS.escape(key)}"]`;
  const target = (row && one(named, row)) ?? all(named).find((each) => !each.closest("[data-row]"));
  if (!target) return false;
  if (target.matches("input:not([type=checkbox], [type=radio], [type=submit]), textarea, select")) target.focus();
  else if (target.matches("summary")) {
    target.parentElement.open = true;
    (one("select, input:not([type=hidden]), textarea, button", target.parentElement) ?? target).focus();
  } else target.click();
  return true;
};

const acts = {
  j: () => move(1),
  k: () => move(-1),
  o: () => one("[data-open]", current() ?? document)?.click(),
  x: () => current() && one("input[type=checkbox]", current())?.click(),
  "/": () => one("[data-search]")?.focus(),
  "?": () => one("#keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  // Out of the search field and into what it found; the field keeps its words.
  if (event.key === "Escape" && event.target.matches?.("[data-search]") && isOn() && rows().length) {
    event.preventDefault();
    move(1);
  }
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!isOn() || one("dialog[open]") || event.target.closest?.(typing)) return;
  const place = going && one(`[data-go="${CSS.escape(event.key)}"]`);
  const waited = going;
  going = !waited && event.key === "g" && !one(`[data-row] [data-key="g"]`);
  if (place) place.click();
  else if (waited) return;
  else if (going) return;
  else if (act(event.key)) event.preventDefault();
  else if (Object.hasOwn(acts, event.key)) {
    event.preventDefault();
    acts[event.key]();
  }
});

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const source = document.getElementById(copy.dataset.copy);
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    say(copy.dataset.copied ?? copy.textContent);
    copy.dataset.done = "true";
  }
  if (event.target.closest("[data-keys]")) one("#keys").showModal();
  const all_ = event.target.closest("[data-all]");
  if (all_) for (const box of all(`input[type=checkbox][name="${CSS.escape(all_.dataset.all)}"]`)) box.checked = all_.checked;
});

document.addEventListener("change", (event) => {
  if (event.target.id === "keys-on") localStorage.setItem(ON, event.target.checked ? "on" : "off");
  // A choice that is a whole question is asked at once; without a script there is a button for it.
  if (event.target.matches("[data-at-once]")) event.target.form.requestSubmit();
});

// What only a script can do is shown when there is one; also in what htmx brought.
const unhide = () => {
  for (const each of all("[data-copy][hidden], [data-keys][hidden], [data-scripted][hidden]")) each.hidden = false;
  // On a phone, what stands beside comes first, and is opened when it is wanted.
  if (matchMedia("(max-width: 48rem)").matches) for (const each of all("details[data-wide]")) each.open = false;
  const box = one("#keys-on");
  if (box) box.checked = isOn();
};
unhide();
document.addEventListener("htmx:after:swap", unhide);
// A decision leads to the next row, which is where the last one was.
const start = one("[data-row][data-first]");
if (start && document.activeElement === document.body) stand(start);

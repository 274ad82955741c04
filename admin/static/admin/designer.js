// The designer without this file is whole; with it, pages answer in place: rows and conditions change without a new
// page, the look at the phone follows the typing, items can be dragged, what was typed survives a closed window.

document.documentElement.classList.add("enhanced");

const PAUSE = 500;

// A form sent in the background; the part of the page that it is about is exchanged and the focus comes back.
async function exchange(form, button, target) {
  const data = new FormData(form, button);
  const body = new URLSearchParams([...data].filter(([, value]) => typeof value === "string"));
  const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
  if (answer.redirected || !answer.ok) {
    // saved, refused or signed out: a page of its own, sent once more the plain way
    form.removeAttribute("data-soft");
    form.requestSubmit(button);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(target);
  const old = document.querySelector(target);
  if (!fresh || !old) return;
  const focus = keyOf(document.activeElement);
  const folds = [...old.querySelectorAll("details")].map((fold) => fold.open);
  old.replaceWith(fresh);
  const now = [...fresh.querySelectorAll("details")];
  if (now.length === folds.length) now.forEach((fold, at) => (fold.open = folds[at]));
  enhance(fresh);
  findBy(fresh, focus)?.focus();
}

const keyOf = (element) =>
  element && element !== document.body
    ? { id: element.id, name: element.name, value: element.tagName === "BUTTON" || element.type === "checkbox" ? element.value : null }
    : null;

function findBy(root, key) {
  if (!key) return null;
  if (key.id) return document.getElementById(key.id);
  const named = [...root.querySelectorAll(`[name="${CSS.escape(key.name ?? "")}"]`)];
  return named.find((each) => key.value === null || each.value === key.value) ?? null;
}

// --- rows of options, conditions --------------------------------------------------------------------------

function softButtons(root) {
  const isRowCommand = (button) => /^(add|up|down|drop|paste):/.test(button?.value ?? "");
  for (const form of root.matches?.("form.node") ? [root] : root.querySelectorAll("form.node")) {
    form.addEventListener("submit", (event) => {
      if (!isRowCommand(event.submitter)) return;
      event.preventDefault();
      exchange(form, event.submitter, "form.node").then(() => mark(document.querySelector("form.node")));
    });
  }
  for (const form of root.querySelectorAll("form[data-soft]")) {
    form.addEventListener("submit", (event) => {
      if (!form.hasAttribute("data-soft") || /^save/.test(event.submitter?.value ?? "")) return;
      event.preventDefault();
      exchange(form, event.submitter, "[data-soft-target]");
    });
    form.addEventListener("change", (event) => {
      if (event.target.matches("[data-refresh]")) form.requestSubmit(form.querySelector("button[value=refresh]"));
    });
  }
}

// --- the look at the phone --------------------------------------------------------------------------------

function liveLook(form) {
  const look = document.querySelector("[data-look]");
  if (!look) return;
  let waiting, latest = 0;
  const refresh = async () => {
    const mine = ++latest;
    const body = new URLSearchParams(new FormData(form));
    body.set("do", "look");
    const answer = await fetch(look.dataset.look, {
      method: "POST", body, credentials: "same-origin", headers: { "X-Fragment": "look" },
    });
    if (answer.ok && !answer.redirected && mine === latest) look.innerHTML = await answer.text();
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, PAUSE);
  });
}

// --- what is typed and not saved --------------------------------------------------------------------------

const store = {
  get: (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  set: (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* a full or closed store */ } },
  drop: (key) => { try { localStorage.removeItem(key); } catch { /* the same */ } },
};

const fieldsOf = (form) =>
  [...new FormData(form)].filter(([name, value]) => name.startsWith("f.") && typeof value === "string");

function mark(form) {
  const note = form?.querySelector("[data-unsaved]");
  if (note) note.hidden = false;
}

function keepTyped(form) {
  const key = `minyi:${form.dataset.node}`;
  const kept = store.get(key);
  const shown = JSON.stringify(fieldsOf(form));
  // only for the same save of the draft: an older text would undo what others wrote
  if (kept && kept.rev === form.dataset.rev && JSON.stringify(kept.fields) !== shown && sameNames(kept.fields, form)) {
    fill(form, kept.fields);
    mark(form);
  } else if (kept) {
    store.drop(key);
  }
  form.addEventListener("input", () => {
    mark(form);
    store.set(key, { rev: form.dataset.rev, fields: fieldsOf(form) });
  });
  form.addEventListener("submit", (event) => {
    if (/^(save)?$/.test(event.submitter?.value ?? "") || event.submitter?.name === "then") store.drop(key);
  });
}

const sameNames = (fields, form) =>
  fields.every(([name]) => form.elements.namedItem(name));

function fill(form, fields) {
  const texts = new Map();
  for (const [name, value] of fields) texts.set(name, [...(texts.get(name) ?? []), value]);
  for (const element of form.elements) {
    if (!element.name?.startsWith("f.") || element.type === "hidden") continue;
    const values = texts.get(element.name) ?? [];
    if (element.type === "checkbox" || element.type === "radio") element.checked = values.includes(element.value);
    else if (values.length) element.value = values[0];
  }
}

// --- dragging in the outline ------------------------------------------------------------------------------

function dragging(form) {
  let held = null, over = null, after = false;
  const clear = () => form.querySelectorAll(".drop-before, .drop-after").forEach((each) => each.classList.remove("drop-before", "drop-after"));
  form.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button) return;
    held = grip.closest("[data-leaf]");
    held.classList.add("dragged");
    grip.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  form.addEventListener("pointermove", (event) => {
    if (!held) return;
    clear();
    const under = document.elementFromPoint(event.clientX, event.clientY);
    over = under?.closest("[data-leaf], [data-section]") ?? null;
    if (!over || !form.contains(over)) return;
    const box = over.getBoundingClientRect();
    after = over.matches("[data-leaf]") && event.clientY > box.top + box.height / 2;
    over.classList.add(after ? "drop-after" : "drop-before");
    const edge = 60;
    if (event.clientY < edge) scrollBy(0, -12);
    else if (event.clientY > innerHeight - edge) scrollBy(0, 12);
  });
  const end = (event) => {
    if (!held) return;
    const item = held, place = over;
    clear();
    held.classList.remove("dragged");
    held = over = null;
    if (event.type === "pointercancel" || !place || place === item) return;
    const section = place.closest("[data-section]");
    const leaves = [...section.querySelectorAll("[data-leaf]")].filter((each) => each !== item);
    const at = place.matches("[data-leaf]") ? leaves.indexOf(place) + (after ? 1 : 0) : leaves.length;
    const button = document.createElement("button");
    button.name = "do";
    button.value = `put:item:${item.dataset.leaf}:${section.dataset.section}:${at}`;
    button.hidden = true;
    form.append(button);
    form.requestSubmit(button);
  };
  form.addEventListener("pointerup", end);
  form.addEventListener("pointercancel", end);
  const bulk = form.querySelector(".bulk");
  const show = () => bulk?.classList.toggle("used", Boolean(form.querySelector("input[name=item]:checked")));
  form.addEventListener("change", show);
  show();
}

// --- keys -------------------------------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  if (event.key === "?" && !event.target.closest("input, textarea, select")) {
    const keys = document.querySelector("[data-keys]");
    keys.open = true;
    keys.querySelector("summary").focus();
    return;
  }
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const typing = event.target.closest("input[type=text], textarea, select");
  const key = event.key.toLowerCase();
  if (key === "s" && document.querySelector("form.node")) {
    event.preventDefault();
    const form = document.querySelector("form.node");
    form.requestSubmit(form.querySelector("button[value=save]"));
  } else if (key === "z" && !typing) {
    event.preventDefault();
    document.querySelector(`[data-step=${event.shiftKey ? "redo" : "undo"}] button:not([disabled])`)?.click();
  }
});

function enhance(root) {
  softButtons(root);
  const forms = root.matches?.("form.node") ? [root] : root.querySelectorAll("form.node");
  for (const form of forms) {
    keepTyped(form);
    liveLook(form);
  }
}

enhance(document);
const side = document.querySelector("[data-side]");
const current = side?.querySelector("[aria-current]");
if (current && side.scrollHeight > side.clientHeight) side.scrollTop = current.offsetTop - side.offsetTop - side.clientHeight / 2;
document.querySelectorAll("[data-outline]").forEach(dragging);
if (matchMedia("(max-width: 67.99em)").matches) document.querySelectorAll("[data-side] .fold").forEach((fold) => (fold.open = false));

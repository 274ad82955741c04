// Nothing typed is lost: saved as it is typed, kept on the device while there is no connection, sent once there is.
// Loaded on demand. What is kept here is encrypted with a key that never leaves the browser, and is gone once sent.

const form = document.getElementById("page") || document.querySelector("form[data-form=submit]");
const said = document.querySelector("[data-status]");
const WAIT = 1500;
const RETRY = 5000;
const random = (bytes) => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(bytes)))).replace(/\W/g, "");

function say(state) {
  const text = said?.dataset[state] || "";
  if (said && said.textContent !== text) said.textContent = text;
}

// --- the box on this device -----------------------------------------------------------------------------

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

let opened;
function store(mode) {
  opened ||= new Promise((resolve, reject) => {
    const request = indexedDB.open("minyi", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("key");
      request.result.createObjectStore("queue", { keyPath: "id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened.then((db) => (name) => db.transaction(name, mode).objectStore(name));
}

async function key() {
  const known = await done((await store("readonly"))("key").get(1));
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await done((await store("readwrite"))("key").put(made, 1));
  return made;
}

export async function put(entry) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(JSON.stringify(entry));
  const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), text);
  await done((await store("readwrite"))("queue").put({ id: entry.id, at: entry.at, iv, box }));
}

async function waiting() {
  const rows = await done((await store("readonly"))("queue").getAll());
  const secret = rows.length ? await key() : null;
  const found = [];
  for (const { id, iv, box } of rows.sort((a, b) => a.at - b.at)) {
    try {
      found.push(JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, secret, box))));
    } catch {
      await forget(id); // kept under a key that the browser has dropped
    }
  }
  return found;
}

const forget = async (id) => done((await store("readwrite"))("queue").delete(id));

// --- sending what waits ---------------------------------------------------------------------------------

// Sends it as the browser would, so that a page with reasons or a choice is seen.
function sendAsForm({ action, body }) {
  const copy = Object.assign(document.createElement("form"), { method: "post", action, hidden: true });
  for (const [name, value] of new URLSearchParams(body)) {
    copy.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(copy);
  copy.submit();
}

const HEADERS = { "Content-Type": "application/x-www-form-urlencoded" };
let sending = false;
let retry;

// In the order in which it was kept. Returns whether nothing waits any more.
export async function flush() {
  if (sending) return false;
  sending = true;
  clearTimeout(retry);
  let to = "";
  try {
    for (const entry of await waiting()) {
      if (!entry.isTyped) say("sending");
      const answer = await fetch(entry.action, { method: "POST", body: entry.body, headers: HEADERS });
      if (answer.status >= 500 || answer.status === 429) throw new Error("busy");
      await forget(entry.id);
      if (entry.isTyped) continue;
      if (!answer.redirected) return sendAsForm(entry);
      to = answer.url;
    }
  } catch {
    if (queued || isAway) say("kept");
    retry = setTimeout(flush, RETRY);
    return false;
  } finally {
    sending = false;
  }
  if (to) location.assign(to);
  return true;
}

// --- the page under one's hands -------------------------------------------------------------------------

const name = random(12);
const TYPED = `${name} typed`;
let turn = 0;
let dirty = false;
let failing = false;
let busy = false;
let timer;

function fieldsOf(extra = {}) {
  const data = new URLSearchParams();
  for (const [field, value] of new FormData(form)) if (typeof value === "string") data.append(field, value);
  for (const [field, value] of Object.entries(extra)) data.set(field, value);
  return data;
}

async function save() {
  clearTimeout(timer);
  if (!dirty || busy) return;
  dirty = false;
  if (queued) {
    await keepHere();
    return;
  }
  busy = true;
  turn += 1;
  const body = fieldsOf({ _window: name, _turn: turn });
  try {
    const answer = await fetch(form.dataset.keep, { method: "POST", body, keepalive: document.hidden });
    if (answer.status >= 500 || answer.status === 429) throw new Error("busy");
    const { state, version } = await answer.json();
    if (version) form.elements._ver.value = version;
    if (failing) forget(TYPED).catch(() => {});
    failing = false;
    say(state);
  } catch {
    dirty = failing = true;
    say("unsaved");
    // For whoever closes the page before the connection is back.
    put({ id: TYPED, action: form.dataset.keep, body: body.toString(), at: Date.now(), isTyped: true }).catch(() => {});
  }
  busy = false;
  if (dirty) timer = setTimeout(save, failing ? RETRY : WAIT);
}

function typed() {
  dirty = true;
  clearTimeout(timer);
  timer = setTimeout(save, WAIT);
}

// Before the browser sends a page: a copy, in case it does not get there.
let queued = null;

async function keepHere() {
  const body = fieldsOf(queued.own).toString();
  await put({ id: queued.id, action: queued.action, body, at: queued.at });
}

async function send(event) {
  const { submitter } = event;
  const offline = navigator.onLine === false || failing;
  if (offline) event.preventDefault();
  clearTimeout(timer);
  const hasFiles = [...form.querySelectorAll("input[type=file]")].some((field) => field.files.length);
  if (hasFiles || ["_switch", "_back"].includes(submitter?.name)) {
    if (offline) say("unsaved");
    return;
  }
  const isPage = form.id === "page";
  const own = isPage ? { _window: name } : {};
  if (submitter?.name) own[submitter.name] = submitter.value;
  queued = { id: isPage ? name : form.action, action: form.action, own, at: Date.now() };
  try {
    await keepHere();
  } catch {
    queued = null; // this browser keeps nothing, in a private window for example
    if (offline) say("unsaved");
    return;
  }
  if (!offline) {
    queued = null;
    return;
  }
  dirty = false;
  say("kept");
  flush();
}

function attend() {
  if (form.id === "page") {
    for (const [field, value] of [["_window", name], ["_turn", 0]]) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name: field, value }));
    }
    form.addEventListener("input", typed);
    form.addEventListener("change", typed);
    // A ranking is moved by buttons, which change fields and tell nobody.
    form.addEventListener("click", ({ target }) => target.closest("button[type=button]") && typed());
    addEventListener("pagehide", save);
    document.addEventListener("visibilitychange", () => document.hidden && save());
    if (form.dataset.begun) typed();
  }
  form.addEventListener("submit", send);
}

// --- the end of the survey, by the server's clock --------------------------------------------------------

const SOON = 30 * 60;
let warned;

async function look() {
  if (!form?.dataset.until || document.hidden) return;
  clearTimeout(warned);
  try {
    const { seconds, text } = await (await fetch(form.dataset.until)).json();
    if (seconds === null) return;
    if (seconds > SOON) warned = setTimeout(look, (seconds - SOON) * 1000);
    else if (said) said.textContent = text;
  } catch {
    // Asked again when the page wakes up.
  }
}

// --- beginning ------------------------------------------------------------------------------------------

const [here] = location.pathname.match(/^\/answer\/[^/]+\//) || [""];
const isAway = document.querySelector("main.away") !== null;

async function begin() {
  try {
    if (form?.dataset.sent) await forget(form.dataset.sent);
    if (location.pathname === `${here}receipt`) {
      for (const { id, action } of await waiting()) if (new URL(action, location).pathname.startsWith(here)) await forget(id);
    }
    const isEmpty = await flush();
    if (isAway && isEmpty && navigator.onLine && here) location.assign(`${here}on`);
  } catch {
    // No store in this browser: everything else works.
  }
}

async function prepare() {
  await navigator.serviceWorker.register("/sw.js", { scope: "/answer/" });
  const { lang } = document.documentElement;
  if (isAway || sessionStorage.minyi === lang) return;
  sessionStorage.minyi = lang;
  await (await caches.open("minyi")).add("/offline"); // in the language that is read now
}

if (form) attend();
begin();
addEventListener("online", () => (isAway ? begin() : flush()).then(() => dirty && save()));
document.addEventListener("visibilitychange", look);
if (document.querySelector("[data-closing]")) look();
if (navigator.serviceWorker) prepare().catch(() => {});

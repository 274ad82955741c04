// Keying without this file is whole; with it, Enter moves on over what is not asked, an empty field becomes "left
// blank", and the engine says at once what cannot be. The server decides; nothing is kept in the browser.

const form = document.querySelector("form.keying");
const lines = [...form.querySelectorAll(".line")];
const fieldOf = (line) => line.querySelector("input, textarea");
const BLANK = ".";
const PAUSE = 250;
let waiting;
let asking;

// Where Enter leads: the next field that is asked, else the button that goes on.
function next(line) {
  const rest = lines.slice(lines.indexOf(line) + 1);
  const after = rest.find((each) => !each.classList.contains("off") || fieldOf(each).value);
  const target = after ? fieldOf(after) : form.querySelector(".bar .button:not(.second)");
  target?.focus();
  if (after) target.select();
}

function show(found) {
  const asked = new Set(found.asked);
  const marked = new Set(found.marked);
  for (const line of lines) {
    const { key } = line.dataset;
    const text = found.problems[key] ?? "";
    line.classList.toggle("off", !key.startsWith("_") && !asked.has(key));
    line.classList.toggle("has-problem", Boolean(text));
    line.classList.toggle("marked", marked.has(key));
    const said = line.querySelector(".said");
    if (said.textContent !== text) said.textContent = text;
    if (text && !marked.has(key)) fieldOf(line).setAttribute("aria-invalid", "true");
    else fieldOf(line).removeAttribute("aria-invalid");
  }
}

async function check() {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(form.dataset.check, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      credentials: "same-origin",
      signal: asking.signal,
    });
    if (answer.ok && !answer.redirected) show(await answer.json());
  } catch {
    // no network, or a newer question: the page is checked when it is sent
  }
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(check, PAUSE);
}

form.addEventListener("keydown", (event) => {
  const line = event.target.closest(".line");
  if (!line || event.key !== "Enter" || event.isComposing || event.shiftKey) return;
  event.preventDefault();
  const field = fieldOf(line);
  if (!field.value.trim() && !line.classList.contains("off")) field.value = BLANK;
  soon();
  next(line);
});
form.addEventListener("change", soon);
const first = lines.map(fieldOf).find((field) => !field.value && !field.closest(".off"));
if (!document.querySelector(".errors")) first?.focus();

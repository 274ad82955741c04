// What a script adds to the pages of a questionnaire. Every page works without it.

const form = document.getElementById("page");
const all = (selector, root = form) => [...root.querySelectorAll(selector)];
const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

const live = make("p", { className: "vh" });
live.setAttribute("aria-live", "polite");
const announce = (text) => {
  live.textContent = text;
};

// "None of these" and the others take turns; so do a typed answer and "don't know".
function takeTurns() {
  form.addEventListener("change", ({ target }) => {
    const group = target.closest("[data-exclusive]");
    if (!group || !target.checked) return;
    for (const box of all("input[type=checkbox]", group)) {
      const clash = target.hasAttribute("data-alone") || box.hasAttribute("data-alone");
      if (box !== target && clash) box.checked = false;
    }
  });
  for (const group of all("[data-instead]")) {
    const boxes = all("input", group);
    const fields = all("input, textarea, select", group.parentElement).filter((field) => !group.contains(field));
    group.addEventListener("change", ({ target }) => {
      if (!target.checked) return;
      for (const box of boxes) if (box !== target) box.checked = false;
      for (const field of fields) if (field.type !== "checkbox" && field.value) write(field, "");
    });
    for (const field of fields) {
      field.addEventListener("input", () => {
        if (field.value) for (const box of boxes) box.checked = false;
      });
    }
  }
}

function write(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// How much of a text still fits, said when the end is near.
function countTexts() {
  const seen = window.Intl?.Segmenter && new Intl.Segmenter(); // characters as people see them
  for (const field of all("[data-left]")) {
    const most = Number(field.dataset.count);
    const said = make("p", { className: "hint count" });
    said.setAttribute("aria-live", "polite");
    field.after(said);
    const tell = () => {
      const text = field.value.normalize("NFC");
      const left = most - [...(seen ? seen.segment(text) : text)].length;
      const near = left < Math.max(20, most / 5);
      said.textContent = near ? fill(left < 0 ? field.dataset.over : field.dataset.left, { n: Math.abs(left) }) : "";
      said.classList.toggle("wrong", left < 0);
    };
    field.addEventListener("input", tell);
    tell();
  }
}

// The running total of what is shared out: in whole units of the last place, so that 0.1 + 0.2 is 0.3.
function addUp() {
  for (const battery of all("[data-total]")) {
    const said = battery.querySelector(".total");
    const fields = all("input[inputmode]", battery);
    const places = (text) => (text.split(".")[1] || "").length;
    const tell = () => {
      const texts = fields.map((field) => field.value.normalize("NFKC").trim()).filter((text) => /^-?\d+(\.\d+)?$/.test(text));
      const digits = Math.max(0, ...texts.map(places));
      const sum = texts.reduce((total, text) => total + Math.round(Number(text) * 10 ** digits), 0) / 10 ** digits;
      said.textContent = fill(said.dataset.sum, { n: sum });
      said.classList.toggle("met", sum === Number(battery.dataset.total));
    };
    said.hidden = false;
    battery.addEventListener("input", tell);
    tell();
  }
}

// A line above the number; without an answer its handle stands at the middle, hollow.
function slide() {
  for (const place of all("[data-slide]")) {
    const field = place.closest(".question").querySelector(".measure input");
    const { low, high, step } = place.dataset;
    const line = make("input", { type: "range", min: low, max: high, step });
    line.setAttribute("aria-labelledby", `l-${field.name}`);
    const follow = () => {
      line.classList.toggle("unset", field.value === "");
      if (field.value !== "") line.value = field.value;
    };
    line.addEventListener("input", () => write(field, line.value));
    line.addEventListener("click", () => write(field, line.value));
    line.addEventListener("keyup", ({ key }) => {
      if (key === " " || key === "Enter") write(field, line.value);
    });
    field.addEventListener("input", follow);
    place.append(line);
    follow();
  }
}

// A long list: what is typed above it narrows it down.
function searchLists() {
  for (const list of all("select[data-search]")) {
    const entries = all("option", list).slice(1);
    if (entries.length < 8) continue;
    const field = make("input", { type: "search", autocomplete: "off", placeholder: list.dataset.search });
    field.setAttribute("aria-label", list.dataset.search);
    field.setAttribute("aria-controls", list.id);
    list.before(field);
    field.addEventListener("input", () => {
      const wanted = field.value.normalize("NFKC").trim().toLowerCase();
      const found = entries.filter((entry) => {
        const stays = entry.selected || entry.text.normalize("NFKC").toLowerCase().includes(wanted);
        entry.hidden = entry.disabled = !stays;
        return stays;
      });
      const open = wanted !== "" && found.length > 1;
      list.size = open ? Math.min(8, found.length + 1) : 0;
      announce(fill(list.dataset.found, { n: found.length }));
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        const first = entries.find((entry) => !entry.hidden);
        if (first) list.value = first.value;
        list.focus();
      }
    });
    list.addEventListener("change", () => {
      list.size = 0;
    });
  }
}

// Province first, where there are several, then the city, then its counties.
function narrowAreas() {
  for (const list of all("select[data-narrow]")) {
    const groups = all("optgroup", list).map((group) => ({ group, path: group.label.split(" · ") }));
    if (groups.length < 2) continue;
    const [blank] = list.options;
    const choose = blank.text;
    const depth = Math.max(...groups.map(({ path }) => path.length));
    const chosen = groups.find(({ group }) => group.querySelector("option:checked"));
    const names = JSON.parse(list.dataset.narrow).slice(-depth);
    const steps = names.map((name, n) => {
      const step = make("select", { id: `${list.id}-${n}` });
      const label = make("label", { htmlFor: step.id, className: "small", textContent: name });
      list.before(make("div", { className: "line" }, label, step));
      step.addEventListener("change", () => {
        list.value = "";
        show(n + 1);
      });
      return step;
    });
    const fits = ({ path }, n) => path.slice(0, n).every((name, at) => name === steps[at].value);
    // Each step offers what the steps before it leave; so does the list itself, in the end.
    const show = (from) => {
      for (let n = from; n < steps.length; n += 1) {
        const left = [...new Set(groups.filter((each) => fits(each, n)).map(({ path }) => path[n]))];
        const open = n === 0 || steps[n - 1].value !== "";
        steps[n].replaceChildren(new Option(choose, ""), ...(open ? left : []).map((name) => new Option(name, name)));
        steps[n].closest(".line").hidden = !open;
      }
      const done = steps.at(-1).value !== "";
      blank.text = done ? choose : list.dataset.all;
      list.replaceChildren(blank, ...groups.filter((each) => done && fits(each, depth)).map(({ group }) => group));
    };
    show(0);
    if (chosen) {
      const value = chosen.group.querySelector("option[selected]").value;
      chosen.path.forEach((name, n) => {
        steps[n].value = name;
        show(n + 1);
      });
      list.value = value;
    }
  }
}

// The places of an order become rows that move.
function rank() {
  for (const list of all("[data-rank]")) new Ranking(list);
}

class Ranking {
  constructor(list) {
    this.words = list.dataset;
    this.most = Number(list.dataset.rank);
    const selects = all("select", list);
    this.firstId = selects[0].id;
    this.options = all("option", selects[0]).slice(1).map(({ value, text }) => ({ value, text }));
    this.order = [...new Set(selects.map((select) => select.value).filter(Boolean))];
    this.place = make("div", { className: "ordering" });
    list.replaceWith(this.place);
    this.draw();
  }

  text(value) {
    return this.options.find((option) => option.value === value).text;
  }

  draw(focus) {
    const rest = this.options.filter(({ value }) => !this.order.includes(value));
    const ranked = make("ol", { className: "ranked" }, ...this.order.map((value, n) => this.row(value, n)));
    const open = rest.map(({ value, text }) =>
      make("li", {}, this.button("in", value, text, () => this.move(value, this.order.length), this.order.length < this.most)),
    );
    this.place.replaceChildren(ranked);
    if (rest.length) {
      this.place.append(make("p", { className: "small quiet", textContent: this.words.rest }), make("ul", { className: "unranked" }, ...open));
    }
    const first = this.place.querySelector("button");
    if (first) first.id = this.firstId;
    if (focus) (all("button", this.place).find((button) => button.dataset.act === focus && !button.disabled) || first).focus();
  }

  row(value, n) {
    const text = this.text(value);
    const buttons = make("span", { className: "moves" },
      this.button("up", value, text, () => this.move(value, n - 1), n > 0),
      this.button("down", value, text, () => this.move(value, n + 1), n < this.order.length - 1),
      this.button("out", value, text, () => this.move(value, -1), true),
    );
    const field = make("input", { type: "hidden", name: this.words.name, value });
    return make("li", {}, field, make("span", { className: "what", textContent: text }), buttons);
  }

  button(act, value, text, run, enabled) {
    const button = make("button", { type: "button", className: `move ${act}`, disabled: !enabled });
    button.dataset.act = `${act} ${value}`;
    button.setAttribute("aria-label", fill(this.words[act], { what: text }));
    button.append(act === "in" ? text : { up: "↑", down: "↓", out: "×" }[act]);
    button.addEventListener("click", () => run());
    return button;
  }

  move(value, to) {
    const focused = document.activeElement?.dataset.act;
    this.order = this.order.filter((each) => each !== value);
    if (to >= 0) this.order.splice(to, 0, value);
    this.draw(this.next(focused, value, to));
    const what = this.text(value);
    announce(to < 0 ? fill(this.words.gone, { what }) : fill(this.words.now, { what, n: to + 1, all: this.order.length }));
  }

  // The finger stays where it was; at the end of the way the opposite button takes over.
  next(focused, value, to) {
    if (!focused) return null;
    if (to < 0) return `in ${value}`;
    if (focused.startsWith("in ")) {
      const rest = this.options.find((option) => !this.order.includes(option.value));
      return rest && this.order.length < this.most ? `in ${rest.value}` : `up ${value}`;
    }
    if (focused.startsWith("up ") && to === 0) return `down ${value}`;
    return focused.startsWith("down ") && to === this.order.length - 1 ? `up ${value}` : focused;
  }
}

// A photo larger than what is taken is made smaller before it is sent.
const LONGEST = 2400;
function shrinkPhotos() {
  for (const field of all("input[data-most]")) {
    field.addEventListener("change", async () => {
      const [file] = field.files;
      if (!file || !file.type.startsWith("image/") || file.size <= Number(field.dataset.most) * 2 ** 20) return;
      try {
        const picture = await createImageBitmap(file);
        const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
        const [width, height] = [picture.width, picture.height].map((side) => Math.round(side * scale));
        const canvas = make("canvas", { width, height });
        canvas.getContext("2d").drawImage(picture, 0, 0, width, height);
        const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
        if (!small || small.size >= file.size || field.files[0] !== file) return;
        const carrier = new DataTransfer();
        carrier.items.add(new File([small], "photo.jpg", { type: small.type }));
        field.files = carrier.files;
      } catch {
        // The server says what is wrong with it.
      }
    });
  }
}

// The exact point, where a survey asks for it and the person presses the button.
function locate() {
  for (const parts of all("[data-locate]")) {
    if (!navigator.geolocation) continue;
    const button = make("button", { type: "button", className: "button second", textContent: parts.dataset.locate });
    const [lat, lon] = all("input", parts);
    button.addEventListener("click", () =>
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          write(lat, coords.latitude.toFixed(6));
          write(lon, coords.longitude.toFixed(6));
        },
        () => announce(parts.dataset.failed),
        { timeout: 10000 },
      ),
    );
    parts.after(make("p", {}, button));
  }
}

// On a page kept together: what an answer opens or closes is there, or gone, at once. The server decides again.
async function showAndHide() {
  const frames = all("[data-when]");
  if (!form.dataset.known || !frames.length) return;
  const { isTrue, read } = await import(form.dataset.expression);
  const { facts, fields } = JSON.parse(form.dataset.known);
  const scope = {
    answer(name) {
      if (!(name in fields)) return name in facts ? read(...facts[name]) : null;
      const [kind, key, type] = fields[name];
      return read(kind, typed(new FormData(form), kind, key, type));
    },
    each: () => [],
    context: () => null,
    column: () => null,
  };
  const look = () => {
    for (const frame of frames) {
      let open = true;
      try {
        open = isTrue(JSON.parse(frame.dataset.when), scope);
      } catch {
        // What this browser cannot work out stays in sight; the server passes over what is not asked.
      }
      frame.hidden = frame.disabled = !open;
      const mark = form.querySelector(`input[name=_seen][value="${CSS.escape(frame.dataset.key)}"]`);
      if (open && !mark) form.append(make("input", { type: "hidden", name: "_seen", value: frame.dataset.key }));
      if (!open && mark) mark.remove();
    }
  };
  form.addEventListener("input", look);
  form.addEventListener("change", look);
  look();
}

// What stands in the fields of one item, in the form in which it is stored.
function typed(data, kind, key, type) {
  const part = (name) => data.get(`${key}.${name}`) || "";
  const whole = data.getAll(key).filter((value) => typeof value === "string" && value !== "");
  if (kind === "codes") return whole;
  if (whole.length) return kind === "number" ? whole[0].normalize("NFKC").trim().replaceAll(",", "") : whole[0].trim();
  if (type === "month" && part("year") && part("month")) return `${part("year")}-${part("month").padStart(2, "0")}`;
  if (type !== "duration") return "";
  const [days, hours, minutes] = ["days", "hours", "minutes"].map(part);
  return days + hours + minutes === "" ? "" : String(days * 1440 + hours * 60 + Number(minutes));
}

if (form) {
  document.body.append(live);
  for (const enhance of [takeTurns, countTexts, addUp, slide, searchLists, narrowAreas, rank, shrinkPhotos, locate, showAndHide]) enhance();
  // What saves as one types is not needed to begin: it comes with the first touch, or when the page has stood for a moment.
  form.addEventListener("input", () => (form.dataset.begun = "1"), { once: true });
  const keep = () => form.dataset.script && import(form.dataset.script);
  for (const sign of ["pointerdown", "keydown", "input"]) addEventListener(sign, keep, { once: true });
  addEventListener("load", () => setTimeout(keep, 1000));
}

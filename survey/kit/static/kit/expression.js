// The expression language in the browser: the same tree, the same values, to the last digit, as
// survey/instrument/expression in Python, which is the authority. docs/expressions.md defines both.
// Values: null (missing), true/false, BigInt (a number in units of 10^-18), string, array of codes, Moment.

const ONE = 10n ** 18n, LIMIT = ONE * ONE, WIDE = 10n ** 50n, STEP = WIDE / ONE;
const PI = 314159265358979323846264338327950288419716939937511n;
const DAY = 86400, EPOCH = 719163, LAST = 3652059;

class Moment {
  // kind: "date" (n in days), "datetime" or "time" (n in seconds)
  constructor(kind, n) { this.kind = kind; this.n = n; }
}
const isNumber = (value) => typeof value === "bigint";
const isMoment = (value) => value instanceof Moment;
const isDay = (value) => isMoment(value) && value.kind !== "time";
const typeOf = (value) => value === null ? "none" : isMoment(value) ? value.kind : Array.isArray(value) ? "codes" : typeof value;
const present = (value) => value === undefined || value === "" || (Array.isArray(value) && !value.length) ? null : value;

// Whole numbers in units of 10^-18
const size = (n) => n < 0n ? -n : n;
const fit = (n) => size(n) < LIMIT ? n : null;
const below = (a, b) => a / b - (a % b !== 0n && (a < 0n) !== (b < 0n) ? 1n : 0n);
const whole = (n) => n / ONE;
function rounded(a, b) {
  const sign = (a < 0n) !== (b < 0n) ? -1n : 1n;
  a = size(a); b = size(b);
  const rest = 2n * (a % b), quotient = a / b;
  return sign * (quotient + (rest > b || (rest === b && quotient & 1n) ? 1n : 0n));
}
function root(n) {
  if (n < 2n) return n;
  let x = 1n << BigInt((n.toString(16).length + 1) * 2), y = (x + n / x) >> 1n;
  while (y < x) { x = y; y = (x + n / x) >> 1n; }
  return x;
}
function readNumber(text) {
  const found = /^[ \t\r\n]*(-?)(\d{0,40})(?:\.(\d{0,40}))?[ \t\r\n]*$/.exec(text);
  if (!found || !(found[2] || found[3])) return null;
  const fraction = found[3] || "";
  const n = rounded(BigInt((found[2] || "0") + fraction) * ONE, 10n ** BigInt(fraction.length));
  return fit(found[1] ? -n : n);
}
function writeNumber(n) {
  const digits = size(n).toString().padStart(19, "0");
  const text = (digits.slice(0, -18) + "." + digits.slice(-18)).replace(/\.?0+$/, "");
  return n < 0n ? "-" + text : text;
}
function power(a, exponent) {
  const count = whole(exponent), times = size(count);
  if (count * ONE !== exponent || times > 64n || (count < 0n && !a)) return null;
  return fit(count >= 0n ? rounded(a ** times * ONE, ONE ** times) : rounded(ONE ** (times + 1n), a ** times));
}
function roundTo(a, digits = 0n) {
  let places = whole(digits);
  places = places > 18n ? 18n : places < -18n ? -18n : places;
  const step = 10n ** (18n - places);
  return fit(below(2n * a + step, 2n * step) * step);
}

// Curves: series of 50 places, all numbers in them at least zero
const up = (n) => size(n) * STEP;
const down = (n) => fit(rounded(n, STEP));
const near = (n) => size(n) <= 1000000n * ONE;
function sine(x) {
  x %= 2n * PI;
  let sign = 1n;
  if (x >= PI) { x -= PI; sign = -1n; }
  if (2n * x > PI) x = PI - x;
  const square = x * x / WIDE;
  let term = x, result = x, n = 1n;
  while (term) {
    term = term * square / WIDE / ((n + 1n) * (n + 2n));
    n += 2n;
    result += n % 4n === 3n ? -term : term;
  }
  return sign * result;
}
function series(z, alternate) {
  const square = z * z / WIDE;
  let term = z, result = z, n = 1n;
  while (term) {
    term = term * square / WIDE;
    n += 2n;
    result += alternate && n % 4n === 3n ? -(term / n) : term / n;
  }
  return result;
}
function arc(y, x) {
  if (y > x) return PI / 2n - arc(x, y);
  let ratio = y * WIDE / x;
  for (let i = 0; i < 3; i++) ratio = ratio * WIDE / (WIDE + root(WIDE * WIDE + ratio * ratio));
  return 8n * series(ratio, true);
}
function natural(x) {
  let doublings = 0n, sign = 1n;
  while (3n * x > 4n * WIDE) { x /= 2n; doublings++; }
  if (x < WIDE) { x = WIDE * WIDE / x; sign = -1n; }
  return doublings * 2n * series(WIDE / 3n) + sign * 2n * series((x - WIDE) * WIDE / (x + WIDE));
}
const logarithm = (a) => a >= ONE ? natural(up(a)) : -natural(WIDE * WIDE / up(a));
function exponential(sign, x) {
  if (x > 50n * WIDE) return sign > 0n ? null : 0n;
  const small = x >> 10n;
  let term = WIDE, result = WIDE, n = 0n;
  while (term) { term = term * small / WIDE / ++n; result += term; }
  for (let i = 0; i < 10; i++) result = result * result / WIDE;
  return down(sign < 0n ? WIDE * WIDE / result : result);
}
const signed = (a, n) => down(a < 0n ? -n : n);
function arcTangent(y, x = ONE) {
  if (!y && !x) return null;
  const angle = arc(up(y), up(x));
  return signed(y, x < 0n ? PI - angle : angle);
}
function tangent(a) {
  if (!near(a) || !down(sine(up(a) + PI / 2n))) return null;
  return signed(a, rounded(sine(up(a)) * WIDE, sine(up(a) + PI / 2n)));
}

// Dates and times
function readDate(text) {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!found) return null;
  const [year, month, day] = found.slice(1).map(Number), date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (!year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return new Moment("date", date / 864e5 + EPOCH);
}
function readTime(text) {
  const found = /^(\d\d):(\d\d)(?::(\d\d))?$/.exec(text);
  if (!found || found[1] > 23 || found[2] > 59 || found[3] > 59) return null;
  return new Moment("time", found[1] * 3600 + found[2] * 60 + (found[3] || 0) * 1);
}
function readMoment(text) {
  const at = text.indexOf("T"), day = readDate(at < 0 ? text : text.slice(0, at));
  if (at < 0 || !day) return day;
  const time = readTime(text.slice(at + 1));
  return time && new Moment("datetime", day.n * DAY + time.n);
}
const seconds = (value) => value.kind === "date" ? value.n * DAY : value.n;
const midnight = (value) => new Moment("datetime", seconds(value));
const dateAt = (n) => n >= 1 && n <= LAST ? new Moment("date", Number(n)) : null;
const momentAt = (n) => n >= DAY && n < (LAST + 1) * DAY ? new Moment("datetime", Number(n)) : null;
const inDays = (count) => rounded(BigInt(count) * ONE, BigInt(DAY));
const dayNumber = (value) => inDays(seconds(value) - (value.kind === "time" ? 0 : EPOCH * DAY));
const between = (start, end) => inDays(seconds(end) - seconds(start));
const later = (value, n) => value.kind === "date" ? dateAt(BigInt(value.n) + below(n, ONE))
  : momentAt(BigInt(value.n) + rounded(n * BigInt(DAY), ONE));
const two = (n) => String(n).padStart(2, "0");
function parts(value) {
  const total = seconds(value), date = new Date((Math.floor(total / DAY) - EPOCH) * 864e5), rest = total % DAY;
  return {
    Y: String(date.getUTCFullYear()).padStart(4, "0"), n: date.getUTCMonth() + 1, e: date.getUTCDate(),
    h: Math.floor(rest / 3600), M: two(Math.floor(rest / 60) % 60), S: two(rest % 60), "%": "%",
    get y() { return this.Y.slice(2); }, get m() { return two(this.n); },
    get d() { return two(this.e); }, get H() { return two(this.h); },
  };
}
const formatted = (value, pattern) => pattern.replace(/%([YymndeHhMS%])/g, (_, sign) => parts(value)[sign]);
function writeMoment(value) {
  const date = value.kind === "time" ? "" : formatted(value, "%Y-%m-%d");
  const time = value.kind === "date" ? "" : formatted(value, value.n % 60 ? "%H:%M:%S" : "%H:%M");
  return date && time ? date + "T" + time : date + time;
}
function yearsBetween(start, end) {
  const sign = seconds(start) <= seconds(end) ? 1n : -1n;
  const [first, last] = (sign > 0n ? [start, end] : [end, start]).map(parts);
  const before = last.n < first.n || (last.n === first.n && last.e < first.e);
  return sign * BigInt(last.Y - first.Y - before) * ONE;
}

// One kind of value read as another
const words = (text) => text.split(/[ \t\r\n]+/).filter(Boolean);
const alone = (value) => Array.isArray(value) && value.length === 1 ? value[0] : value;
function asNumber(value) {
  value = alone(value);
  if (typeof value === "boolean") return value ? ONE : 0n;
  if (typeof value === "string") return readNumber(value);
  return isNumber(value) ? value : null;
}
function asText(value) {
  if (value === null || typeof value === "string") return value || null;
  if (typeof value === "boolean") return String(value);
  if (isNumber(value)) return writeNumber(value);
  return isMoment(value) ? writeMoment(value) : value.join(" ") || null;
}
function asCodes(value) {
  const codes = Array.isArray(value) ? value : words(asText(value) || "");
  return codes.length ? codes : null;
}
const asDay = (value) => typeof value === "string" ? readMoment(value) : isDay(value) ? value : null;
const asTruth = (value) => value === true || (value !== false && value !== 0n && present(value) !== null);
const READ = { n: asNumber, t: asText, c: asCodes, d: asDay, b: asTruth, v: (value) => value };

function beside(value, other) {
  value = alone(value);
  const text = typeof value === "string";
  if (text && isNumber(other)) return readNumber(value);
  if (typeOf(other) === "datetime") {
    const day = asDay(value);
    return day && midnight(day);
  }
  if (text && typeOf(other) === "date") return readMoment(value);
  return text && typeOf(other) === "time" ? readTime(value) : value;
}
const paired = (a, b) => typeOf(a) === typeOf(b) ? [a, b] : [beside(a, b), beside(b, a)];
function same(a, b) {
  [a, b] = paired(a, b);
  if (typeOf(a) !== typeOf(b)) return false;
  if (isMoment(a)) return a.n === b.n;
  return Array.isArray(a) ? a.length === b.length && a.every((code, at) => code === b[at]) : a === b;
}
function before(a, b, orSame) {
  [a, b] = paired(a, b);
  if (isMoment(a) || isMoment(b)) {
    return typeOf(a) === typeOf(b) && (a.n < b.n || (!!orSame && a.n === b.n));
  }
  a = asNumber(a); b = asNumber(b);
  return a !== null && b !== null && (a < b || (!!orSame && a === b));
}
function plus(a, b) {
  if (isDay(b) && !isDay(a)) [a, b] = [b, a];
  const left = asNumber(a), right = asNumber(b);
  if (isDay(a)) return right === null ? null : later(a, right);
  return left === null || right === null ? null : fit(left + right);
}
function minus(a, b) {
  if (isMoment(a) || isMoment(b)) {
    const left = beside(a, b), right = beside(b, a);
    if ((isDay(left) && isDay(right)) || (typeOf(left) === "time" && typeOf(right) === "time")) return between(right, left);
    const days = isMoment(b) ? null : asNumber(b);
    return isDay(a) && days !== null ? later(a, -days) : null;
  }
  const first = asNumber(a), second = asNumber(b);
  return first === null || second === null ? null : fit(first - second);
}
function extreme(given, isBetter) {
  const moments = given.filter(isMoment);
  if (moments.length && moments.length < given.length) return null;
  const values = moments.length ? moments : given.map(asNumber).filter((value) => value !== null);
  if (values.some((value) => typeOf(value) !== typeOf(values[0]))) return null;
  return values.reduce((best, value) => best === null || isBetter(value, best) ? value : best, null);
}
const sum = (numbers) => numbers.reduce((total, n) => total + n, 0n);
const holds = (codes, chosen) => codes.flat().map((code) => chosen.includes(code));
const count = (...given) => BigInt(given.length) * ONE;

// Patterns: a set of places in the pattern moves over the text, so the time is linear in it
const CLASSES = { d: [48, 57], w: [48, 57, 65, 90, 95, 95, 97, 122], s: [9, 10, 12, 13, 32, 32] };
const CONTROLS = { n: 10, t: 9, r: 13, f: 12 };
const PATTERNS = new Map();
const inside = (ranges, point) => ranges.some((low, at) => at % 2 === 0 && low <= point && point <= ranges[at + 1]);
function compiled(pattern) {
  const signs = [...pattern];
  let at = 0;
  const take = (test) => (next) => ({ test, next: [next] });
  function choice() {
    const branches = [sequence()];
    while (signs[at] === "|") { at++; branches.push(sequence()); }
    return branches.length === 1 ? branches[0] : (next) => ({ next: branches.map((branch) => branch(next)) });
  }
  function sequence() {
    const members = [];
    while (at < signs.length && signs[at] !== "|" && signs[at] !== ")") members.push(repeated());
    return (next) => members.reduceRight((rest, member) => member(rest), next);
  }
  function repeated() {
    const inner = atom(), sign = signs[at];
    let low = 0, high = Infinity;
    if (sign === "{") {
      const end = signs.indexOf("}", at), [least, most] = signs.slice(at + 1, end).join("").split(",");
      low = Number(least);
      high = most === undefined ? low : most ? Number(most) : Infinity;
      at = end;
    } else if (sign === "+") low = 1;
    else if (sign === "?") high = 1;
    else if (sign !== "*") return inner;
    at++;
    if (signs[at] === "?") at++;
    return (next) => {
      let place = next;
      if (high === Infinity) {
        place = { next: [next] };
        place.next.push(inner(place));
      } else for (let i = low; i < high; i++) place = { next: [next, inner(place)] };
      for (let i = 0; i < low; i++) place = inner(place);
      return place;
    };
  }
  function escape() {
    const sign = signs[at++], ranges = CLASSES[sign.toLowerCase()];
    if (!ranges || !/[dwsDWS]/.test(sign)) return { point: CONTROLS[sign] || sign.codePointAt(0) };
    return { ranges, not: sign < "a" };
  }
  function atom() {
    const sign = signs[at++];
    if (sign === "(") {
      if (signs[at] === "?") at += 2;
      const inner = choice();
      at++;
      return inner;
    }
    if (sign === "^") return (next) => ({ edge: 0, next: [next] });
    if (sign === "$") return (next) => ({ edge: 1, next: [next] });
    if (sign === ".") return take((point) => point !== 10);
    if (sign === "[") return bracket();
    const { ranges, not, point } = sign === "\\" ? escape() : { point: sign.codePointAt(0) };
    return take(ranges ? (other) => inside(ranges, other) !== not : (other) => other === point);
  }
  function bracket() {
    const not = signs[at] === "^", ranges = [];
    if (not) at++;
    const member = () => signs[at++] === "\\" ? escape() : { point: signs[at - 1].codePointAt(0) };
    while (signs[at] !== "]") {
      const first = member();
      if (first.ranges) ranges.push(...first.ranges);
      else if (signs[at] === "-" && signs[at + 1] !== "]") {
        at++;
        const last = member();
        if (last.ranges) ranges.push(first.point, first.point, 45, 45, ...last.ranges);
        else ranges.push(first.point, last.point);
      } else ranges.push(first.point, first.point);
    }
    at++;
    return take((point) => inside(ranges, point) !== not);
  }
  return choice()({ end: true });
}
function matches(text, pattern) {
  if (!PATTERNS.has(pattern)) PATTERNS.set(pattern, compiled(pattern));
  const points = [...text].map((sign) => sign.codePointAt(0));
  let places = new Set();
  const enter = (first, into, at) => {
    const waiting = [first];
    while (waiting.length) {
      const place = waiting.pop();
      if (into.has(place)) continue;
      into.add(place);
      if (!place.test && !(place.edge === 0 && at) && !(place.edge === 1 && at < points.length)) waiting.push(...place.next || []);
    }
  };
  enter(PATTERNS.get(pattern), places, 0);
  points.forEach((point, at) => {
    const following = new Set();
    for (const place of places) if (place.test && place.test(point)) enter(place.next[0], following, at + 1);
    places = following;
  });
  return [...places].some((place) => place.end);
}

// Every operator and function: the rule for missing values (f: does not hold, e: equal, u: unequal, m: missing,
// s: left out, -: decides itself), what its arguments are read as, and what it does
const FUNCTIONS = {
  "=": ["evv", same],
  "!=": ["uvv", same],
  "<": ["fvv", (a, b) => before(a, b)],
  "<=": ["fvv", (a, b) => before(a, b, true)],
  ">": ["fvv", (a, b) => before(b, a)],
  ">=": ["fvv", (a, b) => before(b, a, true)],
  "+": ["mvv", plus],
  "-": ["mvv", minus],
  "*": ["mnn", (a, b) => fit(rounded(a * b, ONE))],
  div: ["mnn", (a, b) => b ? fit(rounded(a * ONE, b)) : null],
  mod: ["mnn", (a, b) => b ? a % b : null],
  neg: ["mn", (a) => -a],
  boolean: ["-v", asTruth],
  "boolean-from-string": ["ft", (text) => text === "true" || text === "1"],
  selected: ["fcc", (chosen, code) => code.length === 1 && chosen.includes(code[0])],
  "any-of": ["fcc", (chosen, ...codes) => holds(codes, chosen).some(Boolean)],
  "all-of": ["fcc", (chosen, ...codes) => holds(codes, chosen).every(Boolean)],
  "selected-at": ["mcn", (chosen, n) => chosen[whole(n)]],
  "count-selected": ["-c", (chosen) => count(...chosen || [])],
  string: ["mt", (text) => text],
  concat: ["st", (...texts) => texts.join("")],
  "string-length": ["-t", (text) => count(...text || "")],
  substr: ["mtnn", (text, from, to) => [...text].slice(Number(whole(from)), to === undefined ? undefined : Number(whole(to))).join("")],
  "substring-before": ["mtt", (text, part) => text.slice(0, Math.max(text.indexOf(part), 0))],
  "substring-after": ["mtt", (text, part) => text.includes(part) ? text.slice(text.indexOf(part) + part.length) : ""],
  "normalize-space": ["mt", (text) => words(text).join(" ")],
  contains: ["ftt", (text, part) => text.includes(part)],
  "starts-with": ["ftt", (text, part) => text.startsWith(part)],
  "ends-with": ["ftt", (text, part) => text.endsWith(part)],
  regex: ["ftt", matches],
  number: ["mv", (value) => isMoment(value) ? dayNumber(value) : asNumber(value)],
  int: ["mn", (a) => whole(a) * ONE],
  round: ["mnn", roundTo],
  floor: ["mn", (a) => fit(below(a, ONE) * ONE)],
  ceiling: ["mn", (a) => fit(-below(-a, ONE) * ONE)],
  abs: ["mn", size],
  sqrt: ["mn", (a) => {
    if (a < 0n) return null;
    const low = root(a * ONE);
    return low + (a * ONE - low * low > low ? 1n : 0n);
  }],
  pow: ["mnn", power],
  exp: ["mn", (a) => exponential(a, up(a))],
  exp10: ["mn", (a) => power(10n * ONE, a) ?? exponential(a, up(a) * natural(10n * WIDE) / WIDE)],
  log: ["mn", (a) => a > 0n ? down(logarithm(a)) : null],
  log10: ["mn", (a) => a > 0n ? down(rounded(logarithm(a) * WIDE, natural(10n * WIDE))) : null],
  pi: ["-", () => down(PI)],
  sin: ["mn", (a) => near(a) ? signed(a, sine(up(a))) : null],
  cos: ["mn", (a) => near(a) ? down(sine(up(a) + PI / 2n)) : null],
  tan: ["mn", tangent],
  asin: ["mn", (a) => size(a) > ONE ? null : signed(a, arc(up(a), root(WIDE * WIDE - up(a) ** 2n)))],
  acos: ["mn", (a) => {
    if (size(a) > ONE) return null;
    const angle = arc(root(WIDE * WIDE - up(a) ** 2n), up(a));
    return down(a < 0n ? PI - angle : angle);
  }],
  atan: ["mn", (a) => arcTangent(a)],
  atan2: ["mnn", arcTangent],
  sum: ["sn", (...numbers) => numbers.length ? fit(sum(numbers)) : null],
  mean: ["sn", (...numbers) => numbers.length ? fit(rounded(sum(numbers), BigInt(numbers.length))) : null],
  min: ["sv", (...given) => extreme(given, (a, b) => before(a, b))],
  max: ["sv", (...given) => extreme(given, (a, b) => before(b, a))],
  count: ["sv", count],
  "count-non-empty": ["sv", count],
  date: ["mv", (value) => {
    if (isNumber(value)) return dateAt(BigInt(EPOCH) + below(value, ONE));
    const day = asDay(value);
    return day && new Moment("date", Math.floor(seconds(day) / DAY));
  }],
  "date-time": ["mv", (value) => {
    if (isNumber(value)) return momentAt(BigInt(EPOCH * DAY) + rounded(value * BigInt(DAY), ONE));
    const day = asDay(value);
    return day && midnight(day);
  }],
  "format-date": ["mdt", formatted],
  "format-date-time": ["mdt", formatted],
  "decimal-date-time": ["md", dayNumber],
  "decimal-time": ["mv", (value) => {
    if (typeof value === "string") value = readTime(value);
    if (typeOf(value) === "datetime") value = new Moment("time", value.n % DAY);
    return typeOf(value) === "time" ? inDays(value.n) : null;
  }],
  "days-between": ["mdd", between],
  "years-between": ["mdd", yearsBetween],
};

function guarded(rule, work, values) {
  if (rule === "-") return present(work(...values));
  if (rule === "s") return present(work(...values.filter((value) => value !== null)));
  const gap = values.includes(null);
  if (rule === "e" || rule === "u") return (gap ? values[0] === values[1] : work(...values)) === (rule === "e");
  return gap ? (rule === "f" ? false : null) : present(work(...values));
}

// What sees the tree or the scope instead of values
const FORMS = {
  number: (scope, text) => readNumber(text),
  text: (scope, text) => present(text),
  answer: (scope, name) => present(scope.answer(name)),
  context: (scope, name) => present(scope.context(name)),
  column: (scope, name) => present(scope.column(name)),
  each: (scope, name) => present(turns(["each", name], scope, asText).filter((text) => text !== null)),
  this: (scope) => present(scope.this),
  and: (scope, ...nodes) => nodes.every((node) => asTruth(evaluate(node, scope))),
  or: (scope, ...nodes) => nodes.some((node) => asTruth(evaluate(node, scope))),
  not: (scope, node) => !asTruth(evaluate(node, scope)),
  if: (scope, condition, then, otherwise) => evaluate(asTruth(evaluate(condition, scope)) ? then : otherwise, scope),
  true: () => true,
  false: () => false,
  coalesce: (scope, ...nodes) => nodes.reduce((found, node) => found ?? evaluate(node, scope), null),
  once: (scope, node) => present(scope.this) ?? evaluate(node, scope),
  "is-answered": (scope, node) => evaluate(node, scope) !== null,
  points: (scope, node, ...codes) => {
    const value = evaluate(node, scope);
    return codes.some((code) => code[1] === value) ? null : asNumber(value);
  },
  join: (scope, separator, ...nodes) => {
    const texts = nodes.flatMap((node) => turns(node, scope, asText)).filter((text) => text !== null);
    return present(texts.join(asText(evaluate(separator, scope)) || ""));
  },
  today: (scope) => present(scope.today),
  now: (scope) => present(scope.now),
  position: (scope) => present(scope.turn) === null ? null : readNumber(String(scope.turn)),
  "jr:choice-name": (scope, code, item) => {
    const text = asText(evaluate(code, scope));
    return text === null ? null : present(scope.label(item[1].replace(/^\$\{/, "").replace(/\}$/, ""), text));
  },
};
function turns(node, scope, read) {
  return node[0] === "each" ? scope.each(node[1]).map((value) => read(present(value))) : one(node, scope, read);
}
const one = (node, scope, read) => [read(evaluate(node, scope))];

/** The value of a stored expression: ["op", ...arguments]. */
export function evaluate(ast, scope) {
  const [op, ...args] = ast;
  if (Object.hasOwn(FORMS, op)) return FORMS[op](scope, ...args);
  const [signature, work] = FUNCTIONS[op];
  const rule = signature[0], several = rule === "s" ? turns : one;
  const values = args.flatMap((node, at) => several(node, scope, READ[signature[Math.min(at + 1, signature.length - 1)]]));
  return guarded(rule, work, values);
}

/** Whether a stored expression, taken as a condition, is true. */
export const isTrue = (ast, scope) => asTruth(evaluate(ast, scope));

/** An answer in its stored form as a value; kind is the item's value type. */
export function read(kind, answer) {
  if (present(answer) === null) return null;
  if (Array.isArray(answer) || kind === "code" || kind === "text") return answer;
  if (kind === "codes") return [answer];
  if (kind === "number") return readNumber(answer) ?? answer;
  if (kind === "bool") return answer === "yes" || answer === "true";
  if (kind === "time") return readTime(answer) ?? answer;
  const moment = readMoment(answer);
  if (kind === "datetime" && moment) return midnight(moment);
  return readDate(answer) ?? answer;
}

/** Any value as text; null where it is missing. */
export const write = asText;

/** The type of a value: none, boolean, bigint, string, codes, date, time, datetime. */
export const type = typeOf;

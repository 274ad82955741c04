// The language of docs/expressions.md, equal to the server's to the last digit.
// Values: null, true, false, BigInt (in 10^-18), text, array of codes, {kind, n} in days or seconds.
const ONE = 10n ** 18n, WIDE = 10n ** 50n, DAY = 86400;
const PI = 314159265358979323846264338327950288419716939937511n;

const typeOf = (value) => value === null ? "none" : value.kind || (Array.isArray(value) ? "codes" : typeof value);
const isNumber = (value) => typeof value === "bigint";
const isText = (value) => typeof value === "string";
const isMoment = (value) => !!value?.kind;
const isDay = (value) => isMoment(value) && value.kind !== "time";
const present = (value) => value?.length === 0 ? null : value ?? null;

// Numbers
const size = (n) => n < 0n ? -n : n;
const fit = (n) => size(n) < ONE * ONE ? n : null;
const below = (a, b) => (a - ((a % b) + b) % b) / b;
const whole = (n) => n / ONE;
function rounded(a, b) {
  const sign = (a < 0n) !== (b < 0n) ? -1n : 1n;
  a = size(a); b = size(b);
  const rest = 2n * (a % b), quotient = a / b;
  return sign * (rest > b || (rest === b && quotient & 1n) ? quotient + 1n : quotient);
}
function root(n) {
  if (!n) return n;
  let x = 1n << BigInt(n.toString(16).length * 2 + 2), y = x;
  do { x = y; y = (x + n / x) >> 1n; } while (y < x);
  return x;
}
function readNumber(text) {
  const [all, minus, digits, fraction = ""] = /^[ \t\r\n]*(-?)(\d{0,40})(?:\.(\d{0,40}))?[ \t\r\n]*$/.exec(text) || [];
  if (all === undefined || !(digits + fraction)) return null;
  const n = rounded(BigInt(digits + fraction) * ONE, 10n ** BigInt(fraction.length));
  return fit(minus ? -n : n);
}
function writeNumber(n) {
  const digits = size(n).toString().padStart(19, "0");
  return (n < 0n ? "-" : "") + (digits.slice(0, -18) + "." + digits.slice(-18)).replace(/\.?0+$/, "");
}
function power(a, exponent) {
  const count = whole(exponent), times = size(count);
  if (count * ONE !== exponent || times > 64n || (count < 0n && !a)) return null;
  return fit(count < 0n ? rounded(ONE ** (times + 1n), a ** times) : rounded(a ** times * ONE, ONE ** times));
}
function roundTo(a, digits = 0n) {
  const places = whole(digits), step = 10n ** (18n - (places > 18n ? 18n : places < -18n ? -18n : places));
  return fit(below(2n * a + step, 2n * step) * step);
}

// Curves: series of 50 places
const up = (n) => size(n) * (WIDE / ONE);
const down = (n) => fit(rounded(n, WIDE / ONE));
const signed = (a, n) => a < 0n ? -n : n;
const within = (limit, work) => (a) => size(a) > limit * ONE ? null : down(work(a));
function series(z, faculty) {
  let term = z, total = z, sign = 1n;
  for (let n = 3n; term; n += 2n) {
    term = term * (z * z / WIDE) / WIDE / (faculty ? n * (n - 1n) : 1n);
    sign = -sign;
    total += sign * (faculty ? term : term / n);
  }
  return total;
}
function sine(x) {
  x %= 2n * PI;
  const sign = x < PI ? 1n : -1n;
  x %= PI;
  if (2n * x > PI) x = PI - x;
  return sign * series(x, true);
}
const cosine = (a) => sine(up(a) + PI / 2n);
function arc(y, x) {
  if (y > x) return PI / 2n - arc(x, y);
  let z = y * WIDE / x;
  for (let i = 0; i < 3; i++) z = z * WIDE / (WIDE + root(WIDE * WIDE + z * z));
  return 8n * series(z);
}
function arcTangent(y, x = ONE) {
  const angle = y || x ? arc(up(y), up(x)) : null;
  return angle === null ? null : down(signed(y, x < 0n ? PI - angle : angle));
}

// Dates (days since 1970) and times (seconds)
const iso = (value) => new Date(seconds(value) * 1000).toISOString();
const seconds = (value) => value.kind === "date" ? value.n * DAY : value.n;
const midnight = (value) => value && { kind: "datetime", n: seconds(value) };
const inDays = (count) => rounded(BigInt(count) * ONE, BigInt(DAY));
const between = (start, end) => inDays(seconds(end) - seconds(start));
function moment(kind, n) {
  const day = kind === "date" ? n : below(n, BigInt(DAY));
  return day > -719163n && day < 2932897n ? { kind, n: Number(n) } : null;
}
const dateAt = (start, n) => moment("date", BigInt(start) + below(n, ONE));
const momentAt = (start, n) => moment("datetime", BigInt(start) + rounded(n * BigInt(DAY), ONE));
const later = (value, n) => (value.kind === "date" ? dateAt : momentAt)(value.n, n);
function readDate(text) {
  const found = /^\d{4}-\d\d-\d\d$/.test(text) && text > "0001" ? new Date(text + "T00:00Z") : NaN;
  return isNaN(found) || !found.toISOString().startsWith(text) ? null : { kind: "date", n: found / 864e5 };
}
function readTime(text) {
  const [all, hours, minutes, rest = 0] = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text) || [];
  return all ? { kind: "time", n: hours * 3600 + minutes * 60 + +rest } : null;
}
function readMoment(text) {
  const [, on, at] = /^([^T]*)T([^]*)$/.exec(text) || [0, text];
  const day = readDate(on), time = at === undefined ? at : readTime(at);
  return day && time ? { kind: "datetime", n: seconds(day) + time.n } : time === undefined ? day : null;
}
function formatted(value, pattern) {
  const [Y, m, d, H, M, S] = iso(value).split(/[-T:.]/);
  const parts = { Y, y: Y.slice(2), m, n: +m, d, e: +d, H, h: +H, M, S, "%": "%" };
  return pattern.replace(/%([YymndeHhMS%])/g, (_, sign) => parts[sign]);
}
const writeMoment = (value) =>
  iso(value).slice(value.kind === "time" ? 11 : 0, value.kind === "date" ? 10 : value.n % 60 ? 19 : 16);
function yearsBetween(start, end) {
  if (seconds(start) > seconds(end)) return -yearsBetween(end, start);
  const [first, last] = [iso(start), iso(end)];
  return BigInt(last.slice(0, 4) - first.slice(0, 4) - (last.slice(5, 10) < first.slice(5, 10))) * ONE;
}

// Readings
const words = (text) => text.split(/[ \t\r\n]+/).filter(Boolean);
const alone = (value) => Array.isArray(value) && value.length === 1 ? value[0] : value;
function asNumber(value) {
  value = alone(value);
  if (typeof value === "boolean") return value ? ONE : 0n;
  return isText(value) ? readNumber(value) : isNumber(value) ? value : null;
}
function asText(value) {
  if (isNumber(value)) return writeNumber(value);
  if (isMoment(value)) return writeMoment(value);
  return value === null ? null : (Array.isArray(value) ? value.join(" ") : String(value)) || null;
}
const asCodes = (value) => present(Array.isArray(value) ? value : words(asText(value) || ""));
const asDay = (value) => isText(value) ? readMoment(value) : isDay(value) ? value : null;
const asTruth = (value) => value !== false && value !== 0n && present(value) !== null;
const READ = { n: asNumber, t: asText, c: asCodes, d: asDay, b: asTruth, v: (value) => value };
const BESIDE = { bigint: readNumber, date: readMoment, time: readTime };

function beside(value, other) {
  value = alone(value);
  if (typeOf(other) === "datetime") return midnight(asDay(value));
  return isText(value) && BESIDE[typeOf(other)] ? BESIDE[typeOf(other)](value) : value;
}
const paired = (a, b) => typeOf(a) === typeOf(b) ? [a, b] : [beside(a, b), beside(b, a)];
function same(a, b) {
  [a, b] = paired(a, b);
  if (typeOf(a) !== typeOf(b)) return false;
  return Array.isArray(a) ? a.length === b.length && a.every((code, at) => code === b[at]) : (a?.n ?? a) === (b?.n ?? b);
}
function compare(a, b, test) {
  [a, b] = paired(a, b);
  const moments = isMoment(a) || isMoment(b);
  if (moments ? typeOf(a) !== typeOf(b) : (a = asNumber(a)) === null || (b = asNumber(b)) === null) return false;
  return moments ? test(a.n, b.n) : test(a, b);
}
const less = (a, b) => compare(a, b, (x, y) => x < y);
const atMost = (a, b) => compare(a, b, (x, y) => x <= y);
const both = (a, b, work) => (a = asNumber(a)) === null || (b = asNumber(b)) === null ? null : fit(work(a, b));
function plus(a, b) {
  if (isDay(b) && !isDay(a)) [a, b] = [b, a];
  if (!isDay(a)) return both(a, b, (x, y) => x + y);
  return (b = asNumber(b)) === null ? null : later(a, b);
}
function minus(a, b) {
  if (!isMoment(a) && !isMoment(b)) return both(a, b, (x, y) => x - y);
  const left = beside(a, b), right = beside(b, a);
  if (isMoment(left) && isMoment(right) && isDay(left) === isDay(right)) return between(right, left);
  const days = isMoment(b) ? null : asNumber(b);
  return isDay(a) && days !== null ? later(a, -days) : null;
}
function extreme(given, isBetter) {
  const moments = given.some(isMoment), values = moments ? given : given.map(asNumber).filter((value) => value !== null);
  if (moments && values.some((value) => typeOf(value) !== typeOf(values[0]))) return null;
  return values.reduce((best, value) => best === null || isBetter(value, best) ? value : best, null);
}
const sum = (numbers) => numbers.reduce((total, n) => total + n, 0n);
const count = (...given) => BigInt(given.length) * ONE;

// Patterns (canonical): a set of places moves over the text, one step a character
function compiled(pattern) {
  const tokens = pattern.match(/\[(?:\\.|[^\]])+\]|\\.|\(\?:|\{[^}]+\}|[^]/gu) || [];
  let at = 0;
  function choice() {
    const branches = [];
    do {
      const members = [];
      while (at < tokens.length && tokens[at] !== "|" && tokens[at] !== ")") members.push(repeated());
      branches.push((next) => members.reduceRight((rest, member) => member(rest), next));
    } while (tokens[at++] === "|");
    return (next) => ({ next: branches.map((branch) => branch(next)) });
  }
  function repeated() {
    const token = tokens[at++], inner = token === "(?:" ? choice() : atom(token);
    const [all, sign, low = sign === "+" ? 1 : 0, comma = sign, high = sign === "?" ? 1 : Infinity] =
      /^(?:([*+?])|\{(\d+)(,)?(\d+)?\})$/.exec(tokens[at]) || [];
    if (!all) return inner;
    if (tokens[++at] === "?") at++;
    return (next) => {
      let place = next;
      const most = comma ? +high : +low;
      if (most === Infinity) (place = { next: [next] }).next.push(inner(place));
      else for (let i = +low; i < most; i++) place = { next: [next, inner(place)] };
      for (let i = 0; i < low; i++) place = inner(place);
      return place;
    };
  }
  function atom(token) {
    if (token === "^") return (next) => ({ isOpen: (here) => here === 0, next: [next] });
    if (token === "$") return (next) => ({ isOpen: (here, end) => here === end, next: [next] });
    const sign = new RegExp(`^${token}$`, "u");
    return (next) => ({ sign, next: [next] });
  }
  return choice()({});
}
function matches(text, pattern) {
  const signs = [...text];
  const enter = (place, into, at) => {
    if (into.has(place)) return;
    into.add(place);
    if (!place.sign && (!place.isOpen || place.isOpen(at, signs.length))) place.next?.forEach((next) => enter(next, into, at));
  };
  let places = new Set();
  enter(compiled(pattern), places, 0);
  signs.forEach((sign, at) => {
    const following = new Set();
    for (const place of places) if (place.sign?.test(sign)) enter(place.next[0], following, at + 1);
    places = following;
  });
  return [...places].some((place) => !place.next);
}

// The rule for missing values (false, equal, unequal, missing, skip, -: own), how arguments are read, the work
const FUNCTIONS = {
  "=": ["evv", same],
  "!=": ["uvv", same],
  "<": ["fvv", less],
  "<=": ["fvv", atMost],
  ">": ["fvv", (a, b) => less(b, a)],
  ">=": ["fvv", (a, b) => atMost(b, a)],
  "+": ["mvv", plus],
  "-": ["mvv", minus],
  "*": ["mnn", (a, b) => fit(rounded(a * b, ONE))],
  div: ["mnn", (a, b) => b ? fit(rounded(a * ONE, b)) : null],
  mod: ["mnn", (a, b) => b ? a % b : null],
  neg: ["mn", (a) => -a],
  boolean: ["-v", asTruth],
  "boolean-from-string": ["ft", (text) => text === "true" || text === "1"],
  selected: ["fcc", (chosen, code) => code.length === 1 && chosen.includes(code[0])],
  "any-of": ["fcc", (chosen, ...codes) => codes.flat().some((code) => chosen.includes(code))],
  "all-of": ["fcc", (chosen, ...codes) => codes.flat().every((code) => chosen.includes(code))],
  "selected-at": ["mcn", (chosen, n) => chosen[whole(n)]],
  "count-selected": ["-c", (chosen) => count(...chosen || [])],
  string: ["mt", (text) => text],
  concat: ["st", (...texts) => texts.join("")],
  "string-length": ["-t", (text) => count(...text || "")],
  substr: ["mtnn", (text, ...range) => [...text].slice(...range.map((n) => Number(whole(n)))).join("")],
  "substring-before": ["mtt", (text, part) => text.slice(0, Math.max(text.indexOf(part), 0))],
  "substring-after": ["mtt", (text, part) => text.split(part).slice(1).join(part)],
  "normalize-space": ["mt", (text) => words(text).join(" ")],
  contains: ["ftt", (text, part) => text.includes(part)],
  "starts-with": ["ftt", (text, part) => text.startsWith(part)],
  "ends-with": ["ftt", (text, part) => text.endsWith(part)],
  regex: ["ftt", matches],
  "as-number": ["mv", (value) => isMoment(value) ? inDays(seconds(value)) : asNumber(value)],
  int: ["mn", (a) => whole(a) * ONE],
  round: ["mnn", roundTo],
  floor: ["mn", (a) => fit(below(a, ONE) * ONE)],
  ceiling: ["mn", (a) => fit(-below(-a, ONE) * ONE)],
  abs: ["mn", size],
  sqrt: ["mn", (a) => {
    const low = a < 0n ? null : root(a * ONE);
    return low === null ? low : low + (a * ONE - low * low > low ? 1n : 0n);
  }],
  pow: ["mnn", power],
  pi: ["-", () => down(PI)],
  sin: ["mn", within(1000000n, (a) => signed(a, sine(up(a))))],
  cos: ["mn", within(1000000n, cosine)],
  tan: ["mn", within(1000000n, (a) => down(cosine(a)) && signed(a, rounded(sine(up(a)) * WIDE, cosine(a))))],
  atan: ["mn", (a) => arcTangent(a)],
  atan2: ["mnn", arcTangent],
  sum: ["sn", (...numbers) => numbers.length ? fit(sum(numbers)) : null],
  mean: ["sn", (...numbers) => numbers.length ? fit(rounded(sum(numbers), BigInt(numbers.length))) : null],
  min: ["sv", (...given) => extreme(given, less)],
  max: ["sv", (...given) => extreme(given, (a, b) => less(b, a))],
  count: ["sv", count],
  "count-non-empty": ["sv", count],
  date: ["mv", (value) => isNumber(value) ? dateAt(0, value) : (value = asDay(value)) && readDate(iso(value).slice(0, 10))],
  "date-time": ["mv", (value) => isNumber(value) ? momentAt(0, value) : midnight(asDay(value))],
  "format-date": ["mdt", formatted],
  "format-date-time": ["mdt", formatted],
  "decimal-date-time": ["md", (value) => inDays(seconds(value))],
  "decimal-time": ["mv", (value) => {
    if (value.kind === "datetime") value = readTime(iso(value).slice(11, 19));
    return (value = beside(value, { kind: "time" }))?.kind === "time" ? inDays(value.n) : null;
  }],
  "days-between": ["mdd", between],
  "years-between": ["mdd", yearsBetween],
};
function guarded(rule, work, values) {
  const gap = values.includes(null);
  if (rule === "s") values = values.filter((value) => value !== null);
  else if (gap && rule === "f") return false;
  else if (gap && rule === "m") return null;
  else if (rule === "e" || rule === "u") return (gap ? values[0] === values[1] : work(...values)) === (rule === "e");
  return present(work(...values));
}

// What looks at the scope
const FORMS = {
  number: (scope, text) => readNumber(text),
  text: (scope, text) => present(text),
  each: (scope, name) => present(turns(["each", name], scope, asText).filter((text) => text !== null)),
  and: (scope, ...nodes) => nodes.every((node) => isTrue(node, scope)),
  or: (scope, ...nodes) => nodes.some((node) => isTrue(node, scope)),
  not: (scope, node) => !isTrue(node, scope),
  if: (scope, condition, then, otherwise) => evaluate(isTrue(condition, scope) ? then : otherwise, scope),
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
  position: (scope) => readNumber(String(scope.turn)),
  "jr:choice-name": (scope, code, item) => {
    const text = asText(evaluate(code, scope));
    return text === null ? null : present(scope.label(item[1].replace(/^\$\{|\}$/g, ""), text));
  },
};
for (const op of ["answer", "context", "column"]) FORMS[op] = (scope, name) => present(scope[op](name));
for (const op of ["this", "today", "now"]) FORMS[op] = (scope) => present(scope[op]);
const one = (node, scope, read) => [read(evaluate(node, scope))];
const turns = (node, scope, read) =>
  node[0] === "each" ? scope.each(node[1]).map((value) => read(present(value))) : one(node, scope, read);

// The value of a stored expression, ["op", ...arguments]
export function evaluate([op, ...args], scope) {
  if (Object.hasOwn(FORMS, op)) return FORMS[op](scope, ...args);
  const [[rule, ...kinds], work] = FUNCTIONS[op];
  const several = rule === "s" ? turns : one;
  return guarded(rule, work, args.flatMap((node, at) => several(node, scope, READ[kinds[at] || kinds.at(-1)])));
}
// Whether a stored expression, taken as a condition, is true
export const isTrue = (ast, scope) => asTruth(evaluate(ast, scope));
// A stored answer as a value; kind is the value type of its item
export function read(kind, answer) {
  if (present(answer) === null) return null;
  if (Array.isArray(answer) || kind === "code" || kind === "text") return answer;
  if (kind === "codes") return [answer];
  if (kind === "bool") return answer === "yes" || answer === "true";
  const known = { number: readNumber, date: readDate, time: readTime, datetime: (text) => midnight(readMoment(text)) };
  return known[kind](answer) ?? answer;
}
export { asText as write, typeOf as type };

// Evaluates vectors with the browser's module and says what each comes to; used under Node and inside a page.
const TYPES = { boolean: "bool", bigint: "number", string: "text" };

export function answers(module, cases) {
  const { evaluate, read, write, type } = module;
  const untag = (tagged) => tagged && (tagged[0] === "bool" ? tagged[1] : read(...tagged));
  const tag = (value) => {
    const kind = type(value);
    if (kind === "none") return null;
    return [TYPES[kind] || kind, kind === "boolean" || kind === "codes" ? value : write(value)];
  };
  return cases.map(([ast, given]) => {
    const scope = {
      answer: (name) => untag(given.answers[name] || null),
      each: (name) => (given.each[name] || []).map(untag),
      context: (name) => untag(given.context[name] || null),
      column: (name) => untag(given.columns[name] || null),
      this: untag(given.this),
      label: (item, code) => given.labels[`${item} ${code}`],
      turn: given.turn,
      today: untag(given.today),
      now: untag(given.now),
    };
    try {
      return JSON.stringify(tag(evaluate(ast, scope)));
    } catch (error) {
      return String(error.stack);
    }
  });
}

if (typeof process !== "undefined" && process.argv[2]) {
  const { readFileSync, writeFileSync } = await import("node:fs");
  const module = await import(process.argv[2]);
  const cases = JSON.parse(readFileSync(process.argv[3], "utf8"));
  writeFileSync(process.argv[4], JSON.stringify(answers(module, cases)));
}

// A canned query with a reader's values: each becomes one term of its type, whatever it holds. Pure functions.

const VALUES = /^( *)VALUES \(([^)]*)\) \{ \((.*)\) \} #\+ parameters$/m;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const LONGEST = 1000;
const XSD = "http://www.w3.org/2001/XMLSchema#";

const quoted = (text) => `"${text.replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`;
const literal = (pattern, write = quoted) => (text) => (pattern.test(text) ? write(text) : null);

const isDay = (text) => {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text;
};

const TYPES = {
  "xsd:date": (text) => (/^\d{4}-\d\d-\d\d$/.test(text) && isDay(text) ? `${quoted(text)}^^<${XSD}date>` : null),
  "xsd:string": quoted,
  "xsd:language": literal(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$/, (text) => quoted(text.toLowerCase())),
  "xsd:integer": literal(/^-?\d{1,9}$/, (text) => String(Number(text))),
  "xsd:boolean": literal(/^(true|false)$/i, (text) => text.toLowerCase()),
  "xsd:anyURI": (text, base) => {
    const iri = text.startsWith("id:") ? `${base}id/${text.slice(3)}` : text;
    return /^[A-Za-z][A-Za-z0-9+.-]*:[^\u0000-\u0020<>"{}|^`\\]*$/.test(iri) ? `<${iri}>` : null;
  },
  period: literal(/^\d{4}(-Q[1-4])?$/),
};

/** The SPARQL of a query with these values (defaults where there is none); throws with a sentence about the first wrong one. */
export function bind({ text, parameters }, values, base) {
  const terms = parameters.map((parameter) => term(parameter, values[parameter.name] ?? parameter.default, base));
  const filled = text.replace(VALUES, (_, blanks, names) => `${blanks}VALUES (${names}) { (${terms.join(" ")}) }`);
  return `${filled.split("\n").filter((line) => !line.startsWith("#+")).join("\n").trim()}\n`;
}

function term({ option, type, expected }, value, base) {
  const refused = (wanted) => new RangeError(`The value “${value.slice(0, 60).replace(new RegExp(CONTROL, "g"), "\ufffd")}” of ${option} is not understood: give ${wanted}.`);
  if (value.length > LONGEST || CONTROL.test(value)) throw refused(`at most ${LONGEST} characters, none of them a control character`);
  const written = TYPES[type](value, base);
  if (written === null) throw refused(expected);
  return written;
}

/** The parts of joined cells in order, each once: engines join them in any. */
export function tidied(answer, many) {
  const bindings = answer.results.bindings.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) =>
    many.includes(name) ? [name, { ...cell, value: [...new Set(cell.value.split("; ").filter(Boolean))].sort().join("; ") }] : [name, cell])));
  return { ...answer, results: { ...answer.results, bindings } };
}

// Terms of SPARQL results: how they are written, and where they lead. Pure functions.

/** Makes `short(iri)` and `href(iri)` for a site: `prefixes` by name, `base` of our IRIs, `page(path)` to our pages. */
export function naming({ base, prefixes, language, page }) {
  const spaces = Object.entries(prefixes).sort((one, other) => other[1].length - one[1].length);
  const short = (iri) => {
    if (iri.startsWith(`${base}id/`)) return `id:${iri.slice(base.length + 3)}`;
    const found = spaces.find(([, space]) => iri.startsWith(space) && iri.length > space.length);
    return found ? `${found[0]}:${iri.slice(found[1].length)}` : iri;
  };
  const href = (iri) => {
    for (const [start, path] of [["def#", "/def"], ["shapes#", "/shapes"]]) {
      if (iri.startsWith(base + start)) return page(path, language, iri.slice(base.length + start.length));
    }
    if (iri.startsWith(`${base}graph/`)) return page("/about", language, `graph-${iri.slice(base.length + 6)}`);
    if (iri.startsWith(`${base}id/`)) return page(`/${encodeURI(iri.slice(base.length))}.html`, language, "");
    return isWeb(iri) ? iri : null;
  };
  return { short, href };
}

/** Whether an IRI may become a link: http or https with a host, and no character that a browser skips. */
export function isWeb(iri) {
  if (/[\u0000-\u0020\u007f]/.test(iri)) return false;
  try {
    const { protocol, host } = new URL(iri);
    return (protocol === "http:" || protocol === "https:") && host !== "";
  } catch {
    return false;
  }
}

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(["integer", "decimal", "double", "float", "nonNegativeInteger"].map((name) => XSD + name));

/** Whether a term of SPARQL JSON is a number. */
export const isNumber = (term) => term?.type === "literal" && NUMBERS.has(term.datatype ?? "") && isFinite(Number(term.value));

/** The columns that hold numbers and nothing else. */
export function numeric({ head, results }) {
  return (head.vars ?? []).filter((name) => {
    const found = results.bindings.map((row) => row[name]).filter(Boolean);
    return found.length > 0 && found.every(isNumber);
  });
}

const PLAIN = new Set([`${XSD}string`, `${XSD}date`, `${XSD}boolean`]);

/** What stands beside a literal: its language, or its datatype where the value alone does not show it. */
export function noteOf(term, short) {
  if (term.type !== "literal" && term.type !== "typed-literal") return "";
  if (term["xml:lang"]) return term["xml:lang"];
  return term.datatype && !PLAIN.has(term.datatype) ? short(term.datatype) : "";
}

/** Control characters and those that turn the direction of text, as their numbers. */
export const visible = (text) =>
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (sign) => `[U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}]`);

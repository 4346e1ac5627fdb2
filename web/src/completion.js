// What the editor offers while somebody writes: prefixes, terms with their labels, variables, SPARQL's words.

import { declared, variables } from "./query.js";

const KEYWORDS = ("SELECT DISTINCT REDUCED WHERE CONSTRUCT DESCRIBE ASK FROM NAMED PREFIX BASE OPTIONAL UNION MINUS GRAPH FILTER BIND " +
  "VALUES UNDEF EXISTS NOT IN AS GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET").split(" ");
const FUNCTIONS = ("STR LANG LANGMATCHES DATATYPE BOUND IRI ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE CONTAINS STRSTARTS STRENDS " +
  "STRBEFORE STRAFTER YEAR MONTH DAY COALESCE IF STRLANG STRDT SAMETERM ISIRI ISBLANK ISLITERAL ISNUMERIC REGEX SUBSTR REPLACE " +
  "COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT").split(" ");
const MOST = 60;

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** An IRI as prefix and local name, where it can be written so; null else. */
export function prefixed(iri, prefixes) {
  let best = null;
  for (const [name, space] of Object.entries(prefixes)) {
    if (iri.startsWith(space) && (!best || space.length > best.space.length)) best = { name, space };
  }
  if (!best) return null;
  const local = iri.slice(best.space.length);
  return /^[A-Za-z_][\w-]*$/.test(local) ? { prefix: best.name, space: best.space, local } : null;
}

/** How well a term fits what is typed: 0 best, null not at all. Label and local name both count. */
function rank(term, typed) {
  const wanted = folded(typed), local = folded(term.local), label = folded(term.label);
  if (local.startsWith(wanted)) return 0;
  if (label.startsWith(wanted)) return 1;
  if (wanted.length > 1 && label.split(/\s+/).some((word) => word.startsWith(wanted))) return 2;
  return wanted.length > 2 && (local.includes(wanted) || label.includes(wanted)) ? 3 : null;
}

/** Makes `offer(before, query)` → { from, options } | null, for the text before the cursor and the whole query. */
export function completing({ prefixes, terms, words }) {
  const known = terms.map((term) => {
    const written = term.kind === "Concept" ? null : prefixed(term.iri, prefixes);
    return { ...term, written, local: written?.local ?? term.iri.replace(/^.*\/id\//, "") };
  });

  const kind = (term) => term.kind === "Class" ? words.class : term.kind === "Concept" ? words.concept : words.property;
  const ofTerm = (term) => ({
    text: term.written ? `${term.written.prefix}:${term.written.local}` : `<${term.iri}>`,
    label: term.written ? `${term.written.prefix}:${term.written.local}` : term.local,
    detail: term.label, info: term.definition, kind: kind(term), type: term.kind.toLowerCase(),
    declares: term.written ? [term.written.prefix, term.written.space] : null,
  });
  const ranked = (typed, among) => among
    .map((term) => [rank(term, typed), term])
    .filter(([place]) => place !== null)
    .sort((one, other) => one[0] - other[0] || one[1].local.localeCompare(other[1].local))
    .slice(0, MOST).map(([, term]) => ofTerm(term));

  const ofPrefix = ([name, space], declares) => ({
    text: declares ? `${name}:` : `${name}: <${space}>`, label: `${name}:`, detail: space, info: "",
    kind: words.prefix, type: "namespace", declares: declares ? [name, space] : null, again: declares,
  });
  const starting = (typed) => Object.entries(prefixes).filter(([name]) => name.startsWith(typed.toLowerCase()));

  return function offer(before, query, asked = false) {
    const line = before.slice(before.lastIndexOf("\n") + 1);
    if (/(^|\s)#/.test(line.replace(/<[^>]*>/g, ""))) return null;
    const declaring = /\bPREFIX\s+([\w-]*):?$/i.exec(line);
    if (declaring) {
      const missing = starting(declaring[1]).filter(([name]) => !(name in declared(query)));
      return { from: before.length - declaring[1].length - (line.endsWith(":") ? 1 : 0), options: missing.map((one) => ofPrefix(one, false)) };
    }
    const variable = /[?$](\w*)$/.exec(line);
    if (variable) {
      const names = variables(query).filter((name) => name !== variable[1] && name.startsWith(variable[1]));
      return { from: before.length - variable[1].length, options: names.map((name) => ({ text: name, label: `?${name}`, kind: words.variable, type: "variable", detail: "", info: "" })) };
    }
    const iri = /<([^<>"{}|^`\s]*)$/.exec(line);
    if (iri) {
      const typed = iri[1].replace(/^.*\/id\//, "");
      return { from: before.length - iri[0].length, to: "iri", options: ranked(typed, known.filter((term) => !term.written || iri[1].length > 8)).map((one) => ({ ...one })) };
    }
    const name = /([A-Za-z][\w-]*):([\w-]*)$/.exec(line);
    if (name) {
      const space = declared(query)[name[1]] ?? prefixes[name[1]];
      const ours = known.filter((term) => term.written && term.written.space === space);
      const options = ranked(name[2], ours).map((one) => ({ ...one, text: one.text.replace(/^[^:]*/, name[1]), label: one.label.replace(/^[^:]*/, name[1]), declares: name[1] in declared(query) ? null : [name[1], space] }));
      return { from: before.length - name[0].length, options };
    }
    const word = /(?<![\w:/#@"'-])([A-Za-z][\w-]*)$/.exec(line);
    if (!word && !asked) return null;
    const typed = word?.[1] ?? "";
    const upper = typed.toUpperCase();
    const plain = [...KEYWORDS, ...FUNCTIONS].filter((one) => typed && one.startsWith(upper))
      .map((one) => ({ text: one, label: one, detail: "", info: "", kind: words.keyword, type: FUNCTIONS.includes(one) ? "function" : "keyword" }));
    const names = starting(typed).map((one) => ofPrefix(one, true));
    const found = typed.length > 1 || asked ? ranked(typed, known) : [];
    const ordered = typed === upper && typed ? [...plain, ...names, ...found] : [...names, ...found, ...plain];
    return { from: before.length - typed.length, options: ordered.slice(0, MOST) };
  };
}

/** Where the declaration of a prefix belongs: after the last one, or before everything but comments; null if it is there. */
export function declaration(query, [name, space]) {
  if (!space || name in declared(query)) return null;
  const found = [...query.matchAll(/^[ \t]*PREFIX\s+[\w.-]*:\s*<[^>\s]*>.*\n?/gim)];
  const last = found.at(-1);
  if (last) return { at: last.index + last[0].length, insert: `${last[0].endsWith("\n") ? "" : "\n"}PREFIX ${name}: <${space}>\n` };
  const head = /^(?:[ \t]*#.*\n|[ \t]*\n)*/.exec(query)[0].length;
  return { at: head, insert: `PREFIX ${name}: <${space}>\n${query.slice(head).startsWith("\n") ? "" : "\n"}` };
}

// What can be told of a query from its text, and how an example takes a reader's values. Pure functions.

const SKIPPED = /"""(?:[^\\]|\\[^])*?"""|'''(?:[^\\]|\\[^])*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\s]*>|#.*/g;

/** The query without strings, IRIs and comments: the words that are left are SPARQL's own. */
export const bare = (query) => query.replace(SKIPPED, (found) => (found[0] === "#" ? "" : " "));

/** "table" for SELECT and ASK, "graph" for CONSTRUCT and DESCRIBE; null where none of them is there. */
export function kindOf(query) {
  const found = /(?<![\w:?$-])(SELECT|ASK|CONSTRUCT|DESCRIBE)\b(?!:)/i.exec(bare(query));
  if (!found) return null;
  return /^(SELECT|ASK)$/i.test(found[1]) ? "table" : "graph";
}

/** Whether a query chooses its graphs itself. */
export const choosesGraphs = (query) => /(?<![\w:?$-])FROM\b(?!:)/i.test(bare(query));

/** The prefixes that a query declares, by name. */
export function declared(query) {
  const found = {};
  for (const [, name, iri] of query.matchAll(/^\s*PREFIX\s+([\w.-]*):\s*<([^>\s]*)>/gim)) found[name] = iri;
  return found;
}

/** The query with declarations before it of the prefixes that it uses and does not declare, as far as we know them. */
export function withPrefixes(query, prefixes) {
  const own = declared(query);
  const used = new Set([...bare(query).matchAll(/(?<![\w:?$.-])([A-Za-z][\w.-]*):/g)].map((one) => one[1]));
  const missing = [...used].filter((name) => !(name in own) && name in prefixes).sort();
  return missing.map((name) => `PREFIX ${name}: <${prefixes[name]}>\n`).join("") + query;
}

/** The variables of a query, each once. */
export const variables = (query) => [...new Set([...bare(query).matchAll(/[?$](\w+)/g)].map((one) => one[1]))];

/** Where a problem stands, in words such as "line 3, column 7" or "at 3:7", as an offset; null where it does not say. */
export function placeOf(sentence, query) {
  const found = /line (\d+), column (\d+)/i.exec(sentence) ?? /\bat (\d+):(\d+)/.exec(sentence);
  if (!found) return null;
  const lines = query.split("\n");
  const line = Number(found[1]), column = Number(found[2]);
  if (line < 1 || line > lines.length) return null;
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return Math.min(start + Math.max(column - 1, 0), start + lines[line - 1].length);
}

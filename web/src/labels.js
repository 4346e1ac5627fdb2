// What the things in an answer are called, asked of the same graph.

const KINDS = ["http://www.w3.org/2004/02/skos/core#prefLabel", "http://purl.org/dc/terms/title", "http://www.w3.org/2000/01/rdf-schema#label"];
const MOST = 2_000;

/** IRI → { words, language } for the IRIs in SPARQL JSON results. */
export async function labels(backend, answer, language) {
  const found = new Set(answer.results.bindings.flatMap((row) => Object.values(row)).filter((term) => term.type === "uri").map((term) => term.value));
  const iris = [...found].filter((iri) => !/[\u0000-\u0020<>"{}|^`\\]/.test(iri)).slice(0, MOST);
  if (!iris.length) return new Map();
  const query = `SELECT ?term ?p ?label WHERE { VALUES ?term { ${iris.map((iri) => `<${iri}>`).join(" ")} } VALUES ?p { ${KINDS.map((iri) => `<${iri}>`).join(" ")} } ?term ?p ?label }`;
  const rows = JSON.parse((await backend.run(query)).text).results.bindings;
  const rank = (row) => {
    const place = [language, "en", "nl", ""].indexOf((row.label["xml:lang"] ?? "").split("-")[0]);
    return 10 * KINDS.indexOf(row.p.value) + (place < 0 ? 9 : place);
  };
  const best = new Map();
  for (const row of rows) {
    const known = best.get(row.term.value);
    if (!known || rank(row) < rank(known)) best.set(row.term.value, row);
  }
  return new Map([...best].map(([iri, row]) => [iri, { words: row.label.value, language: row.label["xml:lang"] ?? "" }]));
}

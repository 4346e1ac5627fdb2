import assert from "node:assert/strict";
import { test } from "node:test";

import { bind, tidied } from "./binding.js";
import { completing, declaration, prefixed } from "./completion.js";
import { choosesGraphs, declared, kindOf, placeOf, variables, withPrefixes } from "./query.js";
import { isWeb, naming, noteOf, numeric, visible } from "./terms.js";

const BASE = "https://w3id.org/policygraph/";
const PREFIXES = { pg: `${BASE}def#`, dct: "http://purl.org/dc/terms/", skos: "http://www.w3.org/2004/02/skos/core#" };
const XSD = "http://www.w3.org/2001/XMLSchema#";

test("the form of a query is read from its own words, not from strings, IRIs or comments", () => {
  assert.equal(kindOf("# CONSTRUCT\nPREFIX a: <x:CONSTRUCT>\nSELECT * { ?s ?p 'DESCRIBE' }"), "table");
  assert.equal(kindOf("PREFIX select: <x:> CONSTRUCT { ?s ?p ?o } WHERE { ?s select:a ?o }"), "graph");
  assert.equal(kindOf("ask { ?select ?p ?o }"), "table");
  assert.equal(kindOf("DESCRIBE <x:a#b>"), "graph");
  assert.equal(kindOf("{ }"), null);
  assert.equal(choosesGraphs("SELECT * FROM <x:g> { }"), true);
  assert.equal(choosesGraphs("SELECT ?from { ?from ex:FROM 'FROM' } # FROM"), false);
});

test("prefixes that are used and not declared are added, as far as they are known", () => {
  const known = { dct: "http://purl.org/dc/terms/", pg: "https://w3id.org/policygraph/def#" };
  assert.equal(withPrefixes("SELECT * { ?s pg:number ?n }", known), "PREFIX pg: <https://w3id.org/policygraph/def#>\nSELECT * { ?s pg:number ?n }");
  for (const query of ["PREFIX pg: <x:> SELECT * { ?s pg:number ?n }", 'SELECT * { ?s ?p "pg:a" } # dct:title', "SELECT * { ?s <dct:a> foo:b }"]) {
    assert.equal(withPrefixes(query, known), query);
  }
});

test("variables and prefixes are those of the query", () => {
  assert.deepEqual(variables("SELECT ?a $b { ?a ?p '?c' # ?d\n}"), ["a", "b", "p"]);
  assert.deepEqual(declared("PREFIX a: <x:>\nprefix : <y:>\n# PREFIX c: <z:>"), { a: "x:", "": "y:" });
});

test("the place of a problem is found in words", () => {
  const query = "SELECT *\n{ ?s }";
  assert.equal(placeOf("“}” at line 2, column 6 closes nothing", query), 14);
  assert.equal(placeOf("error at 2:3: expected", query), 11);
  assert.equal(placeOf("no place", query), null);
  assert.equal(placeOf("line 9, column 1", query), null);
});

const TERMS = [
  { iri: `${BASE}def#deadline`, kind: "ObjectProperty", label: "streefdatum", definition: "…" },
  { iri: `${BASE}def#PolicyAction`, kind: "Class", label: "actie", definition: "" },
  { iri: "http://purl.org/dc/terms/description", kind: "Property", label: "tekst", definition: "" },
  { iri: `${BASE}id/sector/HEALTH`, kind: "Concept", label: "gezondheid", definition: "" },
];
const words = { class: "class", property: "property", concept: "concept", prefix: "prefix", keyword: "keyword", variable: "variable" };
const offer = completing({ prefixes: PREFIXES, terms: TERMS, words });
const texts = (found) => found.options.map((one) => one.text);

test("terms are offered by prefix, by name and by label, with the declaration that they need", () => {
  const [first] = offer("SELECT * { ?a pg:dea", "SELECT * { ?a pg:dea }").options;
  assert.equal(first.text, "pg:deadline");
  assert.equal(first.detail, "streefdatum");
  assert.deepEqual(first.declares, ["pg", PREFIXES.pg]);
  assert.equal(offer("pg:dea", `PREFIX pg: <${PREFIXES.pg}>\npg:dea`).options[0].declares, null);
  assert.deepEqual(texts(offer("?a mine:dea", `PREFIX mine: <${PREFIXES.pg}>\n?a mine:dea`)), ["mine:deadline"]);
  assert.ok(texts(offer("?a streef", "?a streef")).includes("pg:deadline"));
  assert.ok(texts(offer("?a gezond", "?a gezond")).includes(`<${BASE}id/sector/HEALTH>`));
  assert.deepEqual(texts(offer("?a <HEA", "?a <HEA")), [`<${BASE}id/sector/HEALTH>`]);
});

test("variables, keywords and prefixes are offered; comments are left alone", () => {
  assert.deepEqual(texts(offer("SELECT ?a { ?", "SELECT ?a { ?")), ["a"]);
  assert.equal(texts(offer("OPT", "OPT"))[0], "OPTIONAL");
  assert.deepEqual(texts(offer("PREFIX sk", "PREFIX sk")), [`skos: <${PREFIXES.skos}>`]);
  assert.ok(texts(offer("{ ?a dc", "{ ?a dc")).includes("dct:"));
  assert.equal(offer("# which dea", "# which dea"), null);
  assert.equal(offer("{ ?a ", "{ ?a "), null);
});

test("a declaration goes after the others, or before everything but comments", () => {
  const query = "# why\nPREFIX a: <x:>\nSELECT * { }";
  assert.deepEqual(declaration(query, ["pg", PREFIXES.pg]), { at: 21, insert: `PREFIX pg: <${PREFIXES.pg}>\n` });
  assert.deepEqual(declaration("# why\nSELECT * { }", ["pg", "y:"]), { at: 6, insert: "PREFIX pg: <y:>\n\n" });
  assert.equal(declaration(query, ["a", "x:"]), null);
  assert.equal(prefixed(`${BASE}id/sector/HEALTH`, PREFIXES), null);
});

const QUERY = {
  text: `#+ summary: x\nSELECT ?a\nWHERE {\n  VALUES (?as_of ?text) { ("2026-01-01"^^xsd:date "a") } #+ parameters\n  ?a ?b ?text .\n}\n`,
  parameters: [
    { name: "as_of", option: "--as-of", type: "xsd:date", default: "2026-11-24", expected: "a day of the calendar as YYYY-MM-DD" },
    { name: "text", option: "--text", type: "xsd:string", default: "robot", expected: "words" },
  ],
};

test("values become terms and stay inside them", () => {
  assert.equal(bind(QUERY, {}, BASE), `SELECT ?a\nWHERE {\n  VALUES (?as_of ?text) { ("2026-11-24"^^<${XSD}date> "robot") }\n  ?a ?b ?text .\n}\n`);
  assert.match(bind(QUERY, { text: 'a" } ?x ?y ?z { "\\' }, BASE), /\{ \("2026-11-24"\^\^<[^>]*> "a\\" \} \?x \?y \?z \{ \\"\\\\"\) \}/);
  assert.match(bind(QUERY, { text: "$1 $& $$" }, BASE), /"\$1 \$& \$\$"/);
});

test("a value of the wrong type is refused in words", () => {
  for (const day of ["2026-02-30", "31.6.2025", "2026-1-1", ""]) {
    assert.throws(() => bind(QUERY, { as_of: day }, BASE), /of --as-of is not understood: give a day of the calendar/);
  }
  assert.throws(() => bind(QUERY, { text: "a\u0000b" }, BASE), /“a\ufffdb” of --text is not understood: give at most 1000 characters/);
  const one = (type) => ({ text: '  VALUES (?x) { (1) } #+ parameters', parameters: [{ name: "x", option: "--x", type, default: "", expected: "something else" }] });
  assert.throws(() => bind(one("xsd:anyURI"), { x: "x:a> <x:b" }, BASE), /something else/);
  assert.throws(() => bind(one("period"), { x: "2026-Q5" }, BASE), /something else/);
  assert.throws(() => bind(one("xsd:language"), { x: 'en" }' }, BASE), /something else/);
  assert.throws(() => bind(one("xsd:integer"), { x: "1e3" }, BASE), /something else/);
  assert.throws(() => bind(one("xsd:boolean"), { x: "yes" }, BASE), /something else/);
  assert.equal(bind(one("xsd:boolean"), { x: "True" }, BASE), "VALUES (?x) { (true) }\n");
  assert.equal(bind(one("xsd:anyURI"), { x: "id:sector/HEALTH" }, BASE), `VALUES (?x) { (<${BASE}id/sector/HEALTH>) }\n`);
});

test("joined cells are put in order", () => {
  const answer = { head: { vars: ["a"] }, results: { bindings: [{ a: { type: "literal", value: "b; a; b" } }] } };
  assert.equal(tidied(answer, ["a"]).results.bindings[0].a.value, "a; b");
  assert.equal(tidied(answer, []).results.bindings[0].a.value, "b; a; b");
});

test("IRIs are written short and lead to our pages, the web's to themselves, others nowhere", () => {
  const { short, href } = naming({ base: BASE, prefixes: PREFIXES, language: "nl", page: (path, _, mark) => `${path}${mark ? `#${mark}` : ""}` });
  assert.equal(short(`${BASE}id/sector/HEALTH`), "id:sector/HEALTH");
  assert.equal(short("http://purl.org/dc/terms/title"), "dct:title");
  assert.equal(href(`${BASE}id/sector/HEALTH`), "/id/sector/HEALTH.html");
  assert.equal(href(`${BASE}def#deadline`), "/def#deadline");
  assert.equal(href(`${BASE}graph/actions`), "/about#graph-actions");
  assert.equal(href("http://example.org/a"), "http://example.org/a");
  assert.equal(href("javascript:alert(1)"), null);
  assert.equal(isWeb("java\nscript:alert(1)"), false);
  assert.equal(isWeb("http://exa\u0000mple.org/"), false);
});

test("numbers, notes and characters that deceive are seen", () => {
  const n = (value) => ({ type: "literal", value, datatype: `${XSD}integer` });
  const answer = { head: { vars: ["a", "b", "c"] }, results: { bindings: [{ a: n("1"), b: n("x"), c: { type: "literal", value: "1" } }, { a: n("2") }] } };
  assert.deepEqual(numeric(answer), ["a"]);
  assert.equal(noteOf({ type: "literal", value: "x", "xml:lang": "nl" }, (iri) => iri), "nl");
  assert.equal(noteOf({ type: "literal", value: "x", datatype: `${XSD}gYear` }, (iri) => iri.replace(XSD, "xsd:")), "xsd:gYear");
  assert.equal(visible("a\u202eb\u0001"), "a[U+202E]b[U+0001]");
});

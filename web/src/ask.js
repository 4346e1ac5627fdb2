// The page of a canned query in a site without a server: its form is answered by the engine in the browser.

import { Browser, Problem } from "./backend.js";
import { bind, tidied } from "./binding.js";
import { labels } from "./labels.js";
import { chart, fill, graph, make, save, table } from "./results.js";
import { given, namingOf } from "./settings.js";

const settings = given("query-settings");
const { query, words, language } = settings;
const naming = namingOf(settings);
const number = (value) => value.toLocaleString(language);
const main = document.getElementById("content");
const form = main.querySelector("form.parameters");
const told = make("p", { class: "meta", role: "status" });
const backend = new Browser(settings.dump, words, (text) => { told.textContent = text; });
const asked = new URLSearchParams(location.search);
const names = query.parameters.map((parameter) => parameter.name);

if (form) {
  form.append(told);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const values = Object.fromEntries([...new FormData(form)].filter(([name, value]) => names.includes(name) && value.trim()).map(([name, value]) => [name, value.trim()]));
    const address = new URL(location.href);
    address.search = new URLSearchParams(values).toString();
    history.replaceState(null, "", address);
    ask(values);
  });
}
if (names.some((name) => asked.get(name))) {
  const values = Object.fromEntries(names.filter((name) => asked.get(name)).map((name) => [name, asked.get(name).trim()]));
  for (const [name, value] of Object.entries(values)) {
    const field = form?.querySelector(`[name="${name}"]`);
    if (field) field.value = value;
  }
  ask(values);
}

async function ask(values) {
  main.querySelector("#error")?.remove();
  told.textContent = words.waiting;
  try {
    const text = bind(query, names.includes("lang") ? { ...values, lang: language } : values, settings.base);
    const { text: content, type } = await backend.run(text);
    await show(text, content, type);
    told.textContent = "";
  } catch (error) {
    if (!(error instanceof Problem || error instanceof RangeError)) throw error;
    told.textContent = "";
    const problem = make("p", { class: "problem", id: "error", role: "alert" }, make("span", { lang: error.foreign === false ? language : "en" }, error.message));
    if (form) form.after(problem); else main.querySelector(".page-head").after(problem);
  }
}

/** The answer in the place of the one that the page came with, and the query that gave it below. */
async function show(text, content, type) {
  const isTable = type.includes("sparql-results");
  const part = main.querySelector("section[aria-labelledby=answer]");
  const title = part.querySelector("#answer");
  main.querySelector("figure.chart")?.remove();
  const answer = isTable ? tidied(JSON.parse(content), query.many) : null;
  title.textContent = isTable ? fill(answer.results.bindings.length === 1 ? words.rows.one : words.rows.other, { n: number(answer.results.bindings.length) }) : words.graph;
  const shown = isTable ? await tableOf(answer) : [graph(content, words)];
  part.replaceChildren(part.querySelector(".results-head"), ...shown);
  part.querySelector(".downloads ul").replaceChildren(...settings.formats[isTable ? "table" : "graph"].map(([extension, media]) => download(text, extension, media)));
  main.querySelector("section[aria-labelledby=sparql] pre code").textContent = text;
  const editor = main.querySelector("section[aria-labelledby=sparql] a.button");
  if (editor) editor.search = new URLSearchParams({ query: text }).toString();
}

async function tableOf(answer) {
  if (!answer.results.bindings.length) return [make("p", { class: "nothing" }, words.none)];
  const called = await labels(backend, answer, language);
  const options = { naming: { ...naming, quiet: language, label: (iri) => called.get(iri) }, words, number, language };
  return [table(answer, options), chart(answer, options)].filter(Boolean);
}

function download(text, extension, media) {
  const button = make("button", { type: "button", class: "as-link" }, words[`format.${extension}`]);
  button.addEventListener("click", async () => save((await backend.run(text, media)).text, media, `${query.name}.${extension}`));
  return make("li", {}, button);
}

// The page /editor: an editor in the place of the text area, answers below it, the query in the address.

import { Browser, Endpoint, Problem } from "./backend.js";
import { edit } from "./codemirror.js";
import { completing } from "./completion.js";
import { placeOf, withPrefixes } from "./query.js";
import { chart, fill, graph, make, save, table } from "./results.js";
import { given, namingOf } from "./settings.js";

const LONGEST_LINK = 12_000;

const settings = given("editor-settings");
const { words, language } = settings;
const part = (id) => document.getElementById(id);
const naming = namingOf(settings);
const number = (value) => value.toLocaleString(language);
const counted = (entry, n) => fill(n === 1 ? entry.one : entry.other, { n: number(n) });
const tell = (text) => { part("told").textContent = text; };
const backend = settings.dump ? new Browser(settings.dump, words, tell) : new Endpoint(settings.endpoint, words);

const area = part("query"), form = part("ask"), result = part("result");
const asked = new URLSearchParams(location.search);
let running = null;

const first = () => {
  if (asked.get("query")) return asked.get("query").replaceAll("\r\n", "\n");
  return settings.examples[asked.get("example")] ?? area.value.replace(/^\n/, "");
};

const editor = edit(part("editor"), {
  text: first(),
  label: words.query,
  describedBy: words.keys,
  offer: completing({ prefixes: settings.prefixes, terms: settings.terms, words }),
  run: () => ask(),
  changed: (text) => { area.value = text; },
});
area.value = editor.text();
area.hidden = true;
part("query-label").removeAttribute("for");
part("query-label").addEventListener("click", () => editor.focus());
for (const id of ["editor", "keys", "share"]) part(id).hidden = false;

form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
part("stop").addEventListener("click", () => running?.abort());
part("share").addEventListener("click", share);
for (const link of document.querySelectorAll("[data-example]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    editor.replace(settings.examples[link.dataset.example]);
    part("editor").scrollIntoView({ block: "nearest" });
    editor.focus();
  });
}
if (asked.has("run")) ask();

/** The address that brings this query back; null where it would be too long for some server. */
function link(query) {
  const address = new URL(location.href);
  const kept = address.searchParams.get("lang");
  address.search = new URLSearchParams({ query, run: "1", ...(kept ? { lang: kept } : {}) }).toString();
  address.hash = "";
  return address.href.length > LONGEST_LINK ? null : address;
}

async function share() {
  const address = link(editor.text());
  if (!address) return tell(fill(words.no_link, { n: number(LONGEST_LINK) }));
  history.replaceState(null, "", address);
  try {
    await navigator.clipboard.writeText(address.href);
    return tell(words.shared);
  } catch {
    return tell(words.share_failed);
  }
}

async function ask() {
  if (!editor.text().trim()) return;
  const query = withPrefixes(editor.text(), settings.prefixes);
  if (query !== editor.text()) editor.replace(query);
  running?.abort();
  const mine = running = new AbortController();
  editor.mark(null);
  busy(true);
  tell(words.waiting);
  try {
    const answer = await backend.run(query, undefined, mine.signal);
    if (running !== mine) return;
    const address = link(query);
    if (address) history.replaceState(null, "", address);
    show(query, answer);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (running === mine) refuse(query, error);
  } finally {
    if (running === mine) { running = null; busy(false); }
  }
}

function busy(on) {
  part("stop").hidden = !on;
  part("answer").setAttribute("aria-busy", String(on));
}

const QUOTED = {
  shell: (text) => text.replaceAll("'", "'\\''"),
  python: (text) => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"'),
  r: (text) => text,
};

/** The query in the languages of other tools. */
function snippets(query) {
  for (const shown of document.querySelectorAll("[data-snippet]")) {
    const { text, quoted } = settings.snippets[shown.dataset.snippet];
    shown.textContent = text.replace("{query}", () => QUOTED[quoted](query.trim()));
  }
}

function show(query, { text, type, seconds }) {
  snippets(query);
  const took = fill(words.seconds, { n: seconds.toLocaleString(language, { maximumFractionDigits: 2 }) });
  part("answer").hidden = false;
  part("views").hidden = true;
  downloads(query, type.includes("sparql-results") ? "table" : "graph");
  if (!type.includes("sparql-results")) {
    result.replaceChildren(graph(text, words));
    return tell(`${words.graph}, ${took}`);
  }
  const answer = JSON.parse(text);
  if ("boolean" in answer) {
    result.replaceChildren(make("p", { class: "figure" }, answer.boolean ? words.yes : words.no));
    return tell(took);
  }
  const rows = answer.results.bindings.length;
  tell(`${counted(words.rows, rows)}, ${took}`);
  if (!rows) return result.replaceChildren(make("p", { class: "nothing" }, words.none));
  const options = { naming, words, number, language };
  return views(table(answer, options), chart(answer, options));
}

/** The table and, where numbers allow one, the chart, with buttons to choose. */
function views(rows, bars) {
  result.replaceChildren(rows, ...(bars ? [bars] : []));
  if (!bars) return;
  bars.hidden = true;
  const buttons = [[words.table, rows], [words.chart, bars]].map(([label, shown]) => {
    const button = make("button", { type: "button", class: "plain", "aria-pressed": String(shown === rows) }, label);
    button.addEventListener("click", () => {
      for (const [other, view] of [[buttons[0], rows], [buttons[1], bars]]) {
        view.hidden = view !== shown;
        other.setAttribute("aria-pressed", String(view === shown));
      }
    });
    return button;
  });
  part("views").replaceChildren(...buttons);
  part("views").hidden = false;
}

function downloads(query, kind) {
  const list = part("downloads").querySelector("ul");
  list.replaceChildren(...settings.formats[kind].map(([extension, type]) => {
    const button = make("button", { type: "button", class: "as-link" }, words[`format.${extension}`]);
    button.addEventListener("click", () => take(query, extension, type));
    return make("li", {}, button);
  }));
  part("downloads").hidden = false;
}

async function take(query, extension, type) {
  try {
    const { text } = await backend.run(query, type);
    save(text, type, `policygraph.${extension}`);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    refuse(query, error);
  }
}

function refuse(query, problem) {
  tell(problem.stopped ? problem.message : "");
  if (problem.stopped) return;
  part("answer").hidden = false;
  part("views").hidden = true;
  part("downloads").hidden = true;
  const later = problem.retry ? ` ${fill(words.later, { n: problem.retry })}` : "";
  result.replaceChildren(make("p", { class: "problem", role: "alert" },
    make("strong", {}, words.refused), " ", make("span", problem.foreign ? { lang: "en" } : {}, problem.message), later));
  editor.mark(placeOf(problem.message, query), problem.message);
}


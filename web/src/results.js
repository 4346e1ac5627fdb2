// An answer as elements: a table page by page, a graph as text, bars. Text is only ever set as text.

import { isNumber, noteOf, numeric, visible } from "./terms.js";

const STEP = 200, MOST_BARS = 40;

/** Makes an element: `make("a", { href }, "words", child)`. */
export function make(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

export const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

function cell(term, naming) {
  if (!term) return make("td");
  if (term.type === "uri") {
    const href = naming.href(term.value), ours = !isOutside(href);
    const called = naming.label?.(term.value);
    const words = make("bdi", { lang: called?.language || null }, visible(called?.words ?? naming.short(term.value)));
    return make("td", {}, href ? make("a", { href, class: ours ? null : "out", rel: ours ? null : "external" }, words) : words);
  }
  if (term.type === "bnode") return make("td", {}, `_:${term.value}`);
  if (term.type === "triple") return make("td", {}, JSON.stringify(term.value));
  const known = isNumber(term) || (naming.quiet !== undefined && term["xml:lang"] === naming.quiet);
  const note = known ? "" : noteOf(term, naming.short);
  return make("td", isNumber(term) ? { class: "number" } : {},
    make("bdi", { lang: term["xml:lang"] ?? null }, visible(term.value)), note ? " " : null, note ? make("span", { class: "tag" }, note) : null);
}

const isOutside = (href) => href !== null && new URL(href, document.baseURI).origin !== location.origin;

/** A table of SPARQL JSON results; more rows come with a button, so that a long answer does not stop the page. */
export function table(answer, { naming, words, number }) {
  const columns = answer.head.vars ?? [], rows = answer.results.bindings, numbers = new Set(numeric(answer));
  const body = make("tbody");
  const head = make("tr", {}, ...columns.map((name) => make("th", { scope: "col", class: numbers.has(name) ? "number" : null }, name)));
  const whole = make("div", {}, make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": words.table },
    make("table", { class: "answer" }, make("thead", {}, head), body)));
  const more = make("button", { type: "button", class: "plain" });
  const show = () => {
    const from = body.rows.length;
    for (const row of rows.slice(from, from + STEP)) body.append(make("tr", {}, ...columns.map((name) => cell(row[name], naming))));
    const left = rows.length - body.rows.length;
    more.textContent = fill(words.more, { n: number(Math.min(left, STEP)) });
    more.hidden = left <= 0;
    return body.rows[from];
  };
  more.addEventListener("click", () => {
    const first = show()?.cells[0];
    if (first) { first.tabIndex = -1; first.focus(); }
  });
  show();
  whole.append(more);
  return whole;
}

const SVG = "http://www.w3.org/2000/svg";

function bar(percent) {
  const picture = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ class: "bar", viewBox: "0 0 100 10", width: "100%", height: "12", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" })) picture.setAttribute(key, value);
  for (const [name, width] of [["bar-track", 100], ["bar-fill", percent]]) {
    const part = document.createElementNS(SVG, "rect");
    part.setAttribute("class", name);
    part.setAttribute("width", String(width));
    part.setAttribute("height", "10");
    picture.append(part);
  }
  return picture;
}

const choose = (id, label, names, chosen) => [
  make("label", { for: id }, label),
  make("select", { id }, ...names.map((name) => make("option", { value: name, selected: name === chosen }, name))),
];

/** Bars over the rows of an answer: which column they show and which one names them can be chosen. Null without numbers. */
export function chart(answer, { naming, words, number, language }) {
  const numbers = numeric(answer), columns = answer.head.vars ?? [], rows = answer.results.bindings;
  const labels = columns.filter((name) => !numbers.includes(name));
  if (!numbers.length || !labels.length || rows.length < 2) return null;
  const readable = labels.find((name) => rows.some((row) => row[name]?.type === "literal")) ?? labels[0];
  const controls = make("div", { class: "chart-controls" },
    ...choose("bar-value", words.value, numbers, numbers[0]), ...choose("bar-name", words.name, labels, readable));
  const [value, name] = controls.querySelectorAll("select");
  const holder = make("div");
  const draw = () => {
    const found = rows.filter((row) => row[value.value] && row[name.value])
      .map((row) => ({ row, term: row[name.value], amount: Number(row[value.value].value) }))
      .sort((one, other) => other.amount - one.amount);
    const shown = found.slice(0, MOST_BARS), most = Math.max(...shown.map((one) => one.amount), 0);
    const repeated = new Set(shown.map(({ term }) => term.value)).size < shown.length;
    const beside = (row) => labels.filter((label) => repeated && label !== name.value && row[label]?.type === "literal").map((label) => visible(row[label].value)).join(" · ");
    const caption = fill(words.bars, { value: value.value, name: name.value });
    const cut = shown.length < found.length ? `. ${fill(words.bars_cut, { n: number(shown.length), all: number(found.length) })}` : "";
    holder.replaceChildren(make("table", { class: "bars" }, make("caption", {}, caption + cut),
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, name.value), make("th", { scope: "col", class: "number" }, value.value), make("td"))),
      make("tbody", {}, ...shown.map(({ row, term, amount }) => make("tr", {},
        make("th", { scope: "row" }, ...cell(term, naming).childNodes, beside(row) ? " " : null, beside(row) ? make("span", { class: "meta" }, beside(row)) : null), make("td", { class: "number" }, amount.toLocaleString(language)),
        make("td", { class: "bar-cell" }, bar(most > 0 && amount > 0 ? (100 * amount) / most : 0)))))));
  };
  controls.addEventListener("change", draw);
  draw();
  return make("div", { class: "chart-part" }, controls, holder);
}

/** A graph as text. */
export const graph = (text, words) => make("pre", { class: "code", tabindex: "0", role: "region", "aria-label": words.graph }, make("code", {}, visible(text)));

/** Hands a text to the reader as a file. */
export function save(text, type, name) {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

// The list of actions in a site without a server, as table or timeline: search, facets, order and parts are worked out
// here, by an index.
// The address says what is wanted, as on the server: each state of the list has one.

const asked = new URLSearchParams(location.search);
const given = (name) => (asked.get(name) ?? "").trim();
const every = (name) => [...new Set(asked.getAll(name).map((value) => value.trim()).filter(Boolean))];
const folded = (text) => text.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "");

/** The height of a bar's place in timeline.html, and of the edge below the last. */
const LANE = 28, LANE_EDGE = 4;

const rows = new Map();
const results = document.querySelector("section.results");
const table = results.querySelector("table.actions");

/** The rows of the list on a page by the address that their first link leads to. */
function take(root, base) {
  for (const row of root.querySelectorAll("table.actions tbody tr")) {
    rows.set(new URL(row.querySelector("a").getAttribute("href"), base).pathname, row);
  }
}

const pathOf = (action) => new URL(action.href, location.href).pathname;

/** Whether an action fits what is asked, leaving out one facet. */
function fits(action, wanted, without = "") {
  return wanted.facets.every(([name, values]) => name === without || !values.length || action[name].some((value) => values.includes(value)))
    && (!(wanted.due_before || wanted.due_from) || action.due_days.some((day) => (!wanted.due_before || day < wanted.due_before) && day >= wanted.due_from))
    && (!wanted.start_before || (action.start !== "" && action.start < wanted.start_before))
    && wanted.words.every((word) => action.words.includes(word));
}

function wantedOf(index) {
  const days = Object.fromEntries(index.days.map((name) => [name, given(name)]));
  const sort = given("sort") in index.orders ? given("sort") : "number";
  return {
    ...days, sort, words: folded(given("q")).split(/\s+/).filter(Boolean), descending: given("order") === "desc",
    facets: index.facets.map((name) => [name, every(name)]), part: Math.max(1, Number.parseInt(given("page"), 10) || 1),
  };
}

const isAsked = (index) => ["q", "sort", "order", "page", ...index.facets, ...index.days].some((name) => given(name));

/** This page with some parameters changed (null takes one out), without the part of the list. */
function here(changes, keepPart = false) {
  const pairs = new URLSearchParams([...asked].filter(([name]) => !(name in changes) && (keepPart || name !== "page")));
  for (const [name, value] of Object.entries(changes)) if (value !== null) pairs.set(name, value);
  const query = pairs.toString();
  return location.pathname.replace(/^.*\//, "") + (query ? `?${query}` : "");
}

function without(name, value) {
  const kept = [...asked].filter(([key, given]) => key !== "page" && (key !== name || (value !== null && given.trim() !== value)));
  return location.pathname.replace(/^.*\//, "") + (kept.length ? `?${new URLSearchParams(kept)}` : "");
}

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
const plurals = new Intl.PluralRules(document.documentElement.lang);
const counted = (entry, n) => fill(typeof entry === "string" ? entry : entry[plurals.select(n)] ?? entry.other, { n });

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function dayIn(index, iso) {
  const day = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(day.getTime()) ? iso : new Intl.DateTimeFormat(index.locale, { dateStyle: "long", timeZone: "UTC" }).format(day);
}

/** The form as the server would have filled it: what is chosen, and how many each value would leave. */
function fillForm(index, wanted) {
  form.querySelector("[name=q]").value = given("q");
  for (const name of index.days) form.querySelector(`[name=${name}]`).value = wanted[name];
  for (const [name, value] of [["sort", wanted.sort === "number" ? "" : wanted.sort], ["order", wanted.descending ? "desc" : ""]]) {
    if (value) form.prepend(element("input", { type: "hidden", name, value }));
  }
  for (const [name, chosen] of wanted.facets) {
    const counts = new Map();
    for (const action of index.actions) {
      if (fits(action, wanted, name)) for (const value of action[name]) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    for (const box of form.querySelectorAll(`input[name="${name}"]`)) {
      const count = counts.get(box.value) ?? 0, choice = box.closest(".choice");
      box.checked = chosen.includes(box.value);
      choice.querySelector(".count").textContent = String(count);
      choice.classList.toggle("empty", !count && !box.checked);
      if (box.checked) box.closest("details").open = true;
    }
    const summary = form.querySelector(`input[name="${name}"]`)?.closest("details").querySelector("summary");
    if (chosen.length && summary) summary.append(" ", element("span", { class: "tag" }, String(chosen.length)));
  }
  if (index.days.some((name) => wanted[name])) form.querySelector(`[name=${index.days[0]}]`).closest("details").open = true;
  form.querySelector(".buttons").append(element("a", { href: location.pathname.replace(/^.*\//, "") }, index.words.clear));
}

function labelOf(name, value) {
  const box = [...document.querySelectorAll(`input[name="${name}"]`)].find((one) => one.value === value);
  return box ? box.closest(".choice").querySelector("span").cloneNode(true) : element("bdi", {}, value);
}

/** What is chosen, each with a link that takes it out. */
function chips(index, wanted) {
  const made = wanted.facets.flatMap(([name, values]) => values.map((value) => [name, labelOf(name, value), without(name, value)]));
  for (const name of index.days) if (wanted[name]) made.push([name, element("bdi", {}, dayIn(index, wanted[name])), without(name, null)]);
  if (wanted.words.length) made.push(["q", element("bdi", {}, given("q")), without("q", null)]);
  if (!made.length) return null;
  return element("ul", { class: "chosen", "aria-label": index.words.chosen }, ...made.map(([name, words, href]) => element("li", {},
    element("a", { href }, element("span", {}, `${index.words[`facet.${name}`]}: `, words), " ",
      element("span", { "aria-hidden": "true" }, "×"), element("span", { class: "unseen" }, index.words.remove)))));
}

/** Rows that stand on other parts of the list, which are files of their own. */
async function fetchMissing(index, shown) {
  const parts = new Set(shown.filter((action) => !rows.has(pathOf(action))).map((action) => Math.floor(index.actions.indexOf(action) / index.size) + 1));
  const name = location.pathname.replace(/^.*\//, "").replace(/\.html$/, "");
  await Promise.all([...parts].map(async (number) => {
    const address = new URL(number === 1 ? `${name}.html` : `${name}/page-${number}.html`, location.href);
    const other = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
    take(other, address);
    for (const link of other.querySelectorAll("table.actions a[href]")) link.setAttribute("href", new URL(link.getAttribute("href"), address).href);
  }));
}

function sortLinks(index, wanted) {
  for (const head of results.querySelectorAll("th[aria-sort]")) {
    const link = head.querySelector("a.sort");
    const name = new URLSearchParams(link.getAttribute("href").split("?")[1]).get("sort");
    const state = wanted.sort !== name ? "none" : wanted.descending ? "descending" : "ascending";
    head.setAttribute("aria-sort", state);
    link.setAttribute("href", here({ sort: name, order: state === "ascending" ? "desc" : null }));
  }
}

/** The title of the list, and what is chosen. */
function drawHead(index, wanted, found) {
  const title = document.getElementById("results");
  title.textContent = counted(index.words.found, found.length);
  if (found.length !== index.actions.length) title.append(" ", element("small", {}, counted(index.words.of, index.actions.length)));
  const chosen = chips(index, wanted);
  if (chosen) results.querySelector(".results-head").after(chosen);
}

/** The timeline without the bars of what does not fit; the others move up. */
function drawTimeline(index, found) {
  const shown = new Set(found.map(pathOf)), barred = new Set();
  const path = (link) => new URL(link.getAttribute("href"), location.href).pathname;
  for (const lanes of results.querySelectorAll("svg.lanes")) {
    const marks = [...lanes.querySelectorAll("a")], kept = marks.filter((mark) => shown.has(path(mark)));
    const height = kept.length * LANE + LANE_EDGE;
    for (const [place, mark] of marks.entries()) {
      const moved = kept.indexOf(mark);
      if (moved < 0) mark.remove(); else mark.setAttribute("transform", `translate(0 ${(moved - place) * LANE})`);
    }
    for (const mark of kept) barred.add(path(mark));
    lanes.setAttribute("height", height);
    for (const line of lanes.querySelectorAll(":scope > line")) line.setAttribute("y2", height);
    leave(lanes.closest(".lane-group"), kept.length);
  }
  for (const list of results.querySelectorAll(".timeline-phone ul")) {
    for (const item of [...list.children]) if (!shown.has(path(item.querySelector("a")))) item.remove();
    leave(list.previousElementSibling, list.childElementCount);
    if (!list.childElementCount) list.remove();
  }
  for (const sentence of results.querySelectorAll(".unbarred")) sentence.remove();
  if (!found.length) results.append(nothing(index));
  const unbarred = found.filter((action) => !barred.has(pathOf(action)));
  const outside = unbarred.filter((action) => action.due_days.length || action.start);
  for (const [words, n] of [["outside", outside.length], ["undated", unbarred.length - outside.length]]) {
    if (n) results.append(element("p", { class: "meta unbarred" }, counted(index.words[words], n)));
  }
}

/** The number in the heading of a group, which goes where nothing of it is left. */
function leave(group, n) {
  if (n) group.querySelector("small").textContent = String(n); else group.remove();
}

/** That nothing fits, and what to do about it. */
function nothing(index) {
  const all = element("a", { href: location.pathname.replace(/^.*\//, "") }, index.words.clear);
  return element("div", { class: "nothing" }, element("p", {}, index.words.none), element("p", {}, `${index.words.none_cure} `, all));
}

/** The rows of the part of the list, and the way to the other parts. */
function drawTable(index, wanted, found) {
  results.querySelector(".pager")?.remove();
  const last = Math.max(1, Math.ceil(found.length / index.size)), part = Math.min(wanted.part, last);
  const shown = found.slice((part - 1) * index.size, part * index.size);
  table.tBodies[0].replaceChildren(...shown.map((action) => document.importNode(rows.get(pathOf(action)), true)));
  if (!found.length) table.replaceWith(nothing(index));
  if (last > 1) {
    const way = (number, rel, words) => element("a", { href: here({ page: String(number) }), rel }, words);
    table.after(element("nav", { class: "pager", "aria-label": index.words.pages },
      ...(part > 1 ? [way(part - 1, "prev", `← ${index.words.previous}`)] : []),
      element("span", {}, fill(index.words.part, { number: part, last })),
      ...(part < last ? [way(part + 1, "next", `${index.words.next} →`)] : [])));
  }
}

/**
 * What is shown is cut out of two of the files, which hold every action. The others are there for all actions and for
 * those of each sector and strategy: where anything else is chosen, they are told to hold all.
 */
function downloads(index, found) {
  const [choice, ...others] = [...asked].filter(([, value]) => value.trim());
  const narrowed = choice && !others.length && index.narrowed.includes(choice[0]) && `${choice[0]}-${choice[1].trim()}`;
  if (narrowed) {
    for (const link of results.querySelectorAll(".downloads a")) {
      link.setAttribute("href", link.getAttribute("href").replace(/actions\.(\w+)$/, `actions/${narrowed}.$1`));
    }
    return;
  }
  const whole = [...results.querySelectorAll(".downloads a")].filter((link) => !index.plain.some((extension) => link.pathname.endsWith(`.${extension}`)));
  for (const extension of index.plain) {
    const link = [...results.querySelectorAll(".downloads a")].find((one) => one.pathname.endsWith(`.${extension}`));
    link?.addEventListener("click", async (event) => {
      event.preventDefault();
      const text = await (await fetch(link.href)).text();
      const cut = extension === "json" ? cutJson(text, found) : cutCsv(text, found);
      const address = URL.createObjectURL(new Blob([cut], { type: extension === "json" ? "application/json" : "text/csv;charset=utf-8" }));
      const made = element("a", { href: address, download: `actions.${extension}` });
      made.click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    });
  }
  if (whole.length && found.length !== index.actions.length) results.querySelector(".downloads").append(element("span", {}, index.words.all_only));
}

/** The actions that are shown, in their order, as the file in JSON has them. */
function cutJson(text, found) {
  const whole = JSON.parse(text), known = new Map(whole.actions.map((one) => [one.action, one]));
  return JSON.stringify({ ...whole, actions: found.map((action) => known.get(action.iri)) }, null, 1);
}

/** The same of the file in CSV, whose first column is the action; a cell may hold a line break. */
function cutCsv(text, found) {
  const [head, ...records] = text.match(/(?:"(?:[^"]|"")*"|[^"\r\n])+(?:\r\n|\n|$)/g) ?? [];
  const known = new Map(records.map((record) => [record.split(",", 1)[0].replaceAll('"', ""), record]));
  return [head, ...found.map((action) => known.get(action.iri))].join("");
}

const form = document.querySelector("form[data-auto]");
const index = await (await fetch(new URL("actions-index.json", form.action))).json();
if (isAsked(index)) {
  const wanted = wantedOf(index);
  const order = index.orders[wanted.sort];
  const places = new Map(index.actions.map((action, place) => [action, order[place]]));
  const found = index.actions.filter((action) => fits(action, wanted)).sort((one, other) => (places.get(one) - places.get(other)) * (wanted.descending ? -1 : 1));
  fillForm(index, wanted);
  drawHead(index, wanted, found);
  if (table) {
    take(document, location.href);
    sortLinks(index, wanted);
    const last = Math.max(1, Math.ceil(found.length / index.size)), part = Math.min(wanted.part, last);
    await fetchMissing(index, found.slice((part - 1) * index.size, part * index.size));
    drawTable(index, wanted, found);
  } else drawTimeline(index, found);
  for (const view of results.querySelectorAll(".results-head .views a")) view.search = location.search;
  downloads(index, found);
}
document.documentElement.dataset.narrowed = "";

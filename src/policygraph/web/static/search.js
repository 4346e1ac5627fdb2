// The search: what is proposed while somebody types, and in a site without a server the results themselves.
// The rules are those of src/policygraph/search (words.py, text_index.py); their numbers come with the index.

const root = document.documentElement;
const language = root.lang;
const form = document.querySelector("form.search[data-suggest]");
const results = document.querySelector("[data-search-results]");
const here = document.querySelector(".search-again");
const isStatic = new URL(form.dataset.suggest, location.href).pathname.endsWith("search-index.json");
const PROPOSED = 8, WAIT = 120;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Pieces of [characters, whether a word that is sought stands there]. */
const shown = (pieces) => pieces.map(([characters, mark]) => (mark ? element("mark", {}, characters) : characters));

/** The address of the page of results. */
function resultsAt(pairs) {
  const address = new URL(form.action, location.href);
  for (const [name, value] of Object.entries(pairs)) if (value) address.searchParams.set(name, value);
  const spoken = form.querySelector("input[name=lang]");
  if (spoken) address.searchParams.set("lang", spoken.value);
  return address.href;
}

// --- the index of a site without a server -----------------------------------------------------------------------

let loading = null;
const load = () => (loading ??= fetch(form.dataset.suggest).then((answer) => answer.json()).then((index) => prepared(index)));

function prepared(index) {
  const letters = new RegExp(`[${Object.keys(index.letters).join("")}]`, "g");
  const folded = (text) => text.normalize("NFKD").toLowerCase().replace(/ß/g, "ss").replace(/ς/g, "σ")
    .replace(letters, (letter) => index.letters[letter]).replace(/\p{M}/gu, "");
  const wordsOf = (text) => (folded(text).match(/[\p{L}\p{N}_]+/gu) ?? []).map((word) => word.replace(/^0+(?=\p{Nd}+$)/u, ""));
  const things = index.things.map(([href, kind, note, concept, about, texts], place) => ({
    place, href, kind: index.kinds[kind], note: index.words[language]?.[note] ?? note, concept, about, below: [],
    texts: texts.map(([value, spoken, label]) => ({ value, language: spoken, label: label > 0, identifier: label > 1 })),
  }));
  const postings = new Map();
  for (const thing of things) {
    for (const about of thing.about) things[about].below.push(thing.place);
    for (const text of thing.texts) {
      text.words = wordsOf(text.value);
      for (const word of text.words) {
        if (!postings.has(word)) postings.set(word, new Map());
        const places = postings.get(word);
        places.set(thing.place, Math.max(places.get(thing.place) ?? 0, text.label ? index.worth.label : 1));
      }
    }
  }
  return { ...index, things, postings, folded, wordsOf, words: index.words[language] ?? index.words.en };
}

function likeness(word, other, worth) {
  if (word === other) return worth.exact;
  if (word.length <= worth.short) return 0;
  if (other.startsWith(word)) return worth.begins;
  let stem = 0;
  while (stem < word.length && stem < other.length && word[stem] === other[stem]) stem += 1;
  const ending = stem < other.length ? worth.ending : worth.ending - 1;
  if (stem >= Math.max(worth.stem, word.length - ending) && other.length - stem <= ending) return worth.inflected;
  return word.length >= worth.inside && other.includes(word) ? worth.within : 0;
}

/** Everything that has all words, the best first: {thing, score, by}. */
function find(index, words) {
  if (!words.length) return [];
  const { worth, things } = index;
  const byWord = words.map((word) => {
    const worths = new Map();
    for (const [other, places] of index.postings) {
      const alike = likeness(word, other, worth);
      if (alike) for (const [place, of] of places) worths.set(place, Math.max(worths.get(place) ?? 0, alike * of));
    }
    return worths;
  });
  const hits = new Map();
  for (const place of byWord[0].keys()) {
    if (!byWord.every((worths) => worths.has(place))) continue;
    const whole = things[place].texts.some((text) => text.label && text.words.join(" ") === words.join(" "));
    const sum = byWord.reduce((total, worths) => total + worths.get(place), 0);
    hits.set(place, { thing: things[place], score: sum / words.length + (whole ? worth.whole : 0), by: null });
  }
  for (const place of [...hits.keys()]) {
    const labelled = things[place].concept ? worthOfLabel(things[place], words, worth) : 0;
    if (!labelled) continue;
    const score = worth.concept * labelled, seen = new Set([place]), waiting = [place];
    while (waiting.length) {
      for (const below of things[waiting.pop()].below) {
        if (seen.has(below)) continue;
        seen.add(below);
        const hit = hits.get(below);
        if (!hit || (hit.by && hit.score < score)) hits.set(below, { thing: things[below], score, by: things[place] });
        if (things[below].concept) waiting.push(below);
      }
    }
  }
  return [...hits.values()].sort((one, other) => other.score - one.score || one.thing.place - other.thing.place);
}

function worthOfLabel(thing, words, worth) {
  let best = 0;
  for (const text of thing.texts.filter((one) => one.label && one.words.length)) {
    const each = words.map((word) => Math.max(...text.words.map((other) => likeness(word, other, worth))));
    if (Math.min(...each) < worth.inflected) continue;
    const sum = each.reduce((total, one) => total + one, 0);
    best = Math.max(best, (sum / Math.max(text.words.length, words.length) / worth.exact) * worth.begins);
  }
  return best;
}

/** The text in the language of the page, else a translation into it, else in another that readers may know. */
function pick(index, texts) {
  const ordered = [...texts].sort((one, other) => one.language.includes("-t-") - other.language.includes("-t-"));
  for (const wanted of [language, ...index.fallback, ""]) {
    const text = ordered.find((one) => one.language.split("-")[0] === wanted && (wanted === language || !one.language.includes("-t-")));
    if (text) return text;
  }
  return ordered[0];
}

function titleOf(index, thing) {
  const labels = thing.texts.filter((text) => text.label && !text.identifier);
  const others = thing.texts.filter((text) => !text.label);
  const groups = index.named_by_text.includes(thing.kind) ? [others, labels] : [labels, others];
  return groups.map((group) => pick(index, group)).find(Boolean) ?? thing.texts[0];
}

function marked(index, text, words) {
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(/[\p{L}\p{N}_\p{M}]+/gu)) {
    const written = index.wordsOf(match[0]);
    if (!words.some((word) => written.some((other) => likeness(word, other, index.worth)))) continue;
    pieces.push([text.slice(end, match.index), false], [match[0], true]);
    end = match.index + match[0].length;
  }
  return [...pieces, [text.slice(end), false]].filter(([characters]) => characters);
}

function excerpt(index, text, words, length) {
  if (text.length <= length) return marked(index, text, words);
  const before = marked(index, text, words)[0];
  const first = before[1] ? 0 : before[0].length === text.length ? 0 : before[0].length;
  const start = text.lastIndexOf(" ", Math.max(0, Math.min(first - length / 4, text.length - length))) + 1;
  const stop = text.length - start <= length ? text.length : text.lastIndexOf(" ", start + length);
  return [...(start ? [["… ", false]] : []), ...marked(index, text.slice(start, stop), words), ...(stop < text.length ? [[" …", false]] : [])];
}

function view(index, hit, words) {
  const title = titleOf(index, hit.thing), length = index.sizes.excerpt;
  const fitness = (text) => [
    new Set(marked(index, text.value, words).filter(([, mark]) => mark).flatMap(([piece]) => index.wordsOf(piece))).size,
    text === title, text.language.split("-")[0] === language, text.label,
  ].map(Number);
  const better = (one, other) => { for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return one[at] > other[at]; return false; };
  const best = hit.thing.texts.reduce((chosen, text) => (better(fitness(text), fitness(chosen)) ? text : chosen));
  return {
    href: addressOf(hit.thing.href), kind: hit.thing.kind, note: hit.thing.note, language: title.language,
    title: excerpt(index, title.value, words, length), by: hit.by ? titleOf(index, hit.by).value : null,
    excerpt: hit.by || title.value.startsWith(best.value) ? [] : excerpt(index, best.value, words, length), excerpt_language: best.language,
  };
}

/** The index has links from the folder of a language, which is where the page of results lies. */
const addressOf = (href) => new URL(href, new URL(form.action, location.href)).href;

/** The same answer as /search.json gives. */
async function searched(query, kind = "", page = 1) {
  const index = await load();
  const words = [...new Set(index.wordsOf(query.slice(0, 200)))].slice(0, 12), hits = find(index, words);
  const counts = {}, { sizes } = index;
  for (const name of index.kinds) {
    const n = hits.filter((hit) => hit.thing.kind === name).length;
    if (n) counts[name] = n;
  }
  const chosen = kind ? [kind] : Object.keys(counts);
  const part = (name) => hits.filter((hit) => hit.thing.kind === name).slice(kind ? (page - 1) * sizes.page : 0, kind ? page * sizes.page : sizes.shown);
  return {
    counts, total: hits.length, kinds: Object.fromEntries(index.kinds.map((name) => [name, index.words[`kind.${name}`]])),
    pages: kind ? Math.max(1, Math.ceil((counts[kind] ?? 0) / sizes.page)) : 1, words: index.words,
    instead: hits.length ? [] : words.filter((word) => words.length > 1 && find(index, [word]).length),
    results: chosen.flatMap((name) => part(name).map((hit) => view(index, hit, words))),
  };
}

async function ask(query) {
  if (isStatic) return searched(query);
  const address = new URL(form.dataset.suggest, location.href);
  address.searchParams.set("q", query);
  if (!address.searchParams.has("lang")) address.searchParams.set("lang", language);
  const answer = await fetch(address);
  return answer.ok ? answer.json() : null;
}

// --- the page of results in a site without a server ---------------------------------------------------------------

const said = (tag) => (tag && tag.split("-")[0] !== language ? tag.split("-")[0] : null);
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
const counted = (entry, n) => fill(typeof entry === "string" ? entry : entry[new Intl.PluralRules(language).select(n)] ?? entry.other, { n });

async function showResults() {
  const asked = new URLSearchParams(location.search), query = (asked.get("q") ?? "").trim();
  if (!query) return;
  here.querySelector("[name=q]").value = query;
  const kind = asked.get("kind") ?? "", page = Math.max(1, Number.parseInt(asked.get("page"), 10) || 1);
  const found = await searched(query, kind, page), { words } = found;
  const link = (text, pairs, current = false) => element("a", { href: resultsAt({ q: query, ...pairs }), "aria-current": current ? "true" : null }, ...text);
  results.replaceChildren(element("h2", {}, counted(words.found ?? "{n}", found.total)));
  if (!found.total) {
    const list = element("ul", {}, ...found.instead.map((word) => element("li", {}, link([fill(words.instead, { words: word })], { q: word }))));
    for (const [key, path] of [["try_concepts", "concepts.html"], ["try_actions", "actions.html"], ["try_queries", "queries.html"]]) {
      list.append(element("li", {}, element("a", { href: addressOf(path) }, words[key])));
    }
    results.append(element("div", { class: "nothing-found" }, element("p", {}, words.nothing), list));
    return;
  }
  results.append(element("ul", { class: "chosen", "aria-label": words.kinds },
    element("li", {}, link([words.all], {}, !kind)),
    ...Object.entries(found.counts).map(([name, n]) => element("li", {}, link([found.kinds[name], " ", element("span", { class: "count" }, String(n))], { kind: name }, name === kind)))));
  for (const name of kind ? [kind] : Object.keys(found.counts)) {
    const hits = found.results.filter((hit) => hit.kind === name);
    const list = element("ol", { class: "hits" }, ...hits.map((hit) => row(hit, words)));
    const section = element("section", { "aria-labelledby": `kind-${name}` },
      element("h3", { id: `kind-${name}` }, found.kinds[name], " ", element("small", {}, String(found.counts[name] ?? 0))), list);
    if (!kind && found.counts[name] > hits.length) {
      section.append(element("p", { class: "more" }, link([`${counted(words.all_of, found.counts[name])}: ${found.kinds[name]}`], { kind: name })));
    }
    results.append(section);
  }
  const pager = element("nav", { class: "pager", "aria-label": String(page) });
  if (page > 1) pager.append(link(["←"], { kind, page: page - 1 }));
  if (page < found.pages) pager.append(link(["→"], { kind, page: page + 1 }));
  if (pager.childElementCount) results.append(pager);
}

function row(hit, words) {
  const mark = (tag) => (tag.includes("-t-") ? [element("span", { class: "mark", title: words.mark }, "°", element("span", { class: "unseen" }, ` (${words.mark})`))] : []);
  const made = element("li", {}, element("a", { href: hit.href }, element("bdi", { lang: said(hit.language) }, ...shown(hit.title))), ...mark(hit.language));
  made.append(" ", element("span", { class: "meta" }, [hit.note, hit.by && `${words.by} ${hit.by}`].filter(Boolean).join(" · ")));
  if (hit.excerpt.length) made.append(element("p", { class: "meta" }, element("bdi", { lang: said(hit.excerpt_language) }, ...shown(hit.excerpt)), ...mark(hit.excerpt_language)));
  return made;
}

// --- while somebody types -----------------------------------------------------------------------------------------

/** A list of proposals below a field, by the pattern of a combobox (WAI-ARIA Authoring Practices). */
function propose(input) {
  const list = element("ul", { id: "suggested", class: "suggested", role: "listbox", "aria-label": input.labels[0]?.textContent ?? "" });
  list.hidden = true;
  input.after(list);
  for (const [key, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) input.setAttribute(key, value);
  let timer = 0, latest = 0, at = -1;

  const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const choose = (step) => {
    const options = [...list.children];
    at = (at + step + options.length + 1) % (options.length + 1);
    for (const [place, option] of options.entries()) option.setAttribute("aria-selected", String(place === at));
    if (options[at]) { input.setAttribute("aria-activedescendant", options[at].id); options[at].scrollIntoView({ block: "nearest" }); } else input.removeAttribute("aria-activedescendant");
  };
  const option = (href, place, ...children) => {
    const made = element("li", { role: "option", id: `suggested-${place}`, "aria-selected": "false", "data-href": href }, ...children);
    made.addEventListener("mousedown", (event) => { event.preventDefault(); location.assign(href); });
    return made;
  };
  const update = async () => {
    const query = input.value.trim(), turn = (latest += 1);
    if (query.length < 2) { close(); return; }
    const answer = await ask(query).catch(() => null);
    if (turn !== latest || !answer || !answer.total) { if (turn === latest) close(); return; }
    const each = Math.max(1, Math.floor(PROPOSED / Object.keys(answer.counts).length)), seen = {};
    const proposed = answer.results.filter((hit) => (seen[hit.kind] = (seen[hit.kind] ?? 0) + 1) <= each).slice(0, PROPOSED);
    const best = proposed.map((hit, place) => option(hit.href ?? hit.address, place,
      element("span", { class: "two-lines", lang: said(hit.language) }, ...shown(hit.title)), element("span", { class: "meta" }, [answer.kinds[hit.kind], hit.note].filter(Boolean).join(" · "))));
    const kinds = Object.entries(answer.counts).map(([kind, n], place) => option(resultsAt({ q: query, kind }), PROPOSED + place, `${answer.kinds[kind]} `, element("span", { class: "tag" }, String(n))));
    for (const kind of kinds) kind.className = "of-kind";
    list.replaceChildren(...kinds, ...best);
    list.hidden = false;
    at = -1;
    input.setAttribute("aria-expanded", "true");
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(update, WAIT); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); choose(event.key === "ArrowDown" ? 1 : -1); }
    if (event.key === "Enter" && list.children[at]) { event.preventDefault(); location.assign(list.children[at].dataset.href); }
  });
}

propose(form.querySelector("[name=q]"));
if (results) showResults();

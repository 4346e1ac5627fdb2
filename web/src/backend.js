// Where queries are answered: at an endpoint over HTTP, or by an engine in a worker of this page. Both are one interface:
// `run(query, mediaType, signal)` → { text, type, seconds }, or a Problem that says in words what went wrong.

import { choosesGraphs, kindOf } from "./query.js";

/** A query without an answer: `message` in words, `retry` seconds or null, `stopped` where the reader wanted it. */
export class Problem extends Error {
  constructor(message, { retry = null, stopped = false, foreign = true } = {}) {
    super(message);
    Object.assign(this, { retry, stopped, foreign });
  }
}

const FIRST = "application/sparql-results+json, text/turtle;q=0.9";

export class Endpoint {
  constructor(address, words) { Object.assign(this, { address, words }); }

  async run(query, mediaType = FIRST, signal = undefined) {
    const began = performance.now();
    try {
      const response = await fetch(this.address, {
        method: "POST", body: new URLSearchParams({ query }), headers: { Accept: mediaType }, signal,
      });
      const text = await response.text();
      if (!response.ok) throw new Problem(sentence(response, text), { retry: Number(response.headers.get("Retry-After")) || null });
      return { text, type: plain(response.headers.get("Content-Type")), seconds: (performance.now() - began) / 1000 };
    } catch (error) {
      if (error instanceof Problem) throw error;
      if (error.name === "AbortError") throw new Problem(this.words.stopped, { stopped: true, foreign: false });
      throw new Problem(this.words.away, { foreign: false });
    }
  }
}

const plain = (type) => (type ?? "").split(";")[0].trim();

function sentence(response, text) {
  if (plain(response.headers.get("Content-Type")).endsWith("json")) {
    try { return JSON.parse(text).detail ?? text; } catch { /* it is no JSON after all: shown as it is */ }
  }
  return text.trim().slice(0, 2_000) || `${response.status} ${response.statusText}`;
}

const LONGEST = 60;

/** The engine in a worker: begun with the first query, ended and begun anew when one is stopped. */
export class Browser {
  constructor(dump, words, telling = () => {}) { Object.assign(this, { dump, words, telling, worker: null, number: 0 }); }

  async run(query, mediaType = undefined, signal = undefined) {
    const began = performance.now();
    const type = mediaType ?? (kindOf(query) === "graph" ? "text/turtle" : "application/sparql-results+json");
    const text = await this.#ask({ query, type, union: !choosesGraphs(query) }, signal);
    return { text, type, seconds: (performance.now() - began) / 1000 };
  }

  #ask(message, signal) {
    this.worker ??= new Worker(new URL("engine.js", import.meta.url), { type: "module" });
    const { worker } = this, id = ++this.number;
    return new Promise((resolve, reject) => {
      let timer = null;
      const end = (problem) => { this.#done(worker); reject(problem); };
      const settle = (then, value) => { clearTimeout(timer); worker.removeEventListener("message", hear); signal?.removeEventListener("abort", stop); then(value); };
      const stop = () => settle(end, new Problem(this.words.stopped, { stopped: true, foreign: false }));
      const late = () => settle(end, new Problem(this.words.too_long.replace("{n}", LONGEST), { foreign: false }));
      const hear = ({ data }) => {
        if (data.loading) return this.telling(this.words.loading);
        if (data.loaded) { timer = setTimeout(late, LONGEST * 1000); return this.telling(this.words.waiting); }
        if (data.id !== id) return undefined;
        if (data.failed) return settle(end, new Problem(this.words.no_engine.replace("{why}", data.failed), { foreign: false }));
        return data.problem === undefined ? settle(resolve, data.text) : settle(reject, new Problem(data.problem));
      };
      worker.onerror = (event) => settle(end, new Problem(this.words.no_engine.replace("{why}", event.message ?? ""), { foreign: false }));
      worker.addEventListener("message", hear);
      signal?.addEventListener("abort", stop);
      worker.postMessage({ ...message, id, dump: new URL(this.dump, document.baseURI).href });
    });
  }

  #done(worker) {
    worker.terminate();
    if (this.worker === worker) this.worker = null;
  }
}

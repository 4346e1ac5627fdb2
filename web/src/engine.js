// The worker: Oxigraph as WebAssembly over the whole graph of the release. It asks for two files of this site, no more.

import init, { Store } from "oxigraph/web.js";

const FORMATS = {
  "application/sparql-results+json": "json", "application/sparql-results+xml": "xml", "text/csv": "csv", "text/tab-separated-values": "tsv",
};

let store = null;

async function load(dump) {
  postMessage({ loading: true });
  const [response] = await Promise.all([fetch(dump), init({ module_or_path: new URL("engine.wasm", import.meta.url) })]);
  if (!response.ok) throw new Error(`${response.status} ${dump}`);
  const made = new Store();
  const format = dump.endsWith(".trig") ? "application/trig" : "application/n-quads";
  made.load(await response.text(), { format, lenient: true, no_transaction: true });
  return made;
}

addEventListener("message", async ({ data }) => {
  const { id, query, type, union, dump } = data;
  try {
    store ??= load(dump);
    await store;
  } catch (error) {
    store = null;
    postMessage({ id, failed: String(error.message ?? error) });
    return;
  }
  postMessage({ loaded: true });
  try {
    const text = (await store).query(query, { use_default_graph_as_union: union, results_format: FORMATS[type] ?? type });
    postMessage({ id, text });
  } catch (error) {
    postMessage({ id, problem: String(error.message ?? error) });
  }
});

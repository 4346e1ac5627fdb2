// What a page hands to its script, and the addresses of pages: those of the server, or of files beside each other.

import { naming } from "./terms.js";

/** The JSON of the element with this id. */
export const given = (id) => JSON.parse(document.getElementById(id).textContent);

/** Addresses of pages on the server: the language is kept where the address of this page named it. */
const served = (path, language, fragment) => {
  const kept = new URLSearchParams(location.search).get("lang") === language ? `?lang=${language}` : "";
  return `${path}${kept}${fragment ? `#${fragment}` : ""}`;
};

/** Addresses of pages in a static site; `root` leads from this page to the folder of its language. */
const written = (root) => (path, _, fragment) => {
  const file = path.endsWith(".html") ? path : `${path}.html`;
  return `${root}${file.slice(1)}${fragment ? `#${fragment}` : ""}`;
};

export const namingOf = ({ base, prefixes, language, root }) =>
  naming({ base, prefixes, language, page: root === undefined ? served : written(root) });

// What pages gain with JavaScript; without it everything still works.
(() => {
  const root = document.documentElement;

  const dark = () => root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;

  for (const button of document.querySelectorAll("[data-theme-switch]")) {
    const tell = () => button.setAttribute("aria-pressed", String(dark()));
    button.hidden = false;
    tell();
    button.addEventListener("click", () => {
      root.dataset.theme = dark() ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch { /* it lasts for this page only */ }
      tell();
    });
  }

  // Facets answer when they are ticked; empty fields stay out of the address. The page that comes stands where this
  // one stood, with the focus on what was ticked.
  const PLACE = "place";
  const remember = (box) => {
    const place = { path: location.pathname, top: scrollY, name: box.name, value: box.value };
    try { sessionStorage.setItem(PLACE, JSON.stringify(place)); } catch { /* the page begins at its top */ }
  };
  const recall = () => {
    let place;
    try { place = JSON.parse(sessionStorage.getItem(PLACE)); sessionStorage.removeItem(PLACE); } catch { return; }
    if (place?.path !== location.pathname) return;
    const box = [...document.querySelectorAll(`form[data-auto] input[name="${CSS.escape(place.name)}"]`)].find((one) => one.value === place.value);
    if (!box) return;
    for (let part = box.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    box.focus({ preventScroll: true });
    scrollTo({ top: place.top, behavior: "instant" });
  };
  for (const form of document.querySelectorAll("form[data-auto]")) {
    const go = () => {
      const pairs = [...new FormData(form)].filter(([, value]) => value !== "");
      const address = new URL(form.action, location.href);
      address.search = new URLSearchParams(pairs).toString();
      location.assign(address);
    };
    form.addEventListener("submit", (event) => { event.preventDefault(); go(); });
    for (const box of form.querySelectorAll("input[type=checkbox]")) box.addEventListener("change", () => { remember(box); go(); });
  }

  // Where the screen is narrow, the facets make room for what they narrow.
  if (matchMedia("(max-width: 60rem)").matches) {
    for (const part of document.querySelectorAll("[data-fold-narrow]")) part.open = false;
  }

  recall();

  // What does not scroll need not be a stop for the keyboard.
  const measure = () => {
    for (const part of document.querySelectorAll(".scroll, pre.code")) {
      part.tabIndex = part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight ? 0 : -1;
    }
  };
  measure();
  addEventListener("resize", measure);

  // IRIs, queries and citations can be copied with one press.
  if (navigator.clipboard) {
    const words = document.body.dataset;
    for (const part of document.querySelectorAll("[data-copy]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "plain copy";
      button.textContent = words.copyWords;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(part.textContent);
        button.textContent = words.copiedWords;
      });
      part.after(" ", button);
    }
  }

  // Parts that are folded are opened for paper, where nobody can unfold them.
  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("details:not([open])")) { part.open = true; part.dataset.opened = ""; }
  });
  addEventListener("afterprint", () => {
    for (const part of document.querySelectorAll("details[data-opened]")) { part.open = false; delete part.dataset.opened; }
  });
})();

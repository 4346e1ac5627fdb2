// CodeMirror in a shadow root: there it uses constructed style sheets, which a policy without inline styles allows.

import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, insertBracket, startCompletion } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

import { declaration } from "./completion.js";

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "light-dark(#8a1f6b, #f0a6dd)", fontWeight: "600" },
  { tag: tags.variableName, color: "light-dark(#0f5c3a, #8fd6ae)" },
  { tag: [tags.string, tags.annotation], color: "light-dark(#8a4b08, #f0b46a)" },
  { tag: [tags.namespace, tags.url, tags.typeName], color: "light-dark(#1d4ea3, #93b7ff)" },
  { tag: [tags.integer, tags.float, tags.bool], color: "light-dark(#6a3ea1, #c9adff)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
]);

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--paper)", fontSize: "0.92rem", height: "100%" },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", minHeight: "16rem", maxHeight: "65vh" },
  ".cm-content": { paddingBlock: "0.75rem", caretColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--wash)", color: "var(--quiet)", borderInlineEnd: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "light-dark(rgb(29 78 163 / 0.06), rgb(147 183 255 / 0.08))" },
  ".cm-cursor": { borderInlineStartColor: "var(--ink)", borderInlineStartWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "light-dark(#c5d6f3, #2a477b)" },
  ".cm-selectionMatch": { backgroundColor: "light-dark(#fdf1e0, #33250f)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--mark)", color: "var(--mark-ink)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--strong-line)", borderRadius: "4px", boxShadow: "0 4px 16px rgb(0 0 0 / 0.18)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "0.85rem", maxHeight: "16rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.2rem 0.6rem" },
  ".cm-completionDetail": { fontFamily: "var(--sans)", fontStyle: "normal", marginInlineStart: "0.8rem", opacity: "0.85" },
  ".cm-completionInfo": { padding: "0.6rem 0.8rem", maxWidth: "22rem", fontFamily: "var(--sans)", fontSize: "0.85rem" },
  ".cm-panels": { backgroundColor: "var(--wash)", color: "var(--ink)" },
  ".cm-textfield, .cm-button": { backgroundColor: "var(--paper)", backgroundImage: "none", color: "var(--ink)", border: "1px solid var(--strong-line)", borderRadius: "3px" },
  ".cm-diagnostic-error": { borderInlineStart: "4px solid light-dark(#b42318, #ff9a8f)" },
  ".cm-placeholder": { color: "var(--quiet)" },
});

/** CodeMirror's source of completions from `offer`; what is chosen brings its prefix declaration along. */
const source = (offer) => (context) => {
  const before = context.state.sliceDoc(0, context.pos);
  const found = offer(before, context.state.doc.toString(), context.explicit);
  if (!found || !found.options.length) return null;
  const options = found.options.map((one) => ({
    label: one.label, detail: one.detail || one.kind, type: one.type,
    info: one.info || (one.type === "concept" ? one.text : null),
    apply: (view, _, from, to) => {
      const closing = found.to === "iri" && view.state.sliceDoc(to, to + 1) === ">" ? 1 : 0;
      const added = one.declares ? declaration(view.state.doc.toString(), one.declares) : null;
      const changes = [{ from, to: to + closing, insert: one.text }, ...(added ? [{ from: added.at, insert: added.insert }] : [])];
      const caret = from + one.text.length + (added && added.at <= from ? added.insert.length : 0);
      view.dispatch({ changes, selection: { anchor: caret }, userEvent: "input.complete" });
      if (one.again) setTimeout(() => startCompletion(view), 0);
    },
  }));
  return { from: found.from, options, filter: false };
};

/**
 * Writes over a selection ourselves: a browser would try to carry the old style over as a style attribute, which the
 * policy of the page refuses with an error on the console.
 */
const writeOver = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    if (event.inputType !== "insertText" || !event.data || view.composing || view.state.selection.main.empty) return false;
    event.preventDefault();
    const paired = insertBracket(view.state, event.data);
    if (paired) view.dispatch(paired);
    else view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

/** Puts an editor into `holder` and gives a small handle on it. */
export function edit(holder, { text, label, describedBy, offer, run, changed }) {
  const root = holder.attachShadow({ mode: "open" });
  const state = (doc) => EditorState.create({
    doc,
    extensions: [
      Prec.highest(keymap.of([
        { key: "Mod-Enter", run: () => (run(), true) },
        { key: "Tab", run: acceptCompletion },
      ])),
      writeOver, lineNumbers(), history(), drawSelection(), indentOnInput(), indentUnit.of("  "), bracketMatching(), closeBrackets(),
      highlightActiveLine(), highlightSelectionMatches(), search({ top: true }), sparql(),
      syntaxHighlighting(colours), look, EditorView.lineWrapping,
      autocompletion({ override: [source(offer)], icons: false, maxRenderedOptions: 60 }),
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
      EditorView.contentAttributes.of({ tabindex: "0", "aria-label": `${label}. ${describedBy}`, spellcheck: "false", autocapitalize: "off" }),
      EditorView.updateListener.of((update) => { if (update.docChanged) changed(update.state.doc.toString()); }),
    ],
  });
  const view = new EditorView({ state: state(text), root, parent: root });
  return {
    text: () => view.state.doc.toString(),
    replace: (doc) => { view.setState(state(doc)); changed(doc); },
    focus: () => view.focus(),
    mark: (at, message) => {
      const line = at === null ? null : view.state.doc.lineAt(Math.min(at, view.state.doc.length));
      const found = line ? [{ from: Math.min(at, line.to), to: Math.max(Math.min(at + 1, line.to), Math.min(at, line.to)), severity: "error", message }] : [];
      view.dispatch(setDiagnostics(view.state, found));
    },
  };
}

// CodeMirror, set up for TypeScript against the package's types. Loaded when the room is on screen; Tab leaves the editor, so that
// the keyboard is not caught in it.
import {
  autocompletion,
  type CompletionContext,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, linter, lintGutter, lintKeymap } from '@codemirror/lint';
import { EditorState, StateEffect } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  hoverTooltip,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Position } from '../transpile.ts';
import { checkTypes, completionsAt, hoverAt } from './type-checker.ts';

/** A mistake found while running, to be underlined beside those of the compiler. */
export interface Mark {
  readonly at: Position;
  readonly message: string;
}

export interface CodeEditor {
  /** Replaces the text, where it is another. */
  setText(text: string): void;
  setMark(mark: Mark | null): void;
  goTo(at: Position): void;
  destroy(): void;
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], class: 'tok-keyword' },
  { tag: [tags.comment], class: 'tok-comment' },
  { tag: [tags.string, tags.number, tags.bool], class: 'tok-literal' },
  { tag: [tags.typeName, tags.className], class: 'tok-type' },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], class: 'tok-function' },
]);

/** Types that the compiler writes out for the shapes are long; a reader wants the beginning. */
const longest = 900;
const cut = (text: string): string => (text.length <= longest ? text : `${text.slice(0, longest)} …`);

/** Says that the mark is another one, so that the mistakes are collected anew. */
const markMoved = StateEffect.define<null>();

async function completions(context: CompletionContext) {
  const word = context.matchBefore(/[\p{L}_$][\p{L}\p{N}_$]*/u);
  const afterDot = context.matchBefore(/\.\s*/);
  if (!word && !afterDot && !context.explicit) return null;
  const found = await completionsAt(context.state.doc.toString(), context.pos);
  return {
    from: word?.from ?? context.pos,
    options: found.map(({ name, kind }) => ({ label: name, type: kind })),
    validFor: /^[\p{L}\p{N}_$]*$/u,
  };
}

const typeOnHover = hoverTooltip(async (view, position) => {
  const found = await hoverAt(view.state.doc.toString(), position);
  if (!found) return null;
  return {
    pos: found.from,
    end: found.to,
    above: true,
    create: () => {
      const dom = document.createElement('div');
      dom.className = 'editor-hover';
      const type = document.createElement('code');
      type.textContent = cut(found.type);
      const words = document.createElement('p');
      words.textContent = cut(found.documentation);
      dom.append(type, words);
      return { dom };
    },
  };
});

function offsetOf(state: EditorState, { line, column }: Position): number {
  const at = state.doc.line(Math.min(Math.max(1, line), state.doc.lines));
  return Math.min(at.to, at.from + column - 1);
}

export function openEditor(
  parent: HTMLElement,
  text: string,
  onChange: (text: string) => void,
  onDiagnostics: (found: readonly Diagnostic[]) => void,
): CodeEditor {
  let mark: Mark | null = null;
  let quiet = false;

  const diagnose = linter(
    async (view) => {
      const code = view.state.doc.toString();
      const types: readonly Diagnostic[] = await checkTypes(code).catch(() => []);
      if (view.state.doc.toString() === code) onDiagnostics(types);
      const found = types.map((one) => ({ ...one, message: cut(one.message) }));
      if (mark) {
        const from = offsetOf(view.state, mark.at);
        const to = view.state.wordAt(from)?.to ?? Math.min(from + 1, view.state.doc.length);
        found.push({ from, to, message: mark.message, severity: 'error' });
      }
      return found;
    },
    {
      delay: 400,
      needsRefresh: ({ transactions }) => transactions.some(({ effects }) => effects.some((e) => e.is(markMoved))),
    },
  );

  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        highlightActiveLineGutter(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        javascript({ typescript: true }),
        syntaxHighlighting(colours),
        autocompletion({ override: [completions] }),
        typeOnHover,
        diagnose,
        lintGutter(),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': 'Code', 'aria-multiline': 'true', tabindex: '0' }),
        keymap.of([
          // The page runs the code with this key.
          { key: 'Mod-Enter', run: () => true },
          ...closeBracketsKeymap,
          ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'),
          ...historyKeymap,
          ...completionKeymap,
          ...lintKeymap,
        ]),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged && !quiet) onChange(state.doc.toString());
        }),
      ],
    }),
  });

  return {
    setText(next) {
      if (view.state.doc.toString() === next) return;
      quiet = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
      quiet = false;
    },
    setMark(next) {
      if (mark?.message === next?.message && mark?.at.line === next?.at.line && mark?.at.column === next?.at.column)
        return;
      mark = next;
      view.dispatch({ effects: markMoved.of(null) });
    },
    goTo(at) {
      const anchor = offsetOf(view.state, at);
      view.dispatch({ selection: { anchor }, scrollIntoView: true });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}

/** The editor of an example. Tab leaves it, as it leaves any field; Ctrl-Enter runs. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import {
  LRLanguage,
  bracketMatching,
  continuedIndent,
  delimitedIndent,
  flatIndent,
  indentNodeProp,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { EditorState, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, drawSelection, keymap } from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';
import { parser } from '@lezer/javascript';

const typescript = LRLanguage.define({
  name: 'typescript',
  parser: parser.configure({
    dialect: 'ts',
    props: [
      indentNodeProp.add({
        IfStatement: continuedIndent({ except: /^\s*({|else\b)/ }),
        TryStatement: continuedIndent({ except: /^\s*({|catch\b|finally\b)/ }),
        SwitchBody: (context) => {
          const after = context.textAfter;
          const closed = /^\s*\}/.test(after);
          return (
            context.baseIndent + (closed ? 0 : /^\s*(case|default)\b/.test(after) ? 1 : 2) * context.unit
          );
        },
        Block: delimitedIndent({ closing: '}' }),
        'TemplateString BlockComment': () => null,
        'Statement Property': continuedIndent({ except: /^\s*{/ }),
        LabeledStatement: flatIndent,
      }),
    ],
  }),
});

const failedLine = StateEffect.define<number | undefined>();
const failed = Decoration.line({ class: 'example-failed-line' });

/** The line where an error happened, until it is changed. */
const failure = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lines, transaction) {
    let now = transaction.docChanged ? Decoration.none : lines;
    for (const effect of transaction.effects) {
      if (!effect.is(failedLine)) continue;
      const { doc } = transaction.state;
      const at = effect.value;
      now =
        at === undefined || at > doc.lines
          ? Decoration.none
          : Decoration.set(failed.range(doc.line(at).from));
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export interface Editor {
  readonly text: string;
  replace(text: string): void;
  /** Marks a line, counted from 1, or none. */
  mark(line: number | undefined): void;
  destroy(): void;
}

export interface EditorOptions {
  readonly parent: HTMLElement;
  readonly text: string;
  readonly label: string;
  readonly run: () => void;
  readonly changed: () => void;
}

export function createEditor({ parent, text, label, run, changed }: EditorOptions): Editor {
  const runKey = {
    key: 'Mod-Enter',
    run: () => {
      run();
      return true;
    },
  };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        history(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of('  '),
        bracketMatching(),
        syntaxHighlighting(classHighlighter),
        typescript,
        failure,
        keymap.of([runKey, ...defaultKeymap, ...historyKeymap]),
        // An editable element takes the focus anyway; saying so tells those who look for what can.
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed();
        }),
      ],
    }),
  });
  return {
    get text() {
      return view.state.doc.toString();
    },
    replace: (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    mark: (line) => view.dispatch({ effects: failedLine.of(line) }),
    destroy: () => view.destroy(),
  };
}

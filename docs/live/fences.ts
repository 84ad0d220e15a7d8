/**
 * Makes examples live: a ```ts block with its ```text output behind it becomes a `<LiveExample>`, with the highlighted
 * code inside of it for readers without scripts. Words behind `ts`: `static` leaves the block as it is, `node` says that it does
 * not run in a page, `picture` shows its channels, `autoplay` runs it when it comes into view.
 */
import type { MarkdownRenderer } from 'vitepress';

type Token = ReturnType<MarkdownRenderer['parse']>[number];

const wordsOf = (token: Token): string[] => token.info.trim().split(/\s+/);

/** What stands below an example that does not run in the page. */
function elsewhere(md: MarkdownRenderer, output: string | undefined): string {
  const note = '<p class="example-bar"><span>Runs in Node, Deno and Bun, not in this page</span></p>';
  if (output === undefined) return note;
  const text = md.utils.escapeHtml(output.trimEnd());
  const shown = `<pre tabindex="0" role="group" aria-label="Output" v-pre><code>${text}</code></pre>`;
  return `${note}<div class="example-output"><p class="example-label">It prints</p>${shown}</div>`;
}

export function liveFences(md: MarkdownRenderer): void {
  md.core.ruler.push('live_fences', (state) => {
    state.tokens = state.tokens.filter((token, at) => {
      const before = state.tokens[at - 1];
      if (token.type !== 'fence' || wordsOf(token)[0] !== 'text' || before?.type !== 'fence') return true;
      const [language, ...options] = wordsOf(before);
      if (language !== 'ts' || options.includes('static')) return true;
      before.meta = { output: token.content };
      return false;
    });
  });

  const fence = md.renderer.rules.fence;
  md.renderer.rules.fence = (tokens, at, options, env, self) => {
    const html = fence?.(tokens, at, options, env, self) ?? '';
    const token = tokens[at];
    const output = (token?.meta as { output?: string } | null)?.output;
    if (token === undefined) return html;
    const [language, ...words] = wordsOf(token);
    if (language === 'ts' && words.includes('node')) {
      const code = `<div class="example-static">${html}</div>`;
      return `<section class="example example-node" aria-label="Example for Node">${code}${elsewhere(md, output)}</section>\n`;
    }
    if (output === undefined) return html;
    const flags = words.join(' ');
    const code = encodeURIComponent(token.content.trimEnd());
    return `<LiveExample code="${code}" output="${encodeURIComponent(output)}" ${flags}>${html}</LiveExample>\n`;
  };
}

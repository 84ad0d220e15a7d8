/**
 * Makes examples live: a ```ts block with its ```text output behind it becomes a `<LiveExample>`, with the highlighted
 * code inside of it for readers without scripts. Words behind `ts`: `static` leaves the block as it is, `picture` shows
 * its channels, `autoplay` runs it when it comes into view.
 */
import type { MarkdownRenderer } from 'vitepress';

type Token = ReturnType<MarkdownRenderer['parse']>[number];

const wordsOf = (token: Token): string[] => token.info.trim().split(/\s+/);

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
    if (token === undefined || output === undefined) return html;
    const flags = wordsOf(token).slice(1).join(' ');
    const code = encodeURIComponent(token.content.trimEnd());
    return `<LiveExample code="${code}" output="${encodeURIComponent(output)}" ${flags}>${html}</LiveExample>\n`;
  };
}

/** How the tests start Chromium. */
import { existsSync } from 'node:fs';

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The program: `CHROMIUM` may name it. */
export const executablePath: string | undefined =
  process.env['CHROMIUM'] ?? candidates.find((path) => existsSync(path));

/** Nothing that asks for a screen, for other hosts, or for a user. */
export const args: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

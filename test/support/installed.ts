import { execFileSync } from 'node:child_process';

/** Whether a program is there; if not, says how to install it and what is left out without it. In CI that is an error. */
export function has(program: string, install: string, without: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    const message = `${program} is not installed, so ${without}: ${install}`;
    if (process.env['CI'] !== undefined) throw new Error(message);
    console.warn(message);
    return false;
  }
}

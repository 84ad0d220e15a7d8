import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with one plain line, `123 passed, 0 failed`, for programs that read the log. */
export default class PlainCount implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      const failedBefore = counts.failed;
      for (const test of module.children.allTests()) {
        counts[test.result().state]++;
        if (test.diagnostic()?.flaky === true) console.log(`passed at another try: ${test.fullName}`);
      }
      // A file that does not load, or a hook that throws, fails without a failed test.
      if (!module.ok() && counts.failed === failedBefore) counts.failed++;
    }
    const skipped = counts.skipped + counts.pending;
    console.log(
      `${counts.passed} passed, ${counts.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    );
  }
}

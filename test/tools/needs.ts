import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';

/** Programs that some suites drive, with the Debian package that brings each (test/tools/install-packages.sh). */
export type Program = 'chromium' | 'socat';

/** The full path of a program on PATH, or undefined. */
export function findProgram(program: Program): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}

/**
 * `describe` for a suite that needs a program. Without it the suite is skipped and says so; in CI, where nothing may be
 * skipped, it fails instead.
 */
export function describeWith(program: Program, name: string, suite: (path: string) => void): void {
  const path = findProgram(program);
  if (path !== undefined) {
    describe(name, () => suite(path));
  } else if (process.env['CI'] === undefined) {
    console.warn(`SKIPPED: ${name} (needs ${program}: apt-get install ${program})`);
    describe.skip(name, () => suite(program));
  } else {
    describe(name, () => {
      it(`needs ${program}`, () => {
        throw new Error(`${program} is not installed, and CI may skip nothing`);
      });
    });
  }
}

import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';
import { canMount } from './small-disk.ts';

/** Programs that some suites drive, with the Debian package that brings each (test/tools/install-packages.sh). */
export type Program = 'chromium' | 'mosquitto' | 'openssl' | 'phpunit' | 'socat' | 'systemd-analyze' | 'systemd-notify';

/** The full path of a program on PATH, or undefined. */
export function findProgram(program: Program): string | undefined {
  // Debian keeps daemons where only root looks.
  return [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}

/**
 * `describe` for a suite that needs a program. Without it the suite is skipped and says so; in CI, where nothing may be
 * skipped, it fails instead.
 */
export function describeWith(program: Program, name: string, suite: (path: string) => void): void {
  const path = findProgram(program);
  describeIf(path !== undefined, `${program}: apt-get install ${program}`, name, () => suite(path ?? program));
}

/** `describe` for a suite that fills a file system of its own, which only root may mount; else as {@link describeWith}. */
export function describeWithSmallDisk(name: string, suite: () => void): void {
  describeIf(canMount(), 'root, to mount a small file system', name, suite);
}

function describeIf(possible: boolean, needed: string, name: string, suite: () => void): void {
  if (possible) {
    describe(name, suite);
  } else if (process.env['CI'] === undefined) {
    console.warn(`SKIPPED: ${name} (needs ${needed})`);
    describe.skip(name, suite);
  } else {
    describe(name, () => {
      it(`needs ${needed}`, () => {
        throw new Error(`This suite needs ${needed}, and CI may skip nothing`);
      });
    });
  }
}

/** The folder of PostgreSQL's own programs, which Debian keeps off PATH; undefined: it is not installed. */
export function findPostgres(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((one, other) => Number(other) - Number(one)) : [];
  return versions.map((version) => join(root, version, 'bin')).find((folder) => existsSync(join(folder, 'initdb')));
}

/** As {@link describeWith}, for PostgreSQL's server. */
export function describeWithPostgres(name: string, suite: (programs: string) => void): void {
  const programs = findPostgres();
  describeIf(programs !== undefined, 'postgresql: apt-get install postgresql', name, () => suite(programs ?? ''));
}

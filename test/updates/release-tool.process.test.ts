import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { releaseContents } from '../../provisioning/release/release-contents.ts';
import { releaseKeysSchema } from '../../src/updates/release-keys.ts';
import { project, ran } from '../supervision/small-terminal.ts';

// `npm run release` on this very build, with its packages.

const tool = join(project, 'dist/provisioning/release/main.js');
const release = (...args: string[]) => ran(process.execPath, [tool, ...args]);

let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-release-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('npm run release', () => {
  it('makes keys that nobody else can read, and never writes over one', async () => {
    for (const name of ['signing.pem', 'reserve.pem', 'stranger.pem']) {
      expect((await release('make-key', at(name))).text).toMatch(/Public: [\w-]{59}/);
    }
    const before = readFileSync(at('signing.pem'), 'utf8');
    expect((await release('make-key', at('signing.pem'))).code).toBe(1);
    expect(readFileSync(at('signing.pem'), 'utf8')).toBe(before);
    expect((await release('make-keys-file', at('keys.json'), at('signing.pem'), at('reserve.pem'))).code).toBe(0);
    expect(releaseKeysSchema.safeParse(JSON.parse(readFileSync(at('keys.json'), 'utf8'))).success).toBe(true);
    const same = await release('make-keys-file', at('other.json'), at('signing.pem'), at('signing.pem'));
    expect(same).toMatchObject({ code: 1, text: expect.stringContaining('two different keys') });
  });

  it('packs what a till runs with, and signs it', async () => {
    const made = await release('--key', at('signing.pem'), '--portable', '--output', at('r.bundle'));
    expect(made).toMatchObject({
      code: 0,
      text: expect.stringMatching(/release 0\.\d+\.\d+-[0-9a-f]{12}, .* for any machines/),
    });
    const shown = await release('show', at('r.bundle'), '--keys', at('keys.json'));
    expect(shown).toMatchObject({ code: 0, text: expect.stringContaining('It is whole, and signed.') });
    await release('make-keys-file', at('foreign.json'), at('stranger.pem'), at('reserve.pem'));
    const foreign = await release('show', at('r.bundle'), '--keys', at('foreign.json'));
    expect(foreign).toMatchObject({ code: 1, text: expect.stringContaining('not signed by a key') });
  });

  it('leaves behind what no till needs', () => {
    const paths = releaseContents(project).map(({ path }) => path);
    for (const needed of [
      'dist/src/cli/main.js',
      'dist/src/updates/launch.js',
      'package.json',
      'node_modules/zod/package.json',
    ]) {
      expect(paths).toContain(needed);
    }
    expect(paths.some((path) => path.startsWith('node_modules/classic-level/prebuilds/linux-arm64/'))).toBe(true);
    const useless = /\.map$|\.ts$|^test\/|^dist\/test\/|^src\/|^node_modules\/(typescript|vitest|@biomejs)\//;
    expect(paths.filter((path) => useless.test(path))).toEqual([]);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('says how it is used', async () => {
    expect(await release()).toMatchObject({ code: 2, text: expect.stringContaining('make-key FILE') });
    const missing = await release('--key', at('nowhere.pem'), '--output', at('x.bundle'));
    expect(missing.code).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';
import { readBundle, readSignedBundle, unpack } from '../../src/updates/bundle.ts';
import { requireMachine, requireSuccessor } from '../../src/updates/compatible.ts';
import { manifestSchema } from '../../src/updates/manifest.ts';
import { keyName, readSigningKey, releaseKeysSchema } from '../../src/updates/release-keys.ts';
import { compareVersions } from '../../src/updates/version.ts';
import { facts, makeBundle, pinned, releaseKey, sourceOf } from './releases.ts';

const [first, second, stranger] = [releaseKey(), releaseKey(), releaseKey()];
const keys = pinned(first, second);

async function filesOf(bytes: Uint8Array): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  let open = '';
  await unpack(await readBundle(sourceOf(bytes)), sourceOf(bytes), {
    begin: async ({ path }) => {
      open = path;
      files[path] = '';
    },
    write: async (part) => {
      files[open] += Buffer.from(part).toString();
    },
    end: async () => undefined,
  });
  return files;
}

describe('a bundle', () => {
  const made = makeBundle('0.2.0', [first.pem]);

  it('is named, signed and unpacked as it was made', async () => {
    const bundle = await readSignedBundle(sourceOf(made.bytes), keys);
    expect(bundle).toMatchObject({ name: made.name, signedBy: keyName(first.publicKey) });
    expect(made.name).toMatch(/^0\.2\.0-[0-9a-f]{12}$/);
    expect(await filesOf(made.bytes)).toEqual({ 'package.json': '{}', 'dist/src/main.js': 'sell();', empty: '' });
  });

  it('is taken with the signature of either pinned key, or of both, and of no other', async () => {
    for (const pems of [[second.pem], [stranger.pem, second.pem], [first.pem, second.pem]]) {
      await expect(readSignedBundle(sourceOf(makeBundle('0.2.0', pems).bytes), keys)).resolves.toBeDefined();
    }
    for (const pems of [[], [stranger.pem]]) {
      const refused = readSignedBundle(sourceOf(makeBundle('0.2.0', pems).bytes), keys);
      await expect(refused).rejects.toMatchObject({ code: 'update.not-signed' });
    }
  });

  it('that was changed anywhere is refused', async () => {
    for (let at = 0; at < made.bytes.length; at += 3) {
      const changed = Uint8Array.from(made.bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x04;
      const taken = (async () => {
        await readSignedBundle(sourceOf(changed), keys);
        return filesOf(changed);
      })();
      // A bit of gzip's own header (time, system) means nothing; the files are what was signed all the same.
      const files = await taken.catch((error: { code?: string }) => error.code);
      if (typeof files === 'object') expect(files).toEqual(await filesOf(made.bytes));
      else expect(files).toMatch(/^update\.(not-a-bundle|not-signed|damaged|cut-off)$/);
    }
  });

  it('that was cut off, or goes on, is refused in plain words', async () => {
    for (const length of [0, 5, 30, 200, made.bytes.length - 1]) {
      const cut = readSignedBundle(sourceOf(made.bytes.subarray(0, length)), keys);
      await expect(cut).rejects.toMatchObject({ code: expect.stringMatching(/^update\.(not-a-bundle|cut-off)$/) });
    }
    const longer = Buffer.concat([made.bytes, Buffer.from('x')]);
    await expect(readBundle(sourceOf(longer))).rejects.toMatchObject({ code: 'update.not-a-bundle' });
  });

  it('names no file outside of itself, and none twice', () => {
    const file = made.manifest.files[0];
    for (const path of ['../x', '/etc/passwd', 'a//b', 'a/./b', 'a\\b', 'a\nb', '', '.complete', 'release.json']) {
      expect(manifestSchema.safeParse({ ...made.manifest, files: [{ ...file, path }] }).success).toBe(false);
    }
    expect(manifestSchema.safeParse({ ...made.manifest, files: [file, file] }).success).toBe(false);
  });
});

it('keys are two different ones for Ed25519', () => {
  expect(releaseKeysSchema.safeParse(keys).success).toBe(true);
  expect(releaseKeysSchema.safeParse(pinned(first, first)).success).toBe(false);
  expect(releaseKeysSchema.safeParse({ version: 1, keys: [first.publicKey, 'AAAA'] }).success).toBe(false);
  expect(() => readSigningKey('-----BEGIN NOTHING-----')).toThrow(expect.objectContaining({ code: 'update.bad-key' }));
});

it('versions are in order', () => {
  const order = ['0.1.0-alpha', '0.1.0-alpha.1', '0.1.0-beta.2', '0.1.0-beta.11', '0.1.0', '0.2.0', '0.10.0', '1.0.0'];
  for (const [index, version] of order.entries()) {
    expect(compareVersions(version, version)).toBe(0);
    for (const later of order.slice(index + 1)) {
      expect(compareVersions(version, later), `${version} < ${later}`).toBeLessThan(0);
      expect(compareVersions(later, version)).toBeGreaterThan(0);
    }
  }
});

describe('a release may follow', () => {
  const running = facts('0.2.0');

  it('another one whose journal it reads', () => {
    for (const next of [facts('0.3.0'), facts('0.3.0', 4), facts('0.1.0')]) {
      expect(() => requireSuccessor(next, running)).not.toThrow();
    }
  });

  it('but not one whose journal it can’t read, or that it does not know how to follow', () => {
    expect(() => requireSuccessor(facts('0.1.0', 2), running)).toThrow(/of format 3, and the release knows 1 to 2/);
    const skips = { ...facts('0.9.0'), minimumVersion: '0.5.0' };
    expect(() => requireSuccessor(skips, running)).toThrow(/can follow 0\.5\.0 or later; this terminal runs 0\.2\.0/);
  });

  it('only on a machine that it is made for', () => {
    const { manifest } = makeBundle('0.3.0', [], { architecture: 'arm64' });
    const pi = { node: '20.19.4', architecture: 'arm64' };
    expect(() => requireMachine(manifest, pi)).not.toThrow();
    expect(() => requireMachine(manifest, { ...pi, architecture: 'arm' })).toThrow(/is for arm64; this machine is arm/);
    expect(() => requireMachine(manifest, { ...pi, node: '18.20.0' })).toThrow(/needs Node\.js 20\.19\.0; here is 18/);
  });
});

import { createHash, generateKeyPairSync } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { MemoryDisk } from '../../src/platform/memory-disk.ts';
import { type ByteSource, beginningOf } from '../../src/updates/bundle.ts';
import {
  completeMark,
  factsFile,
  type Manifest,
  nameOf,
  type ReleaseFacts,
  type ReleaseName,
  releaseFactsSchema,
} from '../../src/updates/manifest.ts';
import { type ReleaseKeys, readSigningKey, signManifest } from '../../src/updates/release-keys.ts';
import type { Shelf, ShelfLink } from '../../src/updates/shelf.ts';

/** A key to sign releases with. */
export function releaseKey() {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { pem, publicKey: readSigningKey(pem).publicKey };
}

export const pinned = (one: { publicKey: string }, other: { publicKey: string }): ReleaseKeys => ({
  version: 1,
  keys: [one.publicKey, other.publicKey],
});

const formats = (newest: number) => ({ oldest: 1, newest });
export const facts = (version: string, store = 3): ReleaseFacts => ({
  version,
  minimumVersion: '0.1.0',
  formats: { store: formats(store), tape: formats(3), snapshot: formats(2) },
  keys: null,
});

export interface MadeBundle {
  readonly name: ReleaseName;
  readonly manifest: Manifest;
  readonly bytes: Uint8Array;
}

/** A bundle of a few files, signed by each of `pems`. */
export function makeBundle(
  version: string,
  pems: readonly string[],
  changes: Partial<Manifest> = {},
  contents: Readonly<Record<string, string>> = { 'package.json': '{}', 'dist/src/main.js': 'sell();', empty: '' },
): MadeBundle {
  const files = Object.entries(contents).map(([path, text]) => ({
    path,
    size: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
    executable: path.endsWith('main.js'),
  }));
  const manifest: Manifest = {
    ...facts(version),
    kind: 'holdfast-release',
    builtAt: '2026-11-29T08:00:00.000Z',
    node: '20.19.0',
    architecture: 'any',
    files,
    ...changes,
  };
  const manifestBytes = Buffer.from(JSON.stringify(manifest));
  const payload = gzipSync(Object.values(contents).join(''));
  const head = beginningOf({
    manifest: manifestBytes.length,
    payload: payload.length,
    signatures: pems.map((pem) => signManifest(manifestBytes, pem)),
  });
  return { name: nameOf(manifest, manifestBytes), manifest, bytes: Buffer.concat([head, manifestBytes, payload]) };
}

export const sourceOf = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: async (from, length) => bytes.subarray(from, from + length),
});

/** A shelf on a disk whose power may fail at any step: a release is files named `release:path`, a link a file with a name in it. */
export class MemoryShelf implements Shelf {
  readonly place = 'shelf';
  readonly #disk: MemoryDisk;

  constructor(disk: MemoryDisk) {
    this.#disk = disk;
  }

  get #files() {
    return this.#disk.files('shelf');
  }

  async all(): Promise<readonly ReleaseName[]> {
    const names = (await this.#files.list()).flatMap(({ name }) =>
      name.includes(':') ? [name.split(':')[0] ?? ''] : [],
    );
    return [...new Set(names)] as ReleaseName[];
  }

  async releases() {
    const found = new Map<ReleaseName, ReleaseFacts>();
    for (const { name } of await this.#files.list()) {
      const [release = '', path] = name.split(':');
      if (path !== completeMark) continue;
      const text = Buffer.from(await this.#files.read(`${release}:${factsFile}`, 0, 100_000)).toString();
      found.set(release as ReleaseName, releaseFactsSchema.parse(JSON.parse(text)));
    }
    return found;
  }

  async target(link: ShelfLink): Promise<ReleaseName | null> {
    const bytes = this.#disk.peek('shelf', link);
    return bytes === undefined ? null : (Buffer.from(bytes).toString() as ReleaseName);
  }

  async point(link: ShelfLink, release: ReleaseName): Promise<void> {
    await this.#files.replace(link, Buffer.from(release));
  }

  async add(release: ReleaseName) {
    await this.remove(release);
    const files = this.#files;
    let open: Awaited<ReturnType<typeof files.openForAppend>> | null = null;
    return {
      files: {
        begin: async ({ path }: { readonly path: string }) => {
          open = await files.openForAppend(`${release}:${path}`);
        },
        write: async (bytes: Uint8Array) => open?.append(bytes),
        end: async () => open?.sync(),
      },
      complete: async (known: ReleaseFacts) => {
        await files.replace(`${release}:${factsFile}`, Buffer.from(JSON.stringify(known)));
        await files.replace(`${release}:${completeMark}`, new Uint8Array());
      },
    };
  }

  async remove(release: ReleaseName): Promise<void> {
    await this.#files.remove(`${release}:${completeMark}`);
    for (const { name } of await this.#files.list()) {
      if (name.startsWith(`${release}:`)) await this.#files.remove(name);
    }
  }

  /** What is in a release's file. */
  read(release: ReleaseName, path: string): string | undefined {
    const bytes = this.#disk.peek('shelf', `${release}:${path}`);
    return bytes === undefined ? undefined : Buffer.from(bytes).toString();
  }
}

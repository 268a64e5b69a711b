import { createHash } from 'node:crypto';
import type { DurableFiles } from '../../src/platform/durable-files.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import type { Random } from '../../src/platform/random.ts';
import { type Bundle, nowhere, readBundle, unpack } from '../../src/updates/bundle.ts';
import { bundleFile, fileSource } from '../../src/updates/launcher.ts';
import { type ReleaseName, releaseNameSchema, sizeOf } from '../../src/updates/manifest.ts';
import { type ReleaseKeys, requireSigned } from '../../src/updates/release-keys.ts';
import { refusal } from './enrolment-desk.ts';

/** A release that terminals may be told to fetch here. */
export interface OfferedRelease {
  readonly release: ReleaseName;
  readonly version: string;
  readonly minimumVersion: string;
  readonly architecture: string;
  readonly builtAt: string;
  /** Bytes of the bundle, and of what is in it. */
  readonly bundleSize: number;
  readonly size: number;
  /** Names of the keys that have signed it, as it says. */
  readonly signedBy: readonly string[];
  /** It replaces the keys that terminals trust. */
  readonly changesKeys: boolean;
  /** Where terminals fetch it; null: nobody has said how they reach this controller (releases.publicUrl). */
  readonly url: string | null;
}

export interface ReleasesDeskOptions {
  readonly files: DurableFiles;
  /** As terminals see this controller, e.g. `https://controller.example`; empty: not known. */
  readonly publicUrl: string;
  /** What has not been signed by one of these is refused; null: that is left to the terminals. */
  readonly keys: ReleaseKeys | null;
  readonly random: Random;
}

/** Larger than any release will be. */
const largest = 500_000_000;
const pathOf = (release: ReleaseName): string => `/releases/${bundleFile(release)}`;

/**
 * Bundles of releases, kept as they came and handed out as they are: a controller signs nothing and can change nothing, because
 * terminals look at the signature themselves. Several controllers share one folder.
 */
export class ReleasesDesk {
  readonly #options: ReleasesDeskOptions;
  /** A bundle never changes under its name. */
  readonly #known = new Map<ReleaseName, Bundle>();

  constructor(options: ReleasesDeskOptions) {
    this.#options = options;
  }

  /** Newest first. */
  async list(): Promise<readonly OfferedRelease[]> {
    const found: OfferedRelease[] = [];
    for (const { name: file, size } of await this.#options.files.list()) {
      const release = releaseNameSchema.safeParse(/^(.+)\.bundle$/.exec(file)?.[1]).data;
      if (release !== undefined) found.push(this.#described(await this.#read(release), size));
    }
    return found.sort((one, other) => (one.builtAt < other.builtAt ? 1 : -1));
  }

  /** Takes a bundle in, once it is found whole. Throws `update.…`, `store.…`. */
  async add(bytes: AsyncIterable<Uint8Array>): Promise<OfferedRelease> {
    const { files, keys, random } = this.#options;
    const part = `upload-${Buffer.from(random.bytes(6)).toString('hex')}.part`;
    try {
      await writeDown(bytes, files, part);
      const source = await fileSource(files, part);
      const bundle = await readBundle(source);
      if (keys !== null) requireSigned(bundle.manifestBytes, bundle.signatures, keys);
      await unpack(bundle, source, nowhere);
      await files.rename(part, bundleFile(bundle.name));
      // The same release may come again with another signature.
      this.#known.set(bundle.name, bundle);
      return this.#described(bundle, source.size);
    } finally {
      await files.remove(part);
    }
  }

  /** Throws `fleet.no-such-release`. */
  async remove(release: string): Promise<void> {
    const name = await this.#require(release);
    await this.#options.files.remove(bundleFile(name));
    this.#known.delete(name);
  }

  /** A bundle to be handed out; null: there is none of this name. `tag` changes with its bytes. */
  async open(release: string) {
    const name = releaseNameSchema.safeParse(release).data;
    const { files } = this.#options;
    const entry = (await files.list()).find((file) => name !== undefined && file.name === bundleFile(name));
    if (name === undefined || entry === undefined) return null;
    const { signatures } = await this.#read(name);
    const hash = createHash('sha256').update(JSON.stringify(signatures)).digest('hex').slice(0, 16);
    return {
      size: entry.size,
      tag: `"${name}-${hash}"`,
      read: (from: number, length: number) => files.read(entry.name, from, length),
    };
  }

  async #require(release: string): Promise<ReleaseName> {
    const name = releaseNameSchema.safeParse(release).data;
    const there = await this.#options.files.list();
    if (name !== undefined && there.some((file) => file.name === bundleFile(name))) return name;
    throw refusal('fleet.no-such-release', `There is no release ${release} here`, 'never');
  }

  async #read(release: ReleaseName): Promise<Bundle> {
    const known =
      this.#known.get(release) ?? (await readBundle(await fileSource(this.#options.files, bundleFile(release))));
    this.#known.set(release, known);
    return known;
  }

  #described({ name, manifest, signatures }: Bundle, bundleSize: number): OfferedRelease {
    const { publicUrl } = this.#options;
    const { version, minimumVersion, architecture, builtAt, keys } = manifest;
    return {
      release: name,
      version,
      minimumVersion,
      architecture,
      builtAt,
      bundleSize,
      size: sizeOf(manifest),
      signedBy: signatures.map(({ key }) => key),
      changesKeys: keys !== null,
      url: publicUrl === '' ? null : `${publicUrl.replace(/\/+$/, '')}${pathOf(name)}`,
    };
  }
}

async function writeDown(bytes: AsyncIterable<Uint8Array>, files: DurableFiles, name: string): Promise<void> {
  const part = await files.openForAppend(name);
  try {
    let size = 0;
    for await (const chunk of bytes) {
      size += chunk.length;
      if (size > largest)
        throw new HoldfastError('update.not-a-bundle', 'The file is too large for a release', { remedy: 'operator' });
      await part.append(chunk);
    }
    await part.sync();
  } finally {
    await part.close();
  }
}

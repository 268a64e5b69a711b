import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { HoldfastError, isHoldfastError, messageOf } from '../platform/errors.ts';
import { type Manifest, manifestSchema, nameOf, type ReleaseFile, type ReleaseName } from './manifest.ts';
import { type ReleaseKeys, type ReleaseSignature, requireSigned } from './release-keys.ts';

/*
 * A release as one file:
 *
 *     HOLDFAST-RELEASE 1\n
 *     {"manifest":<bytes>,"payload":<bytes>,"signatures":[{"key":"…","signature":"…"}]}\n
 *     the manifest, JSON, byte for byte what is signed
 *     the payload, gzip of all files one after the other, in the manifest's order
 *
 * No path is read from anywhere but the signed manifest.
 */

const firstLine = 'HOLDFAST-RELEASE 1\n';
/** The two lines at the beginning are never longer. */
const longestHead = 4096;
const longestManifest = 16 * 1024 * 1024;

const headSchema = z.object({
  manifest: z.int().min(2).max(longestManifest),
  payload: z.int().min(1),
  signatures: z.array(z.object({ key: z.string().max(64), signature: z.string().max(200) })).max(8),
});

/** A file that bytes can be had of, wherever in it. */
export interface ByteSource {
  readonly size: number;
  read(from: number, length: number): Promise<Uint8Array>;
}

export interface Bundle {
  readonly name: ReleaseName;
  readonly manifest: Manifest;
  /** As signed. */
  readonly manifestBytes: Uint8Array;
  readonly signatures: readonly ReleaseSignature[];
  /** Where the payload begins, and its length. */
  readonly payload: { readonly at: number; readonly length: number };
}

/** A bundle whose signature has been verified. */
export interface SignedBundle extends Bundle {
  /** The name of the pinned key. */
  readonly signedBy: string;
}

/** Reads what a bundle says of itself; whether that is true, only its signature tells. Throws `update.not-a-bundle`, `update.cut-off`. */
export async function readBundle(source: ByteSource): Promise<Bundle> {
  const start = Buffer.from(await source.read(0, Math.min(longestHead, source.size)));
  const lineEnd = start.indexOf('\n', firstLine.length);
  if (!start.subarray(0, firstLine.length).equals(Buffer.from(firstLine)) || lineEnd < 0)
    throw notABundle('it begins otherwise');
  const head = readJson(start.subarray(firstLine.length, lineEnd), headSchema);
  const manifestAt = lineEnd + 1;
  const at = manifestAt + head.manifest;
  if (source.size < at + head.payload) throw cutOff(source.size, at + head.payload);
  if (source.size > at + head.payload) throw notABundle('something follows its end');
  const manifestBytes = Uint8Array.from(await source.read(manifestAt, head.manifest));
  const manifest = readJson(manifestBytes, manifestSchema);
  return {
    name: nameOf(manifest, manifestBytes),
    manifest,
    manifestBytes,
    signatures: head.signatures,
    payload: { at, length: head.payload },
  };
}

/** As {@link readBundle}; throws `update.not-signed` as well. */
export async function readSignedBundle(source: ByteSource, keys: ReleaseKeys): Promise<SignedBundle> {
  const bundle = await readBundle(source);
  return { ...bundle, signedBy: requireSigned(bundle.manifestBytes, bundle.signatures, keys) };
}

/** Where the files of a bundle go, one after the other. */
export interface FileSink {
  begin(file: ReleaseFile): Promise<void>;
  write(bytes: Uint8Array): Promise<void>;
  /** The file begun last is complete and is what the manifest says. */
  end(): Promise<void>;
}

/** For who only wants to know whether a bundle is whole. */
export const nowhere: FileSink = {
  begin: async () => undefined,
  write: async () => undefined,
  end: async () => undefined,
};

/** Unpacks a bundle's files, each checked against the manifest. Throws `update.damaged`, and what the sink throws. */
export async function unpack({ manifest, payload }: Bundle, source: ByteSource, sink: FileSink): Promise<void> {
  const splitter = new Splitter(manifest.files, sink);
  await splitter.begin();
  for await (const chunk of contents(payload, source)) await splitter.take(chunk);
  splitter.requireEnd();
}

/** Cuts the payload into files. */
class Splitter {
  readonly #files: readonly ReleaseFile[];
  readonly #sink: FileSink;
  #at = 0;
  /** Of the file that is open. */
  #left = 0;
  #hash = createHash('sha256');

  constructor(files: readonly ReleaseFile[], sink: FileSink) {
    this.#files = files;
    this.#sink = sink;
  }

  /** Opens the next file; an empty one ends where it begins. */
  async begin(): Promise<void> {
    for (let file = this.#files[this.#at]; file !== undefined; file = this.#files[this.#at]) {
      this.#left = file.size;
      this.#hash = createHash('sha256');
      await this.#sink.begin(file);
      if (this.#left > 0) return;
      await this.#end(file);
    }
  }

  async take(chunk: Uint8Array): Promise<void> {
    for (let rest = chunk; rest.length > 0; ) {
      const file = this.#files[this.#at];
      if (file === undefined) throw damaged('it holds more than its manifest says');
      const part = rest.subarray(0, this.#left);
      rest = rest.subarray(part.length);
      this.#left -= part.length;
      this.#hash.update(part);
      await this.#sink.write(part);
      if (this.#left > 0) continue;
      await this.#end(file);
      await this.begin();
    }
  }

  requireEnd(): void {
    const file = this.#files[this.#at];
    if (file !== undefined) throw damaged(`it ends inside ${file.path}`);
  }

  async #end({ path, sha256 }: ReleaseFile): Promise<void> {
    if (this.#hash.digest('hex') !== sha256) throw damaged(`${path} is not what was signed`);
    await this.#sink.end();
    this.#at += 1;
  }
}

const pieceSize = 256 * 1024;

async function* contents({ at, length }: Bundle['payload'], source: ByteSource): AsyncGenerator<Uint8Array> {
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for (let done = 0; done < length; done += pieceSize) {
      yield await source.read(at + done, Math.min(pieceSize, length - done));
    }
  };
  const gunzip = createGunzip();
  const packed = Readable.from(pieces());
  packed.on('error', (error) => gunzip.destroy(error));
  try {
    yield* packed.pipe(gunzip);
  } catch (error) {
    throw isHoldfastError(error) ? error : damaged(messageOf(error));
  } finally {
    packed.destroy();
  }
}

function readJson<Value>(bytes: Uint8Array, schema: z.ZodType<Value>): Value {
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    throw notABundle(error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error));
  }
}

export const beginningOf = (lengths: z.infer<typeof headSchema>): Buffer =>
  Buffer.from(`${firstLine}${JSON.stringify(lengths)}\n`);

function notABundle(why: string): HoldfastError {
  return new HoldfastError('update.not-a-bundle', `This is no release bundle: ${why}`, {
    remedy: 'operator',
    hint: 'Take the file that "npm run release" has written.',
  });
}

function cutOff(size: number, whole: number): HoldfastError {
  return new HoldfastError('update.cut-off', `The bundle is not whole: ${size} of ${whole} bytes`, {
    remedy: 'retry',
    hint: 'Copy or load it again.',
  });
}

const damaged = (why: string): HoldfastError =>
  new HoldfastError('update.damaged', `The bundle is damaged: ${why}`, {
    remedy: 'retry',
    hint: 'Copy or load it again.',
  });

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { beginningOf } from '../../src/updates/bundle.ts';
import { type Manifest, manifestSchema, nameOf, type ReleaseName } from '../../src/updates/manifest.ts';
import { signManifest } from '../../src/updates/release-keys.ts';
import type { ReleaseContent } from './release-contents.ts';

export interface PackedBundle {
  readonly name: ReleaseName;
  readonly manifest: Manifest;
  readonly bytes: Uint8Array;
}

/** Makes a bundle of `contents`, signed by each of `pems`. Throws `update.bad-key`, and a ZodError for a manifest that can't be. */
export async function packBundle(
  contents: readonly ReleaseContent[],
  about: Omit<Manifest, 'files' | 'kind'>,
  pems: readonly string[],
  /** Of gzip, 1 to 9. */
  level = 9,
): Promise<PackedBundle> {
  const files = contents.map(({ path, executable, read }) => {
    const bytes = read();
    return { path, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), executable };
  });
  const manifest = manifestSchema.parse({ ...about, kind: 'holdfast-release', files });
  const manifestBytes = Buffer.from(JSON.stringify(manifest));
  const payload = await gzip(contents, level);
  const head = beginningOf({
    manifest: manifestBytes.length,
    payload: payload.length,
    signatures: pems.map((pem) => signManifest(manifestBytes, pem)),
  });
  return { name: nameOf(manifest, manifestBytes), manifest, bytes: Buffer.concat([head, manifestBytes, payload]) };
}

async function gzip(contents: readonly ReleaseContent[], level: number): Promise<Buffer> {
  const bytes = function* (): Generator<Uint8Array> {
    for (const { read } of contents) yield read();
  };
  const chunks: Buffer[] = [];
  for await (const chunk of Readable.from(bytes()).pipe(createGzip({ level }))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

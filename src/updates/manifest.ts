import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Brand } from '../platform/brand.ts';
import { publicKeySchema } from './release-keys.ts';
import { versionSchema } from './version.ts';

/** What an installed release is called: its version and the beginning of its fingerprint, e.g. `0.2.0-1f0c9a7b2d3e`. */
export type ReleaseName = Brand<string, 'ReleaseName'>;

export const releaseNameSchema = z
  .string()
  .max(60)
  .regex(/^\d+\.\d+\.\d+[0-9A-Za-z.-]*-[0-9a-f]{12}$/, 'a release, e.g. 0.2.0-1f0c9a7b2d3e')
  .transform((text) => text as ReleaseName);

/** Formats on the disk that a release knows: it reads `oldest` to `newest` and writes `newest`. */
const formatRange = z
  .object({ oldest: z.int().min(1), newest: z.int().min(1) })
  .refine(({ oldest, newest }) => oldest <= newest, 'oldest is not above newest');

/** Of the journal's two copies (src/journal/format.ts) and of the copy of the shop (src/snapshot/layout.ts). */
export const formatsSchema = z.object({ store: formatRange, tape: formatRange, snapshot: formatRange });
export type ReleaseFormats = z.infer<typeof formatsSchema>;

/** What must be known of a release that is installed; lies in its folder. */
export const releaseFactsSchema = z.object({
  version: versionSchema,
  /** The oldest release that this one may follow. */
  minimumVersion: versionSchema,
  formats: formatsSchema,
  /** The keys that are trusted once this release has proven itself; null: those that are trusted already. */
  keys: z.tuple([publicKeySchema, publicKeySchema]).nullable(),
});
export type ReleaseFacts = z.infer<typeof releaseFactsSchema>;

const releasePath = z
  .string()
  .min(1)
  .max(300)
  .refine(isInside, 'a path inside the release, without "..", and not one of the installation’s own files');

const releaseFile = z.object({
  path: releasePath,
  size: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  executable: z.boolean(),
});
export type ReleaseFile = z.infer<typeof releaseFile>;

/** The part of a release bundle that is signed: everything else follows from it. */
export const manifestSchema = releaseFactsSchema.extend({
  kind: z.literal('holdfast-release'),
  builtAt: z.iso.datetime(),
  /** The oldest Node.js that it runs on. */
  node: versionSchema,
  /** What machine its compiled packages are for; `any`: it has none but those that every machine finds its own in. */
  architecture: z.enum(['any', 'x64', 'arm64', 'arm']),
  files: z
    .array(releaseFile)
    .min(1)
    .max(50_000)
    .refine((files) => new Set(files.map(({ path }) => path)).size === files.length, 'no file twice'),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Names a release by its manifest, byte for byte as signed. */
export function nameOf(manifest: Manifest, bytes: Uint8Array): ReleaseName {
  const fingerprint = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  return `${manifest.version}-${fingerprint}` as ReleaseName;
}

/** What is kept of a manifest once the release is installed. */
export function factsOf({ version, minimumVersion, formats, keys }: ReleaseFacts): ReleaseFacts {
  return { version, minimumVersion, formats, keys };
}

/** Bytes of all its files. */
export const sizeOf = ({ files }: Manifest): number => files.reduce((sum, { size }) => sum + size, 0);

/** Marks a release in its folder as complete; written last. */
export const completeMark = '.complete';
/** {@link ReleaseFacts} in its folder. */
export const factsFile = 'release.json';

function isInside(path: string): boolean {
  if (path === completeMark || path === factsFile || /[\\\p{Cc}]/u.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

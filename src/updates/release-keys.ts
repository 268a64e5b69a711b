import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { HoldfastError, messageOf } from '../platform/errors.ts';

/** Public half of a key that releases are signed with: Ed25519, SubjectPublicKeyInfo, DER, base64url. */
export const publicKeySchema = z
  .string()
  .max(100)
  .refine((text) => isReleaseKey(text), 'an Ed25519 public key (DER, base64url)');

/**
 * Whose signatures a terminal takes: two keys, kept apart by whoever signs, so that one that is lost or stolen can be replaced by
 * a release that the other has signed.
 */
export const releaseKeysSchema = z.strictObject({
  version: z.literal(1),
  keys: z.tuple([publicKeySchema, publicKeySchema]).refine(([one, other]) => one !== other, 'two different keys'),
});
export type ReleaseKeys = z.infer<typeof releaseKeysSchema>;

/** The file beside the releases that pins them. */
export const releaseKeysFile = 'release-keys.json';

/** What people call a key by: the beginning of the SHA-256 of its public half. */
export function keyName(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex').slice(0, 16);
}

export interface ReleaseSignature {
  /** {@link keyName} of the key. */
  readonly key: string;
  /** Base64url. */
  readonly signature: string;
}

/** Signs a manifest. `pem`: PKCS #8, as `openssl genpkey -algorithm ed25519` makes it. Throws `update.bad-key`. */
export function signManifest(manifest: Uint8Array, pem: string): ReleaseSignature {
  const { secret, publicKey } = readSigningKey(pem);
  return { key: keyName(publicKey), signature: sign(null, signedBytes(manifest), secret).toString('base64url') };
}

/** The name of the pinned key that has signed the manifest. Throws `update.not-signed`. */
export function requireSigned(
  manifest: Uint8Array,
  signatures: readonly ReleaseSignature[],
  keys: ReleaseKeys,
): string {
  const bytes = signedBytes(manifest);
  for (const publicKey of keys.keys) {
    const name = keyName(publicKey);
    const key = readPublicKey(publicKey);
    const isGood = ({ key: by, signature }: ReleaseSignature): boolean =>
      by === name && verify(null, bytes, key, Buffer.from(signature, 'base64url'));
    if (signatures.some(isGood)) return name;
  }
  const by = signatures.map(({ key }) => key).join(', ');
  throw new HoldfastError(
    'update.not-signed',
    signatures.length === 0
      ? 'The release is not signed'
      : `The release is not signed by a key that this terminal trusts, or was changed since (signed by ${by})`,
    {
      remedy: 'operator',
      hint: `Trusted here: ${keys.keys.map(keyName).join(' and ')}. docs/updates.md tells how keys are replaced.`,
    },
  );
}

/** A signing key and its public half. Throws `update.bad-key`. */
export function readSigningKey(pem: string): { readonly secret: KeyObject; readonly publicKey: string } {
  try {
    const secret = createPrivateKey(pem);
    if (secret.asymmetricKeyType !== 'ed25519') throw new Error(`it is a key for ${secret.asymmetricKeyType}`);
    const der = createPublicKey(secret).export({ type: 'spki', format: 'der' });
    return { secret, publicKey: der.toString('base64url') };
  } catch (error) {
    throw new HoldfastError('update.bad-key', `This is no key to sign releases with: ${messageOf(error)}`, {
      remedy: 'operator',
      cause: error,
      hint: 'An Ed25519 key as PEM; "npm run release -- make-key FILE" makes one.',
    });
  }
}

/** A signature under a manifest can't be taken for one under anything else. */
const signedBytes = (manifest: Uint8Array): Buffer => Buffer.concat([Buffer.from('holdfast release 1\n'), manifest]);

const readPublicKey = (text: string): KeyObject =>
  createPublicKey({ key: Buffer.from(text, 'base64url'), format: 'der', type: 'spki' });

function isReleaseKey(text: string): boolean {
  try {
    return readPublicKey(text).asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}

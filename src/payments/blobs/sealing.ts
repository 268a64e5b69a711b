import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { HoldfastError } from '../../platform/errors.ts';
import type { SealedBlob } from '../acquirer.ts';

/**
 * Seals bytes so that only the holder of the acquirer's private key can open them; this terminal can't. One fresh X25519 key a
 * blob, HKDF-SHA-256 for key and nonce, AES-256-GCM; the payment's id is authenticated with it, so that no blob passes for
 * another's.
 *
 * Layout: `HFB1`, ephemeral public key (32 bytes, raw), tag (16), ciphertext.
 */
const magic = Buffer.from('HFB1');
const keyLength = 32;
const nonceLength = 12;
const tagLength = 16;
const headLength = magic.length + keyLength + tagLength;

/** The raw key follows this in the DER of every X25519 public key (RFC 8410). */
const derPrefix = Buffer.from('302a300506032b656e032100', 'hex');

/** Throws `payments.bad-sealing-key` for anything but an X25519 public key in PEM. */
export function sealingKey(pem: string): KeyObject {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === 'x25519') return key;
  } catch (cause) {
    throw badKey(cause);
  }
  throw badKey(undefined);
}

function badKey(cause: unknown): HoldfastError {
  return new HoldfastError('payments.bad-sealing-key', 'The acquirer’s key is no X25519 public key', {
    remedy: 'operator',
    cause,
    hint: 'payments.sealingKeyFile must name a PEM file that begins with "-----BEGIN PUBLIC KEY-----".',
  });
}

export function seal(plain: Uint8Array, paymentId: string, recipient: KeyObject): SealedBlob {
  const ephemeral = generateKeyPairSync('x25519');
  const own = rawKey(ephemeral.publicKey);
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: recipient });
  const { key, nonce } = derived(shared, own, rawKey(recipient));
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(paymentId));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([magic, own, cipher.getAuthTag(), sealed]);
}

/** The acquirer's side. Throws `payments.bad-blob` for anything that was not sealed for this key and payment, or was changed. */
export function unseal(blob: SealedBlob, paymentId: string, own: KeyObject): Uint8Array {
  const bytes = Buffer.from(blob);
  try {
    if (bytes.length < headLength || !bytes.subarray(0, magic.length).equals(magic)) throw new TypeError('not sealed');
    const ephemeral = bytes.subarray(magic.length, magic.length + keyLength);
    const publicKey = createPublicKey({ key: Buffer.concat([derPrefix, ephemeral]), format: 'der', type: 'spki' });
    const shared = diffieHellman({ privateKey: own, publicKey });
    const { key, nonce } = derived(shared, ephemeral, rawKey(createPublicKey(own)));
    const decipher = createDecipheriv('aes-256-gcm', key, nonce);
    decipher.setAAD(Buffer.from(paymentId));
    decipher.setAuthTag(bytes.subarray(magic.length + keyLength, headLength));
    return Buffer.concat([decipher.update(bytes.subarray(headLength)), decipher.final()]);
  } catch (cause) {
    throw new HoldfastError('payments.bad-blob', 'This was not sealed for this key and payment, or was changed', {
      remedy: 'never',
      cause,
    });
  }
}

const rawKey = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' }).subarray(-keyLength);

/** Both are used once, because one of the two keys behind `shared` is fresh. */
function derived(
  shared: Buffer,
  ephemeral: Buffer,
  recipient: Buffer,
): { readonly key: Buffer; readonly nonce: Buffer } {
  const salt = Buffer.concat([ephemeral, recipient]);
  const bytes = Buffer.from(hkdfSync('sha256', shared, salt, 'holdfast sealed card payment', 32 + nonceLength));
  return { key: bytes.subarray(0, 32), nonce: bytes.subarray(32) };
}

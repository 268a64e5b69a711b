import { createCipheriv, createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { HoldfastError } from '../../../src/platform/errors.ts';

/**
 * How Adyen's local Terminal API protects a message on its way through the shop's network ("Protect local communications",
 * crypto version 1): AES-256-CBC over the whole JSON text and HMAC-SHA256 over that text, both from one passphrase.
 */

/** What a passphrase becomes; kept in memory only. */
export interface NexoKeys {
  readonly hmacKey: Uint8Array;
  readonly cipherKey: Uint8Array;
  /** Exclusive-ored with a message's nonce. */
  readonly initialVector: Uint8Array;
}

/** Which key a message is protected with, as configured for the terminal in Adyen's Customer Area. */
export interface NexoKeyName {
  readonly identifier: string;
  readonly version: number;
}

/** A protected message without its clear header. */
export interface SealedMessage {
  /** Base64. */
  readonly blob: string;
  readonly trailer: {
    readonly AdyenCryptoVersion: number;
    readonly KeyIdentifier: string;
    readonly KeyVersion: number;
    /** Base64 of 16 bytes. */
    readonly Nonce: string;
    /** Base64 of 32 bytes. */
    readonly Hmac: string;
  };
}

export const nonceLength = 16;
const cryptoVersion = 1;
const block = 16;

/** PBKDF2-HMAC-SHA1 with Adyen's fixed salt; takes some ten milliseconds, so it is done once per terminal. */
export function deriveNexoKeys(passphrase: string): NexoKeys {
  const bytes = pbkdf2Sync(Buffer.from(passphrase, 'latin1'), 'AdyenNexoV1Salt', 4000, 80, 'sha1');
  return { hmacKey: bytes.subarray(0, 32), cipherKey: bytes.subarray(32, 64), initialVector: bytes.subarray(64, 80) };
}

/** `nonce`: {@link nonceLength} random bytes, never used twice. */
export function sealMessage(text: string, keys: NexoKeys, name: NexoKeyName, nonce: Uint8Array): SealedMessage {
  const plain = Buffer.from(text, 'utf8');
  const cipher = createCipheriv('aes-256-cbc', keys.cipherKey, vectorFor(keys, nonce));
  const blob = Buffer.concat([cipher.update(plain), cipher.final()]);
  return {
    blob: blob.toString('base64'),
    trailer: {
      AdyenCryptoVersion: cryptoVersion,
      KeyIdentifier: name.identifier,
      KeyVersion: name.version,
      Nonce: Buffer.from(nonce).toString('base64'),
      Hmac: hmacOf(keys, plain).toString('base64'),
    },
  };
}

/**
 * The text of a protected message. Throws `adyen.not-authentic` for whatever is wrong with it: a bad length, bad padding and a
 * bad HMAC look the same and take the same way, so that nobody in the shop's network can use us as a padding oracle.
 */
export function openMessage(sealed: SealedMessage, keys: NexoKeys, name: NexoKeyName): string {
  const { trailer } = sealed;
  const nonce = Buffer.from(trailer.Nonce, 'base64');
  const hmac = Buffer.from(trailer.Hmac, 'base64');
  const blob = Buffer.from(sealed.blob, 'base64');
  if (nonce.length !== nonceLength || blob.length === 0 || blob.length % block !== 0) throw notAuthentic();
  const decipher = createDecipheriv('aes-256-cbc', keys.cipherKey, vectorFor(keys, nonce)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(blob), decipher.final()]);
  const padding = paddingOf(padded);
  const plain = padded.subarray(0, padded.length - padding.length);
  const expected = hmacOf(keys, plain);
  const given = hmac.length === expected.length ? hmac : Buffer.alloc(expected.length);
  const same = timingSafeEqual(expected, given) && hmac.length === expected.length;
  if (!same || !padding.right) throw notAuthentic();
  // Only now: a message that is not authentic must not tell which keys we know.
  const known = trailer.KeyIdentifier === name.identifier && trailer.KeyVersion === name.version;
  if (!known || trailer.AdyenCryptoVersion !== cryptoVersion) {
    throw new HoldfastError('adyen.other-key', 'The card terminal answered with another key than the configured one.', {
      remedy: 'operator',
      hint: 'Compare keyIdentifier and keyVersion with the terminal’s settings in Adyen’s Customer Area.',
    });
  }
  return plain.toString('utf8');
}

/** PKCS#7 without an early way out: every byte of the last block is looked at. Wrong padding counts as one whole block. */
function paddingOf(padded: Buffer): { readonly length: number; readonly right: boolean } {
  const last = padded[padded.length - 1] ?? 0;
  let wrong = last === 0 || last > block ? 1 : 0;
  for (let index = 1; index <= block; index += 1) {
    const byte = padded[padded.length - index] ?? 0;
    if (index <= last) wrong |= byte ^ last;
  }
  return { length: wrong === 0 ? last : block, right: wrong === 0 };
}

function vectorFor(keys: NexoKeys, nonce: Uint8Array): Uint8Array {
  return keys.initialVector.map((byte, index) => byte ^ (nonce[index] ?? 0));
}

const hmacOf = (keys: NexoKeys, plain: Uint8Array): Buffer => createHmac('sha256', keys.hmacKey).update(plain).digest();

const notAuthentic = (): HoldfastError =>
  new HoldfastError('adyen.not-authentic', 'A message of the card terminal could not be authenticated.', {
    remedy: 'operator',
    hint: 'Compare the passphrase with the terminal’s encryption settings in Adyen’s Customer Area.',
  });

import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { HoldfastError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';

/** Text for one device's eyes: X25519 with a key of its own for every text, HKDF-SHA-256, AES-256-GCM. */

/** PKCS #8 of a 32-byte private key (RFC 8410 §7), up to the key itself. */
const pkcs8 = { x25519: '302e020100300506032b656e04220420', ed25519: '302e020100300506032b657004220420' } as const;

export type KeyKind = keyof typeof pkcs8;

/** Both base64url: the private key PKCS #8 DER, the public one SubjectPublicKeyInfo DER. */
export interface KeyPair {
  readonly private: string;
  readonly public: string;
}

export function makeKeyPair(kind: KeyKind, random: Random): KeyPair {
  const der = Buffer.concat([Buffer.from(pkcs8[kind], 'hex'), random.bytes(32)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return { private: der.toString('base64url'), public: publicText(createPublicKey(key)) };
}

export const readPrivateKey = (text: string): KeyObject =>
  createPrivateKey({ key: Buffer.from(text, 'base64url'), format: 'der', type: 'pkcs8' });

export const readPublicKey = (text: string): KeyObject =>
  createPublicKey({ key: Buffer.from(text, 'base64url'), format: 'der', type: 'spki' });

const publicText = (key: KeyObject): string => key.export({ format: 'der', type: 'spki' }).toString('base64url');

/** `purpose` is what the text is for; it opens for nothing else. Throws TypeError for what is not an X25519 key. */
export function sealFor(recipient: string, text: string, purpose: string, random: Random): string {
  const once = makeKeyPair('x25519', random);
  const key = sharedKey(readPrivateKey(once.private), readPublicKey(recipient), once.public, recipient, purpose);
  const nonce = random.bytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return [
    once.public,
    ...[nonce, hidden, cipher.getAuthTag()].map((part) => Buffer.from(part).toString('base64url')),
  ].join('.');
}

/** Throws `fleet.sealed-for-another` (remedy `never`) for what does not open with this key and purpose. */
export function openSealed(own: KeyPair, sealed: string, purpose: string): string {
  try {
    const [sender = '', nonce = '', hidden = '', tag = ''] = sealed.split('.');
    const key = sharedKey(readPrivateKey(own.private), readPublicKey(sender), sender, own.public, purpose);
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), { authTagLength: 16 });
    decipher.setAuthTag(Buffer.from(tag, 'base64url'));
    return Buffer.concat([decipher.update(Buffer.from(hidden, 'base64url')), decipher.final()]).toString('utf8');
  } catch (error) {
    throw new HoldfastError('fleet.sealed-for-another', 'What was sent is sealed for another key', {
      remedy: 'never',
      cause: error,
      hint: 'Enrol the terminal again.',
    });
  }
}

function sharedKey(own: KeyObject, other: KeyObject, sender: string, recipient: string, purpose: string): Uint8Array {
  const secret = diffieHellman({ privateKey: own, publicKey: other });
  return new Uint8Array(hkdfSync('sha256', secret, `${sender}.${recipient}`, `holdfast sealed 1: ${purpose}`, 32));
}

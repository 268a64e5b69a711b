import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import type { JsonValue } from '../../src/platform/brand.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import type { Random } from '../../src/platform/random.ts';

/** Keeps the secrets of settings (a shop's token) so that the store alone does not give them away. */
export class Vault {
  readonly #key: Uint8Array;
  readonly #random: Random;

  /** `key`: 32 bytes, the same for all controllers on one store. */
  constructor(key: Uint8Array, random: Random) {
    if (key.length !== 32) throw new RangeError('A vault’s key has 32 bytes');
    this.#key = key;
    this.#random = random;
  }

  lock(value: JsonValue): string {
    const nonce = this.#random.bytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    const hidden = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
    return [nonce, hidden, cipher.getAuthTag()].map((part) => Buffer.from(part).toString('base64url')).join('.');
  }

  /** Throws `controller.wrong-vault-key` (operator). */
  unlock(locked: string): JsonValue {
    try {
      const [nonce = '', hidden = '', tag = ''] = locked.split('.').map((part) => Buffer.from(part, 'base64url'));
      const decipher = createDecipheriv('aes-256-gcm', this.#key, Buffer.from(nonce), { authTagLength: 16 });
      decipher.setAuthTag(Buffer.from(tag));
      return JSON.parse(Buffer.concat([decipher.update(Buffer.from(hidden)), decipher.final()]).toString('utf8'));
    } catch (error) {
      throw new HoldfastError(
        'controller.wrong-vault-key',
        'A stored secret does not open with this controller’s key',
        {
          remedy: 'operator',
          cause: error,
          hint: 'Give every controller on this store the same key file (vaultKeyFile), or set the secret again.',
        },
      );
    }
  }

  /** Tells equal secrets from different ones, and nothing else about them. */
  digest(values: Readonly<Record<string, JsonValue>>): string {
    const sorted = Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1));
    return createHmac('sha256', this.#key).update(JSON.stringify(sorted)).digest('base64url');
  }
}

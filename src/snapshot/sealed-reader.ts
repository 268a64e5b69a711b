import type { JsonValue } from '../platform/brand.ts';
import { codeOf, isHoldfastError, messageOf } from '../platform/errors.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import { damaged, unseal, unsealJson } from './envelope.ts';

/**
 * Reads values of the snapshot's store, each checked. Everything wrong with one is thrown as `snapshot.damaged`; that the store
 * is closed just now says nothing about it, and is thrown as it is.
 */
export class SealedReader {
  readonly #store: Pick<KeyValueStore, 'get'>;

  constructor(store: Pick<KeyValueStore, 'get'>) {
    this.#store = store;
  }

  json(key: string): JsonValue | undefined {
    return this.#checked(key, unsealJson);
  }

  /** For what another record says must be there. */
  presentJson(key: string): JsonValue {
    const value = this.json(key);
    if (value === undefined) throw damaged(key, 'is missing');
    return value;
  }

  bytes(key: string): Uint8Array | undefined {
    return this.#checked(key, unseal);
  }

  #checked<Value>(key: string, open: (key: string, sealed: Uint8Array) => Value): Value | undefined {
    try {
      const sealed = this.#store.get(key);
      return sealed === undefined ? undefined : open(key, sealed);
    } catch (error) {
      if (isHoldfastError(error, 'snapshot.damaged') || isClosed(error)) throw error;
      throw damaged(key, `can't be read: ${messageOf(error)}`);
    }
  }
}

/** Whether a store was asked while it was closed, for good or for being reopened. */
export function isClosed(error: unknown): boolean {
  const notOpen = 'LEVEL_DATABASE_NOT_OPEN';
  if (codeOf(error) === notOpen) return true;
  return isHoldfastError(error, 'store.failed') && (error.cause === undefined || codeOf(error.cause) === notOpen);
}

import type { KeyObject } from 'node:crypto';
import type { DurableFiles } from '../../platform/durable-files.ts';
import { HoldfastError } from '../../platform/errors.ts';
import type { SealedBlob } from '../acquirer.ts';
import { seal } from './sealing.ts';

/** Far more than a reader hands out. */
const longestBlob = 64 * 1024;
const suffix = '.sealed';

/**
 * What readers gave out for the acquirer, one file a payment, sealed before it touches the disk. A file goes once the acquirer
 * has acknowledged the payment, and not before.
 */
export class BlobStore {
  readonly #files: DurableFiles;
  readonly #recipient: KeyObject | null;

  /** `recipient`: the acquirer's public key; null: none is configured, and nothing can be kept. */
  constructor(files: DurableFiles, recipient: KeyObject | null) {
    this.#files = files;
    this.#recipient = recipient;
  }

  /** Whether a reader's blob can be kept at all. */
  get ready(): boolean {
    return this.#recipient !== null;
  }

  /**
   * Durable when it resolves. Kept again under the same payment, the later one counts. Throws `payments.no-sealing-key`,
   * `payments.blob-too-large` and what the disk throws.
   */
  async keep(paymentId: string, bytes: Uint8Array): Promise<void> {
    if (this.#recipient === null) {
      throw new HoldfastError('payments.no-sealing-key', 'No key is configured to seal card data with', {
        remedy: 'operator',
        hint: 'Set payments.sealingKeyFile to the acquirer’s public key.',
      });
    }
    if (bytes.length > longestBlob) {
      throw new HoldfastError('payments.blob-too-large', `A reader gave out ${bytes.length} bytes`, {
        remedy: 'never',
      });
    }
    await this.#files.replace(nameOf(paymentId), seal(bytes, paymentId, this.#recipient));
  }

  /** null: there is none for this payment. */
  async read(paymentId: string): Promise<SealedBlob | null> {
    const name = nameOf(paymentId);
    const entry = (await this.#files.list()).find((file) => file.name === name);
    return entry === undefined ? null : this.#files.read(name, 0, entry.size);
  }

  async remove(paymentId: string): Promise<void> {
    const name = nameOf(paymentId);
    if ((await this.#files.list()).some((file) => file.name === name)) await this.#files.remove(name);
  }

  /** The payments that something is kept for. */
  async list(): Promise<readonly string[]> {
    const names = (await this.#files.list()).map(({ name }) => name).filter((name) => name.endsWith(suffix));
    return names.map((name) => name.slice(0, -suffix.length));
  }
}

function nameOf(paymentId: string): string {
  if (!/^[0-9a-f-]{36}$/.test(paymentId)) {
    throw new HoldfastError('payments.bad-id', 'Not the id of a payment', { remedy: 'never' });
  }
  return `${paymentId}${suffix}`;
}

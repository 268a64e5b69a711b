import type { StorageUsage } from '../../src/health/quota.ts';
import type { StorageMedium } from '../../src/health/storage-medium.ts';
import { HoldfastError } from '../../src/platform/errors.ts';

/** A medium of so many bytes, of which others and Holdfast take some. */
export class MemoryMedium implements StorageMedium {
  others = 0;
  tapeFree: number | null = null;
  /** The system does not say how much is free. */
  mute = false;
  /** Makes the reserve as slow as a test wants it. */
  beforeRestore: () => Promise<void> = async () => {};
  readonly used = { snapshot: 0, journal: 0, tape: 0, logs: 0 };
  readonly reserve;
  readonly #size: number;

  constructor(size: number, reserve: number) {
    this.#size = size;
    const medium = this;
    let held = 0;
    this.reserve = {
      get bytes() {
        return held;
      },
      async release() {
        held = 0;
      },
      async restore() {
        await medium.beforeRestore();
        const fits = medium.free().free + held >= reserve;
        held = fits ? reserve : 0;
        if (!fits) throw new HoldfastError('store.disk-full', 'no space', { remedy: 'retry' });
      },
    };
  }

  free() {
    if (this.mute) throw new HoldfastError('store.failed', 'no answer', { remedy: 'retry' });
    const taken = Object.values(this.used).reduce((sum, bytes) => sum + bytes, this.others + this.reserve.bytes);
    return { free: Math.max(0, this.#size - taken), tapeFree: this.tapeFree };
  }

  async usage(): Promise<StorageUsage> {
    return { ...this.used };
  }
}

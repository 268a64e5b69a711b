import type { StorageMedium } from '../../src/health/storage-medium.ts';

/** A medium with room for everything; that it refuses a write all the same is what {@link Trouble} sees to. */
export function roomyMedium(reserve: number): StorageMedium {
  let bytes = reserve;
  return {
    free: () => ({ free: 1e12, tapeFree: null }),
    usage: async () => ({ snapshot: 0, journal: 0, tape: 0, logs: 0 }),
    reserve: {
      get bytes() {
        return bytes;
      },
      release: async () => {
        bytes = 0;
      },
      restore: async () => {
        bytes = reserve;
      },
    },
  };
}

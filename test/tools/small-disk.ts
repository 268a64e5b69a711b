import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '../../src/platform/errors.ts';

/** A file system of its own (tmpfs) that is small enough to be filled. Mounting needs root. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all that is free, to the last byte. */
  fill(): void;
  /** Gives back what {@link fill} took. */
  clear(): void;
  free(): number;
  unmount(): void;
}

export function mountSmallDisk(bytes: number, at?: string): SmallDisk {
  const folder = at ?? mkdtempSync(join(tmpdir(), 'holdfast-disk-'));
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'holdfast-test', folder], { stdio: 'pipe' });
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  const filler = join(folder, 'filler');
  return {
    folder,
    fill() {
      const file = openSync(filler, 'a');
      try {
        // The last bytes go one by one: a portion that does not fit whole may be refused whole.
        for (let portion = 1024 * 1024; portion >= 1; portion = Math.floor(portion / 2)) writeUntilFull(file, portion);
      } finally {
        closeSync(file);
      }
    },
    clear: () => rmSync(filler, { force: true }),
    free() {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    },
    unmount() {
      execFileSync('umount', [folder], { stdio: 'pipe' });
      rmSync(folder, { recursive: true });
    },
  };
}

function writeUntilFull(file: number, portion: number): void {
  const bytes = Buffer.alloc(portion, 1);
  try {
    while (writeSync(file, bytes) === portion);
  } catch (error) {
    if (codeOf(error) !== 'ENOSPC') throw error;
  }
}

/** Whether this process may mount. */
export function canMount(): boolean {
  try {
    mountSmallDisk(1024 * 1024).unmount();
    return true;
  } catch {
    return false;
  }
}

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { BootId, Clock, Duration, Instant, Monotonic, Timer } from './clock.ts';

/** The machine's own clock. `trusted` is true when systemd-timesyncd (or chrony through it) has set the time in this boot. */
export class SystemClock implements Clock {
  readonly bootId: BootId = readBootId();
  readonly zone: string;

  constructor(zone: string = Intl.DateTimeFormat().resolvedOptions().timeZone) {
    this.zone = zone;
  }

  now(): Instant {
    return Date.now() as Instant;
  }

  monotonic(): Monotonic {
    return performance.now() as Monotonic;
  }

  trusted(): boolean {
    return exists('/run/systemd/timesync/synchronized') || exists('/run/chrony/synchronized');
  }

  sleep(duration: Duration, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(handle);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const handle = setTimeout(done, duration);
      signal?.addEventListener('abort', done, { once: true });
    });
  }

  schedule(duration: Duration, task: () => void): Timer {
    const handle = setTimeout(task, duration);
    return { cancel: () => clearTimeout(handle) };
  }
}

function readBootId(): BootId {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() as BootId;
  } catch {
    return randomUUID() as BootId;
  }
}

function exists(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

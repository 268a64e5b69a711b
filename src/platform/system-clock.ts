import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { BootId, Clock, Duration, Instant, Monotonic, Timer } from './clock.ts';
import { codeOf } from './errors.ts';
import { TimeTrust } from './time-trust.ts';

/** CLOCK_MONOTONIC when `performance` began to count it: whole numbers of a size that JavaScript boxes take five times as long. */
const startedAt = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** The machine's own clock. */
export class SystemClock implements Clock {
  readonly bootId: BootId = readBootId();
  readonly zone: string;
  readonly #trust = new TimeTrust({
    // systemd-timesyncd(8): made when the clock was set, systemd 239 and later.
    timesyncdHasSetIt: () => existsSync('/run/systemd/timesync/synchronized'),
    kernelBelievesIt: askKernel,
    monotonic: () => this.monotonic(),
  });

  constructor(zone: string = Intl.DateTimeFormat().resolvedOptions().timeZone) {
    this.zone = zone;
  }

  now(): Instant {
    return Date.now() as Instant;
  }

  /** CLOCK_MONOTONIC: the same for every process of a boot, so that what an earlier process wrote can be compared. */
  monotonic(): Monotonic {
    return (startedAt + performance.now()) as Monotonic;
  }

  trusted(): boolean {
    return this.#trust.trusted();
  }

  sleep(duration: Duration, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    // A timer takes a millisecond at least: an eighth of the time of work that rests every eight.
    if (duration <= 0) return new Promise((resolve) => setImmediate(resolve));
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

/** The kernel's synchronised flag (adjtimex), which chrony and ntpd keep too; systemd reads it for whoever asks. */
function askKernel(): Promise<boolean | undefined> {
  return new Promise((resolve) => {
    const asking = execFile(
      'timedatectl',
      ['show', '--property=NTPSynchronized', '--value'],
      { timeout: 5_000 },
      (error, answer) => {
        if (error === null) resolve(answer.trim() === 'yes');
        else resolve(codeOf(error) === 'ENOENT' ? undefined : false);
      },
    );
    // Nobody waits for it when the process ends.
    asking.unref();
  });
}

import type { Brand } from './brand.ts';

/** Wall time: milliseconds since 1970-01-01T00:00:00Z. May jump; never used for order or intervals. */
export type Instant = Brand<number, 'Instant'>;
/** Milliseconds since an arbitrary moment of this boot; never goes back. For intervals only. */
export type Monotonic = Brand<number, 'Monotonic'>;
/** Milliseconds. */
export type Duration = Brand<number, 'Duration'>;
/** Changes with every boot of the machine (Linux: /proc/sys/kernel/random/boot_id). */
export type BootId = Brand<string, 'BootId'>;

export const milliseconds = (n: number): Duration => n as Duration;
export const seconds = (n: number): Duration => (n * 1000) as Duration;
export const minutes = (n: number): Duration => (n * 60_000) as Duration;
export const hours = (n: number): Duration => (n * 3_600_000) as Duration;

/** An {@link Instant} from epoch milliseconds or an ISO 8601 text; throws RangeError on anything else. */
export function instant(value: number | string): Instant {
  const at = typeof value === 'number' ? value : Date.parse(value);
  if (!Number.isFinite(at)) throw new RangeError(`Not a moment in time: ${value}`);
  return at as Instant;
}

/** Time as the terminal sees it. The only source of it outside this folder's system implementation. */
export interface Clock {
  now(): Instant;
  monotonic(): Monotonic;
  readonly bootId: BootId;
  /** IANA name of the terminal's time zone, e.g. `Europe/Berlin`. */
  readonly zone: string;
  /** Whether wall time was set by a trusted source (NTP) since boot. */
  trusted(): boolean;
  /** Resolves after `duration`, or at once when `signal` aborts (it never rejects). */
  sleep(duration: Duration, signal?: AbortSignal): Promise<void>;
  /** Runs `task` once after `duration`. */
  schedule(duration: Duration, task: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

/** When something happened, as every durable record says it (DESIGN "Numbers and time"). */
export interface Stamp {
  readonly at: Instant;
  readonly zone: string;
  readonly monotonic: Monotonic;
  readonly bootId: BootId;
  readonly trusted: boolean;
}

export function stamp(clock: Clock): Stamp {
  return {
    at: clock.now(),
    zone: clock.zone,
    monotonic: clock.monotonic(),
    bootId: clock.bootId,
    trusted: clock.trusted(),
  };
}

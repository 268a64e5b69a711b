import { pino } from 'pino';
import type { Logger } from './log.ts';

/** Bytes of lines that wait for a destination that takes none. */
const mostKept = 256 * 1024;

/**
 * Structured log lines on standard output, for journald. Fields whose names say that they hold a secret are censored in case
 * one ever slips in; card data never reaches a log call in the first place.
 */
export function pinoLogger(options: {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly terminal: string;
  /** A file descriptor or path; default: standard output. */
  readonly to?: number | string;
}): Logger {
  const destination = pino.destination({ dest: options.to ?? 1, sync: true, maxLength: mostKept });
  // A log that can't be written (a full disk, a reader that is gone) must never end a sale: its lines wait or are dropped.
  destination.on('error', () => {});
  const settings = {
    level: options.level,
    base: { terminal: options.terminal },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: ['token', 'password', 'authorization', '*.token', '*.password', '*.authorization'],
      censor: '(secret)',
    },
  };
  return pino(settings, destination);
}

import { pino } from 'pino';
import type { Logger } from './log.ts';

/**
 * Structured log lines on standard output, for journald. Fields whose names say that they hold a secret are censored in case
 * one ever slips in; card data never reaches a log call in the first place.
 */
export function pinoLogger(options: {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly terminal: string;
}): Logger {
  return pino({
    level: options.level,
    base: { terminal: options.terminal },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: ['token', 'password', 'authorization', '*.token', '*.password', '*.authorization'],
      censor: '(secret)',
    },
  });
}

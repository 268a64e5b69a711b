import { isHoldfastError } from '../platform/errors.ts';

/** What `holdfast` exits with (sysexits.h where it has a name for it). Documented in docs/cli.md. */
export const exitCode = {
  done: 0,
  /** It did not work; the message says why. */
  failed: 1,
  /** The command line was wrong. */
  usage: 2,
  /** `checklist`, `ready`, `fleet reconcile`: something needs attention, nothing fails. */
  attention: 3,
  /** A journal or an export is damaged (EX_DATAERR). */
  damaged: 65,
  /** No terminal is running here (EX_UNAVAILABLE). */
  notRunning: 69,
  /** The data directory can't be used: full, read-only, of another terminal or a newer release (EX_CANTCREAT). */
  dataDirectory: 73,
  /** The configuration is wrong (EX_CONFIG). */
  configuration: 78,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

const dataDirectoryCodes = new Set([
  'terminal.already-running',
  'terminal.data-dir',
  'journal.disk-full',
  'journal.read-only',
  'journal.failed',
  'journal.exists',
  'journal.missing',
  'journal.newer-version',
  'journal.not-provisioned',
  'journal.other-terminal',
]);

const damageCodes = new Set(['journal.bad-export', 'journal.not-whole', 'journal.nothing-found']);

export function exitCodeOf(error: unknown): ExitCode {
  if (!isHoldfastError(error)) return exitCode.failed;
  if (error.code.startsWith('config.')) return exitCode.configuration;
  if (error.code === 'control.not-running') return exitCode.notRunning;
  if (error.code === 'control.bad-request') return exitCode.usage;
  if (error.code === 'checklist.attention' || error.code === 'reconcile.incomplete') return exitCode.attention;
  if (damageCodes.has(error.code)) return exitCode.damaged;
  return dataDirectoryCodes.has(error.code) ? exitCode.dataDirectory : exitCode.failed;
}

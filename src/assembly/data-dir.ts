import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TerminalConfig } from '../config/schema.ts';
import type { MagentoAuth } from '../magento/client/token.ts';
import type { Clock } from '../platform/clock.ts';
import { codeOf, HoldfastError, messageOf } from '../platform/errors.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import { openLevelStore } from '../platform/level-store.ts';
import type { Logger } from '../platform/log.ts';

/**
 * Makes the terminal's folder (mode 0700) where it is missing, and proves that it can be written. Throws
 * `terminal.data-dir` (operator).
 */
export function prepareDataDir(dataDir: string): void {
  const probe = join(dataDir, '.writable');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(probe, 'x');
    rmSync(probe);
  } catch (error) {
    throw new HoldfastError('terminal.data-dir', `The data directory can't be used: ${messageOf(error)}`, {
      remedy: 'operator',
      cause: error,
      hint: dataDirHint(codeOf(error)),
    });
  }
}

function dataDirHint(code: string | undefined): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'The disk is full: free some space. Nothing that was sold is lost.';
    case 'EROFS':
      return 'The medium is mounted read-only, as Linux does after a fault: check it, then remount or replace it.';
    default:
      return 'dataDir must be a folder that the user Holdfast runs as may write.';
  }
}

/**
 * Opens the snapshot's store. It is only a copy of the shop: one that can't be opened is set aside under a dated name and
 * begun anew, which costs a new snapshot and never a sale.
 */
export async function openSnapshotStore(dataDir: string, clock: Clock, log: Logger): Promise<KeyValueStore> {
  const path = join(dataDir, 'snapshot');
  try {
    return await openLevelStore(path, { createIfMissing: true });
  } catch (error) {
    if (['store.disk-full', 'store.read-only', 'store.locked'].includes(codeOf(error) ?? '')) throw error;
    const aside = `${path}.damaged-${new Date(clock.now()).toISOString().replaceAll(':', '-')}`;
    log.error({ error: messageOf(error), aside }, 'the snapshot can’t be opened; it is set aside and taken anew');
    renameSync(path, aside);
    return openLevelStore(path, { createIfMissing: true });
  }
}

/** How to sign in to Magento; reads the token's file. Throws `config.invalid` when it can't be read or is empty. */
export function readAuth(auth: TerminalConfig['magento']['auth']): MagentoAuth {
  if (auth.type !== 'token-file') return auth;
  let token: string;
  try {
    token = readFileSync(auth.path, 'utf8').trim();
  } catch (error) {
    throw new HoldfastError('config.invalid', `magento.auth.path: can't read the token: ${messageOf(error)}`, {
      remedy: 'operator',
      cause: error,
    });
  }
  if (token !== '') return { type: 'token', token };
  throw new HoldfastError('config.invalid', `magento.auth.path: ${auth.path} is empty`, { remedy: 'operator' });
}

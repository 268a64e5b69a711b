import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TerminalConfig } from '../config/schema.ts';
import type { MagentoAuth } from '../magento/client/token.ts';
import { codeOf, HoldfastError, messageOf } from '../platform/errors.ts';
import { readConfiguredFile } from './secrets.ts';

/**
 * Makes the terminal's folder (mode 0700) where it is missing, lets `makeRoom` free what was kept for a full medium, and
 * proves that the folder can be written. Throws `terminal.data-dir` (operator).
 */
export async function prepareDataDir(dataDir: string, makeRoom: () => Promise<void> = async () => {}): Promise<void> {
  const probe = join(dataDir, '.writable');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    await makeRoom();
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

/** How to sign in to Magento; reads the token's file. Throws `config.invalid` when it can't be read or is empty. */
export function readAuth(auth: TerminalConfig['magento']['auth']): MagentoAuth {
  if (auth.type !== 'token-file') return auth;
  return { type: 'token', token: readConfiguredFile('magento.auth.path', auth.path, 'the token') };
}

import { readFileSync } from 'node:fs';
import type { Bitmap } from '../../drivers/printer/document.ts';
import { bitmapFromPng } from '../../drivers/printer/png-image.ts';
import type { TerminalConfig } from '../config/schema.ts';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import { paperOf } from './receipts.ts';

/** The picture at the top of receipts; null where none is configured. Throws `config.invalid` for a file that is none. */
export function loadLogo(config: TerminalConfig): Bitmap | null {
  const { logo } = config.receipt;
  if (logo === '') return null;
  try {
    return bitmapFromPng(readFileSync(logo), paperOf(config).dots);
  } catch (error) {
    throw new HoldfastError('config.invalid', `receipt.logo: ${logo} can't be used: ${messageOf(error)}`, {
      remedy: 'operator',
      cause: error,
      hint: 'It must be a PNG file; black on white prints best.',
    });
  }
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../platform/errors.ts';
import type { ReceiptNumber } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import type { UnprintedStore } from '../till/unprinted.ts';

const schema = z.array(z.string().min(1).max(40)).max(1000);

/** `unprinted.json` in the data directory. What can't be read or written is logged and does without: it is only a hint. */
export function unprintedFile(dataDir: string, log: Logger): UnprintedStore {
  const path = join(dataDir, 'unprinted.json');
  return {
    load() {
      try {
        // Written by ourselves; the shape is checked, and a number that is none is found nowhere in the journal.
        return schema.parse(JSON.parse(readFileSync(path, 'utf8'))) as readonly string[] as readonly ReceiptNumber[];
      } catch (error) {
        log.debug({ error: messageOf(error) }, 'no list of unprinted receipts');
        return [];
      }
    },
    save(numbers) {
      try {
        writeFileSync(path, JSON.stringify(numbers), { mode: 0o600 });
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'the list of unprinted receipts could not be written');
      }
    },
  };
}

import { z } from 'zod';
import { crc32c } from '../platform/crc32c.ts';
import type { DurableFiles } from '../platform/durable-files.ts';
import { openJsonNote } from '../platform/json-note.ts';
import type { Logger } from '../platform/log.ts';
import type { HeldSale } from '../register/state.ts';
import type { HeldStore } from '../till/held-desk.ts';

const sealed = z.strictObject({ version: z.literal(1), sales: z.string(), crc32c: z.number() });

const checksum = (text: string): number => crc32c(Buffer.from(text));
const seal = (held: readonly HeldSale[]): z.infer<typeof sealed> => {
  const sales = JSON.stringify(held);
  return { version: 1, sales, crc32c: checksum(sales) };
};

/** `held-sales.json` in the data directory: whole sales as the register has them, of which the checksum proves that they are ours. */
export async function openHeldNote(notes: DurableFiles, log: Logger): Promise<HeldStore> {
  const note = await openJsonNote(notes, 'held-sales.json', sealed, seal([]), log);
  return {
    load() {
      const { sales, crc32c: sum } = note.value;
      // Written by this version; the checksum says that it is what was written.
      if (checksum(sales) === sum) return JSON.parse(sales) as readonly HeldSale[];
      log.warn({}, 'held sales were kept, but are damaged');
      return [];
    },
    save: (held) => note.save(seal(held)),
  };
}

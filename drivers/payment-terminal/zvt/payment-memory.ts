import { z } from 'zod';
import type { Clock } from '../../../src/platform/clock.ts';
import type { DurableFiles } from '../../../src/platform/durable-files.ts';
import { messageOf } from '../../../src/platform/errors.ts';
import type { Logger } from '../../../src/platform/log.ts';
import type { PaymentRecord, TransactionIdentity } from './transaction.ts';

const identity = z.strictObject({
  receiptNumber: z.int().nullable(),
  traceNumber: z.int().nullable(),
  amount: z.int().nullable(),
  at: z.string().nullable(),
});

const record = z.strictObject({
  paymentId: z.string(),
  amount: z.int(),
  merchant: z.string(),
  before: identity.nullable(),
  reported: z
    .strictObject({
      identity,
      card: z.strictObject({
        brand: z.string(),
        maskedPan: z.string(),
        authorizationCode: z.string().nullable(),
        terminalReference: z.string().nullable(),
        entryMode: z.enum(['contactless', 'chip', 'magnetic-stripe', 'keyed', 'unknown']),
      }),
      offline: z.boolean(),
    })
    .nullable(),
  end: z.enum(['completed', 'not-booked']).nullable(),
  uploaded: z.boolean(),
});

const memorySchema = z.strictObject({
  version: z.literal(1),
  /** Wall time at which this file was begun: of payments older than it nothing is known. */
  since: z.int(),
  /** The newest transaction that the terminal is known to have booked. */
  last: identity.nullable(),
  records: z.array(record),
});

type Memory = z.infer<typeof memorySchema>;

const fileName = 'card-terminal.json';
const longestFile = 4 * 1024 * 1024;
/** Settled payments that are kept: the till asks for one that a power cut left open, never for an old one. */
const settledKept = 40;

/**
 * What only the till can know of its payments on a ZVT terminal, which has no name for them: their amount and the transaction
 * before them, durable before the terminal is asked. A file that can't be read is set aside, and then nothing is claimed of
 * payments that are older than the new one.
 */
export class PaymentMemory {
  readonly #files: DurableFiles;
  #memory: Memory;

  private constructor(files: DurableFiles, memory: Memory) {
    this.#files = files;
    this.#memory = memory;
  }

  /** Rejects `store.…` when the folder can't be read or a new file not be written. */
  static async open(files: DurableFiles, clock: Clock, log: Logger): Promise<PaymentMemory> {
    const names = (await files.list()).map(({ name }) => name);
    if (names.includes(fileName)) {
      const bytes = await files.read(fileName, 0, longestFile);
      try {
        return new PaymentMemory(files, memorySchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))));
      } catch (error) {
        const aside = asideName(names);
        log.error({ error: messageOf(error), aside }, 'what the card terminal’s driver had noted can’t be read');
        await files.rename(fileName, aside);
      }
    }
    const memory = new PaymentMemory(files, { version: 1, since: clock.now(), last: null, records: [] });
    await memory.#save(memory.#memory);
    return memory;
  }

  get last(): TransactionIdentity | null {
    return this.#memory.last;
  }

  find(paymentId: string): PaymentRecord | undefined {
    return this.#memory.records.find((known) => known.paymentId === paymentId);
  }

  /** Whether a payment that is not here can never have begun. */
  knowsAllSince(paymentId: string): boolean {
    // The first 48 bits of a UUIDv7 are milliseconds.
    return Number.parseInt(paymentId.replaceAll('-', '').slice(0, 12), 16) >= this.#memory.since;
  }

  /** Resolves when it is durable; rejects `store.…`, and then nothing has changed. */
  keep(changed: PaymentRecord): Promise<void> {
    const others = this.#memory.records.filter(({ paymentId }) => paymentId !== changed.paymentId);
    const settled = others.filter(isSettled);
    const dropped = new Set(settled.slice(0, Math.max(0, settled.length - settledKept)));
    const last = changed.end === 'completed' && changed.reported ? changed.reported.identity : this.#memory.last;
    return this.#save({
      ...this.#memory,
      last,
      records: [...others.filter((each) => !dropped.has(each)), changed],
    });
  }

  /** What the terminal says that it booked last. */
  async sawLast(last: TransactionIdentity): Promise<void> {
    if (JSON.stringify(last) === JSON.stringify(this.#memory.last)) return;
    await this.#save({ ...this.#memory, last });
  }

  /** An end of day has sent everything to the bank. */
  uploaded(): Promise<void> {
    return this.#save({
      ...this.#memory,
      records: this.#memory.records.map((each) => (each.end === 'completed' ? { ...each, uploaded: true } : each)),
    });
  }

  async #save(memory: Memory): Promise<void> {
    await this.#files.replace(fileName, Buffer.from(`${JSON.stringify(memory)}\n`));
    this.#memory = memory;
  }
}

const isSettled = ({ end, reported, uploaded }: PaymentRecord): boolean =>
  end === 'not-booked' || (end === 'completed' && (uploaded || reported?.offline === false));

function asideName(names: readonly string[]): string {
  for (let number = 1; ; number += 1) {
    const name = `card-terminal.damaged-${number}.json`;
    if (!names.includes(name)) return name;
  }
}

import type { DeliveryRecord, JournalEntry, QueuedDocument, QueuedSale } from '../../src/journal/journal.ts';
import type { LiveJournal } from '../../src/journal/journal-log.ts';
import { newProgress } from '../../src/magento/delivery/progress.ts';
import { add } from '../../src/money/money.ts';
import type { JsonValue } from '../../src/platform/brand.ts';
import type { DurableFiles } from '../../src/platform/durable-files.ts';
import { type ReceiptNumber, receiptCounter, receiptNumber, type TerminalId } from '../../src/platform/ids.ts';
import type { KeyValueChange, KeyValueStore } from '../../src/platform/key-value-store.ts';
import type { StorePlace } from '../../src/platform/store-place.ts';
import { type Mutation, unbroken } from './mutation.ts';
import { overriding } from './overriding.ts';

/** A store whose writes go another way. */
function withWrites(
  place: StorePlace,
  write: (store: KeyValueStore, ...call: Parameters<KeyValueStore['write']>) => Promise<void>,
): StorePlace {
  return {
    place: place.place,
    check: () => place.check(),
    async open(options) {
      const { store, dropped } = await place.open(options);
      return { store: overriding(store, { write: (...call) => write(store, ...call) }), dropped };
    },
    readInto: (store) => place.readInto(store),
    settle: () => place.settle(),
    rebuild: (label, fill) => place.rebuild(label, fill),
  };
}

type Queue = ReturnType<LiveJournal['unconfirmed']>;

/** The queue made otherwise; as the journal promises, the same list until something changes. */
function otherQueue(journal: LiveJournal, make: (queue: Queue) => Queue): () => Queue {
  let from: Queue | null = null;
  let made: Queue = [];
  return () => {
    const queue = journal.unconfirmed();
    if (queue !== from) made = make(queue);
    from = queue;
    return made;
  };
}

function withoutSync(files: DurableFiles): DurableFiles {
  return overriding(files, {
    openForAppend: async (name) => {
      const file = await files.openForAppend(name);
      return overriding(file, { appendDurably: (bytes) => file.append(bytes), sync: async () => {} });
    },
  });
}

/** Says "durable" when the system has it, not the medium. */
export const acknowledgedBeforeSync: Mutation = {
  ...unbroken,
  name: 'acknowledged before sync',
  places: ({ store, tape, anchors }) => ({
    store: withWrites(store, (inner, batch) => inner.write(batch, { durable: false })),
    tape: withoutSync(tape),
    anchors,
  }),
};

/** Changes of indexes that {@link batchesNotAtomic} writes at once. */
const gatheredTogether = 12;

/** A batch is written in two parts: the queue and what finds a receipt are gathered and come later, with another batch. */
export const batchesNotAtomic: Mutation = {
  ...unbroken,
  name: 'batches are not atomic',
  places: (places) => {
    const isOfIndex = ({ key }: KeyValueChange): boolean => key.startsWith('u!') || key.startsWith('n!');
    let behind: readonly KeyValueChange[] = [];
    return {
      ...places,
      store: withWrites(places.store, (inner, batch, options) => {
        const now = batch.filter((change) => !isOfIndex(change));
        behind = [...behind, ...batch.filter(isOfIndex)];
        if (behind.length < gatheredTogether) return inner.write(now, options);
        now.push(...behind);
        behind = [];
        return inner.write(now, options);
      }),
    };
  },
};

/** A tape that is written nowhere: one copy only, and nobody knows. */
export const oneCopyOnly: Mutation = {
  ...unbroken,
  name: 'one copy only',
  places: (places) => ({
    ...places,
    tape: overriding(places.tape, {
      openForAppend: async (name) =>
        overriding(await places.tape.openForAppend(name), {
          append: async () => {},
          appendDurably: async () => {},
          sync: async () => {},
        }),
    }),
  }),
};

/** After a failed attempt delivery begins anew, without looking for what that attempt has left behind. */
export const retriesWithoutLooking: Mutation = {
  ...unbroken,
  name: 'retries without looking',
  journal: (journal) => {
    const forgetting = (queued: QueuedDocument): QueuedDocument => {
      const { delivery } = queued;
      const anew: DeliveryRecord = { ...delivery, progress: delivery.progress === null ? null : blank };
      return { ...queued, delivery: anew };
    };
    return overriding(journal, {
      document: (id) => {
        const queued = journal.document(id);
        return queued === undefined ? undefined : forgetting(queued);
      },
    });
  },
};

/** Nothing is known, and nothing is to be looked for. */
const blank: JsonValue = JSON.parse(JSON.stringify({ ...newProgress, searched: true }));

/** Receipt numbers are counted in memory, from one at every start. */
export const receiptsCountedInMemory: Mutation = {
  ...unbroken,
  name: 'receipts counted in memory',
  journal: (journal, terminal) => new ForgetfulNumbers(journal, terminal).journal,
};

class ForgetfulNumbers {
  readonly journal: LiveJournal;
  readonly #inner: LiveJournal;
  readonly #terminal: TerminalId;
  #given = 0;
  /** What is on paper, by what is on record. */
  readonly #shown = new Map<ReceiptNumber, ReceiptNumber>();

  constructor(inner: LiveJournal, terminal: TerminalId) {
    this.#inner = inner;
    this.#terminal = terminal;
    const numbers = this;
    this.journal = overriding(inner, {
      get nextReceiptCounter() {
        return numbers.#given + 1;
      },
      append: (entry) => this.#append(entry),
      saleByReceipt: (receipt) => this.#saleByReceipt(receipt),
    });
  }

  async #append(entry: JournalEntry): ReturnType<LiveJournal['append']> {
    if (entry.kind !== 'sale') return this.#inner.append(entry);
    const onRecord = receiptNumber(this.#terminal, this.#inner.nextReceiptCounter);
    const record = await this.#inner.append({ ...entry, sale: { ...entry.sale, receiptNumber: onRecord } });
    this.#given = receiptCounter(this.#terminal, entry.sale.receiptNumber) ?? this.#given;
    this.#shown.set(entry.sale.receiptNumber, onRecord);
    return record;
  }

  #saleByReceipt(receipt: ReceiptNumber): QueuedSale | undefined {
    const queued = this.#inner.saleByReceipt(this.#shown.get(receipt) ?? receipt);
    return queued && { ...queued, sale: { ...queued.sale, receiptNumber: receipt } };
  }
}

/** What is delivered is said to be in Magento as soon as delivery has begun. */
export const confirmedTooSoon: Mutation = {
  ...unbroken,
  name: 'confirmed too soon',
  journal: (journal) =>
    overriding(journal, {
      append: (entry) => {
        if (entry.kind !== 'delivery' || entry.delivery.state !== 'waiting') return journal.append(entry);
        return journal.append({ kind: 'delivery', delivery: { ...entry.delivery, state: 'confirmed' } });
      },
    }),
};

/** Some of what is to be delivered is never seen. */
export const passesOneOver: Mutation = {
  ...unbroken,
  name: 'passes one over',
  journal: (journal) =>
    overriding(journal, {
      unconfirmed: otherQueue(journal, (queue) =>
        queue.filter(({ kind, sequence }) => kind !== 'sale' || sequence % 7 !== 0),
      ),
    }),
};

/** What was sold for cash is expected in the drawer twice. */
export const countsCashTwice: Mutation = {
  ...unbroken,
  name: 'counts cash twice',
  journal: (journal) =>
    overriding(journal, {
      get openShift() {
        const shift = journal.openShift;
        return shift && { ...shift, expectedCash: add(shift.expectedCash, shift.cashSales) };
      },
    }),
};
/** What became of a card taken without its bank is said to be kept, and is not. */
export const outcomesForgotten: Mutation = {
  ...unbroken,
  name: 'outcomes of cards forgotten',
  journal: (journal) =>
    overriding(journal, {
      append: (entry) => journal.append(entry.kind === 'payment-outcome' ? harmless : entry),
    }),
};

const harmless: JournalEntry = { kind: 'drawer-opened', shiftId: null, reason: 'no-sale' };

export const mutations: readonly Mutation[] = [
  acknowledgedBeforeSync,
  batchesNotAtomic,
  oneCopyOnly,
  retriesWithoutLooking,
  receiptsCountedInMemory,
  confirmedTooSoon,
  passesOneOver,
  countsCashTwice,
  outcomesForgotten,
];

import { BlobStore } from '../../../src/payments/blobs/blob-store.ts';
import type { PaymentFinding } from '../../../src/payments/cases.ts';
import { PaymentLedger } from '../../../src/payments/ledger.ts';
import { type Approve, OfflineDesk } from '../../../src/payments/offline-desk.ts';
import type { PaymentJournal } from '../../../src/payments/payment-journal.ts';
import type { OfflinePolicy } from '../../../src/payments/policy.ts';
import { offlinePolicy } from '../../../src/payments/presets.ts';
import type { Clock } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { MemoryDisk } from '../../../src/platform/memory-disk.ts';
import type { Random } from '../../../src/platform/random.ts';
import type { TillCards } from '../../../src/till/ports.ts';

export interface FakeCards extends TillCards {
  readonly ledger: PaymentLedger;
  /** Cases that were opened. */
  readonly cases: PaymentFinding[];
  /** Payments that were kept against the policy, and why. */
  readonly kept: (readonly [paymentId: string, reason: string])[];
  /** Who agrees; null: nobody. */
  supervisor: string | null;
}

/** The real ledger and policy over a journal; without a policy no card is taken offline. */
export function fakeCards(
  journal: PaymentJournal,
  clock: Clock,
  random: Random,
  policy: OfflinePolicy = offlinePolicy('none', { allowed: false }, 'EUR'),
): FakeCards {
  const cases: PaymentFinding[] = [];
  const kept: (readonly [string, string])[] = [];
  const ledger = new PaymentLedger({
    journal,
    clock,
    random,
    log: silentLogger,
    openCase: async (found) => {
      cases.push(found);
    },
    holdOrder: true,
  });
  const approve: Approve = async () => cards.supervisor;
  const cards: FakeCards = {
    ledger,
    offline: new OfflineDesk(policy, ledger, clock),
    blobs: new BlobStore(new MemoryDisk().files('sealed'), null),
    acquirer: 'simulated',
    approve,
    againstPolicy: (paymentId, reason) => kept.push([paymentId, reason]),
    cases,
    kept,
    supervisor: null,
  };
  return cards;
}

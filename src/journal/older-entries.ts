import { zero } from '../money/money.ts';
import type { JsonValue } from '../platform/brand.ts';
import type { SaleId } from '../platform/ids.ts';
import type { DeliveryRecord, JournalEntry, OpenShift, PrunedRecord, Standing } from './journal.ts';

/** What tape format 2 and before lacked. */
type OlderEntry =
  | { readonly kind: 'delivery'; readonly delivery: OlderDelivery }
  | (Omit<Extract<JournalEntry, { kind: 'payment' }>, 'open'> & { readonly open?: undefined })
  | (Omit<PrunedRecord, 'standing'> & { readonly standing: OlderStanding });

type OlderDelivery = Omit<DeliveryRecord, 'documentId' | 'made' | 'instructions' | 'withdrawn'> & {
  readonly saleId: SaleId;
};

type OlderStanding = Omit<Standing, 'returns' | 'withdrawn' | 'openShift'> & { readonly openShift: OlderShift | null };

type OlderShift = Omit<OpenShift, 'returns' | 'cashRefunds' | 'cardRefunds'>;

/** An entry as any release has written it. */
export type WrittenEntry = JournalEntry | OlderEntry;

/** What was written, in this release's shape. The frames stay as they are; everybody else sees only this. */
export function currentEntry(written: WrittenEntry): JournalEntry {
  switch (written.kind) {
    case 'delivery':
      return 'saleId' in written.delivery
        ? { kind: 'delivery', delivery: currentDelivery(written.delivery) }
        : (written as JournalEntry);
    case 'payment':
      return written.open === undefined ? { ...written, open: wasOpen(written.state) } : written;
    case 'pruned':
      return { ...written, standing: currentStanding(written.standing) };
    default:
      return written;
  }
}

function currentDelivery({ saleId, ...delivery }: OlderDelivery): DeliveryRecord {
  return { documentId: saleId, ...delivery, made: null, instructions: [], withdrawn: null };
}

function currentStanding(standing: OlderStanding | Standing): Standing {
  const { openShift } = standing;
  const noReturns = { returns: 0, cashRefunds: zero, cardRefunds: zero };
  return {
    returns: 0,
    withdrawn: 0,
    ...standing,
    openShift: openShift === null ? null : { ...noReturns, ...openShift },
  };
}

/** Payments ended with an answer that no money moved, or with their sale. */
function wasOpen(state: JsonValue): boolean {
  const phase = typeof state === 'object' && state !== null && 'phase' in state ? state['phase'] : undefined;
  return phase !== 'declined' && phase !== 'cancelled' && phase !== 'not-found';
}

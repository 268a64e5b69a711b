import type { PaymentOutcomeNote } from './payment-outcome.ts';
import type { CompletedSale } from './sale.ts';

/**
 * What has become since of the cards that a sale was paid with; null: nothing, or not of all yet. One that failed makes the whole
 * sale fail, because its goods are not paid for.
 */
export function cardStanding(
  { tenders }: Pick<CompletedSale, 'tenders'>,
  outcomes: readonly PaymentOutcomeNote[],
): 'confirmed' | 'declined' | null {
  const latest = new Map(outcomes.map(({ paymentId, kind }) => [paymentId, kind]));
  if ([...latest.values()].some((kind) => kind !== 'approved' && kind !== 'settled')) return 'declined';
  const provisional = tenders.filter((tender) => tender.kind === 'card' && tender.card.outcome !== 'approved');
  const isDecided = provisional.every((tender) => tender.kind === 'card' && latest.has(tender.card.paymentId));
  return provisional.length > 0 && isDecided ? 'confirmed' : null;
}

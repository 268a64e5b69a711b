import { decimal } from '../../money/money.ts';
import type { Stamp } from '../../platform/clock.ts';
import { zoneFormat } from '../../platform/zone-formats.ts';
import type { CompletedSale, Tender } from '../../register/sale.ts';
import type { Progress } from './progress.ts';
import type { RecipeName } from './recipe.ts';

/**
 * What the order's history says of the sale, for the people in the shop's office. Holds the sale's id, by which the order is
 * recognised again (the receipt number alone would not tell a terminal from a predecessor of the same name).
 */
export function orderComment(
  sale: CompletedSale,
  { couponRefused, cartRefused, renames }: Pick<Progress, 'couponRefused' | 'cartRefused' | 'renames'>,
  recipe: Exclude<RecipeName, 'module'>,
): string {
  const lines = [
    `Sold at till ${sale.terminalId}, receipt ${sale.receiptNumber}, by ${sale.cashier}, ${momentInWords(sale.stamp)}.`,
    `Paid: ${sale.tenders.map((tender) => describeTender(tender, sale.currency)).join('; ') || 'nothing due'}.`,
  ];
  lines.push(...givenAtTheTill(sale));
  if (sale.coupon !== null && couponRefused !== null) {
    lines.push(`The coupon "${sale.coupon}" was honoured at the till; Magento no longer took it: ${couponRefused}`);
  }
  for (const { from, to } of renames) lines.push(`Sold as ${from}; its goods go by ${to}, as a person decided.`);
  if (cartRefused !== null) lines.push(`Magento's cart refused the sale: ${cartRefused}`);
  lines.push(brought[recipe], `Sale ${sale.saleId}.`);
  return lines.join('\n');
}

/** What the shop's own prices and rules don't explain: discounts and prices given by hand, with why and by whose leave. */
function givenAtTheTill(sale: CompletedSale): readonly string[] {
  const leave = (by: string | null): string => (by === null ? '' : `, allowed by ${by}`);
  const reductions = (sale.reductions ?? []).map(({ lineId, name, value, approvedBy }) => {
    const off = value.kind === 'percent' ? `${value.percent} %` : `${decimal(value.amount)} ${sale.currency}`;
    const line = sale.lines.find((each) => each.lineId === lineId);
    return `Discount ${off} ${line === undefined ? 'on the sale' : `on ${line.name}`}: ${name || 'no reason given'}${leave(approvedBy)}.`;
  });
  const lines = sale.lines.flatMap((line) => {
    const price = line.openPrice;
    return [
      ...(price?.kind === 'override'
        ? [`${line.name} at ${decimal(price.amount)}: ${price.reason || 'no reason given'}${leave(price.approvedBy)}.`]
        : []),
      ...(line.serialNumber === undefined ? [] : [`${line.name}, serial number ${line.serialNumber}.`]),
    ];
  });
  return [...reductions, ...lines];
}

const brought = {
  quote: 'Brought in by recipe C (a cart, amended to the figures sold).',
  direct: 'Brought in by recipe B (an order made directly); the shop’s reservation repair evens out its stock.',
} as const;

const isoMoment = zoneFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' });

/** As the shop's people read it, with what the till thought of its clock. */
export function momentInWords({ at, zone, trusted }: Stamp): string {
  return `${isoMoment(zone).format(at)} ${zone}${trusted ? '' : ' (the till was not sure of the time)'}`;
}

const howTaken = { approved: '', 'approved-offline': 'approved offline', stored: 'the bank decides later' } as const;

function describePlain(tender: Exclude<Tender, { kind: 'card' }>, amount: string): string {
  if (tender.kind === 'cash') return tender.amount < 0 ? `change in cash ${amount}` : `cash ${amount}`;
  if (tender.kind === 'rounding') return `cash rounding ${amount}`;
  if (tender.kind === 'exchange') return `goods brought back ${amount}`;
  const foreign = tender.foreign === null ? '' : ` (${decimal(tender.foreign.amount)} at ${tender.foreign.rate})`;
  return `${[tender.name, ...(tender.reference === null ? [] : [tender.reference]), amount].join(' ')}${foreign}`;
}

function describeTender(tender: Tender, currency: string): string {
  const amount = `${decimal(tender.amount)} ${currency}`;
  if (tender.kind !== 'card') return describePlain(tender, amount);
  const { card } = tender;
  const references = [
    card.brand,
    card.maskedPan,
    card.authorizationCode === null ? '' : `authorization ${card.authorizationCode}`,
    card.terminalReference === null ? '' : `reference ${card.terminalReference}`,
    howTaken[card.outcome],
  ];
  return `card ${amount} (${references.filter((text) => text !== '').join(', ')})`;
}

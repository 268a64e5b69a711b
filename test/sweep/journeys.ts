import type { Document } from '../../src/journal/journal.ts';
import type { CustomerKey, MailId, OutcomeId } from '../../src/platform/ids.ts';
import type { NewCustomer } from '../../src/register/new-customer.ts';
import type { PaymentOutcomeNote } from '../../src/register/payment-outcome.ts';
import type { ReceiptMail } from '../../src/register/receipt-mail.ts';
import type { CompletedReturn } from '../../src/register/return.ts';
import type { CompletedSale } from '../../src/register/sale.ts';
import { berlin } from '../magento/delivery/sales.ts';
import { returnOf } from '../magento/returns/returns.ts';
import { checkCustomer, checkMail, checkOutcome, checkReturn } from './document-check.ts';
import { checkSale, type Findings } from './ledger-check.ts';
import type { Rig } from './rig.ts';
import { goods, sweepSale } from './sales.ts';

/** Something that is brought into the shop, and what must be true of the shop afterwards. */
export interface Journey {
  readonly document: Document;
  /** What leaves the shelf, by SKU; below zero: what comes back. */
  readonly moved: Readonly<Record<string, number>>;
  /** `arrivedTwice`: one of its requests did. */
  check(rig: Rig, arrivedTwice: boolean, findings: Findings): void;
}

export type JourneyKind = 'plain' | 'rich' | 'return' | 'customer' | 'outcome' | 'mail';

/** Gives receipt numbers in order, to sales and returns alike. */
export interface Books {
  nextCounter(): number;
  /** All sales that were brought in. */
  readonly sales: CompletedSale[];
  /** Counts what leaves the shelf before the journey itself. */
  readonly moved: (goods: Readonly<Record<string, number>>) => void;
}

/** Makes everything ready for one journey; what it needs is brought in undisturbed. */
export async function journeyOf(kind: JourneyKind, rig: Rig, books: Books): Promise<Journey> {
  switch (kind) {
    case 'plain':
    case 'rich': {
      const sale = sweepSale(kind, books.nextCounter());
      books.sales.push(sale);
      return {
        document: { kind: 'sale', sale },
        moved: goods[kind],
        check: ({ shop }, _, findings) => checkSale(shop.shop.ledger, sale, berlin.sourceCode, findings),
      };
    }
    case 'return':
      return takenBack(await broughtIn(rig, books, sweepSale('plain', books.nextCounter())), books);
    case 'outcome':
      return outcomeOf(await broughtIn(rig, books, byCard(sweepSale('plain', books.nextCounter()))), rig);
    case 'mail':
      return mailOf(await broughtIn(rig, books, sweepSale('plain', books.nextCounter())));
    case 'customer':
      return newCustomer(rig);
  }
}

async function broughtIn(rig: Rig, books: Books, sale: CompletedSale): Promise<CompletedSale> {
  books.sales.push(sale);
  books.moved(goods.plain);
  const { state, answer } = await rig.deliver(sale);
  if (state !== 'confirmed') throw new Error(`${sale.receiptNumber}: ${state}: ${answer}`);
  return sale;
}

function takenBack(sale: CompletedSale, books: Books): Journey {
  const given: CompletedReturn = returnOf(sale, [{ line: 0, quantity: 1 }, { line: 1 }], books.nextCounter());
  return {
    document: { kind: 'return', return: given },
    moved: { 'HOU-04': -1, 'TEA-01': -1 },
    check: (rig, arrivedTwice, findings) => checkReturn(rig.shop.shop.ledger, given, sale, arrivedTwice, findings),
  };
}

/** Paid by a card that the bank decides about later. */
function byCard(sale: CompletedSale): CompletedSale {
  const card = {
    paymentId: sale.saleId,
    outcome: 'stored',
    brand: 'Visa',
    maskedPan: '411111******1111',
    authorizationCode: null,
    terminalReference: null,
    entryMode: 'chip',
  } as const;
  return { ...sale, tenders: [{ kind: 'card', amount: sale.totals.grandTotal, card }] };
}

const idOf = (kind: string, sale: CompletedSale): string => `01900000-0000-7000-${kind}-${sale.saleId.slice(-12)}`;

/** By the module the payment is approved, which invoices the order; else it is declined, which holds one that can be held. */
function outcomeOf(sale: CompletedSale, rig: Rig): Journey {
  const byModule = rig.recipe === 'module';
  const order = rig.shop.shop.ledger.orders.at(-1);
  if (!byModule && order !== undefined) Object.assign(order.row, { state: 'processing', status: 'processing' });
  const outcome: PaymentOutcomeNote = {
    version: 1,
    outcomeId: idOf('a000', sale) as OutcomeId,
    saleId: sale.saleId,
    paymentId: sale.saleId,
    kind: byModule ? 'approved' : 'declined',
    amount: sale.totals.grandTotal,
    words: '',
    hold: !byModule,
    stamp: sale.stamp,
  };
  return {
    document: { kind: 'payment-outcome', outcome },
    moved: {},
    check({ shop }, arrivedTwice, findings) {
      checkOutcome(shop.shop.ledger, outcome, sale, arrivedTwice, findings);
      // As it was before, for the checks that follow.
      if (!byModule && order !== undefined) Object.assign(order.row, { state: 'complete', status: 'complete' });
    },
  };
}

function mailOf(sale: CompletedSale): Journey {
  const { saleId, receiptNumber, stamp } = sale;
  const to = `${receiptNumber.toLowerCase()}@example.com`;
  const mail: ReceiptMail = { version: 1, mailId: idOf('c000', sale) as MailId, saleId, receiptNumber, to, stamp };
  return {
    document: { kind: 'receipt-mail', mail },
    moved: {},
    check: ({ shop }, arrivedTwice, findings) => checkMail(shop.shop.ledger, mail, arrivedTwice, findings),
  };
}

function newCustomer(rig: Rig): Journey {
  const { length } = rig.shop.shop.data.customers;
  const template = sweepSale('plain', 1);
  const customer: NewCustomer = {
    version: 1,
    customerKey: `01900000-0000-7000-b000-${String(length).padStart(12, '0')}` as CustomerKey,
    email: `new${length}@example.com`,
    firstname: 'Nora',
    lastname: 'Neu',
    phone: null,
    groupId: 1,
    stamp: template.stamp,
    terminalId: template.terminalId,
  };
  return {
    document: { kind: 'customer', customer },
    moved: {},
    check({ shop, journal }, _, findings) {
      const made = journal.document(customer.customerKey)?.delivery.made;
      checkCustomer(shop.shop.data.customers, customer, made?.kind === 'customer' ? made.customerId : null, findings);
    },
  };
}

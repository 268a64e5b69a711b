import { z } from 'zod';
import type { TerminalConfig } from '../config/schema.ts';
import { type Money, money } from '../money/money.ts';
import { quantity } from '../money/quantity.ts';
import type { Clock } from '../platform/clock.ts';
import type { DurableFiles } from '../platform/durable-files.ts';
import { messageOf } from '../platform/errors.ts';
import { openJsonNote } from '../platform/json-note.ts';
import type { Logger } from '../platform/log.ts';
import type { GoodsSettings } from '../till/goods.ts';
import type { CounterSettings } from '../till/ports.ts';
import { StaffDesk } from '../till/staff-desk.ts';

// How the counter is run, out of the one configuration.

/** Notes and coins, largest first, of currencies that shops with few keys are likely to have. */
const usualDenominations: Readonly<Record<string, readonly string[]>> = {
  EUR: ['200', '100', '50', '20', '10', '5', '2', '1', '0.50', '0.20', '0.10', '0.05', '0.02', '0.01'],
  CHF: ['1000', '200', '100', '50', '20', '10', '5', '2', '1', '0.50', '0.20', '0.10', '0.05'],
};

export function counterSettings({ till, prices }: TerminalConfig): CounterSettings {
  const { discounts, cash } = till;
  const pieces = cash.denominations.length > 0 ? cash.denominations : (usualDenominations[prices.currency] ?? []);
  const reasons = {
    discount: discounts.reasons,
    price: discounts.priceReasons,
    'cash-in': cash.inReasons,
    'cash-out': cash.outReasons,
    return: till.returns.reasons,
  };
  return {
    cashStep: till.cashRounding === null ? null : money(till.cashRounding),
    tenders: till.tenders,
    foreignCash: till.foreignCash,
    discounts: { largestPercent: discounts.largestPercent },
    returns: { largest: money(till.returns.largest), days: till.returns.days },
    denominations: pieces.map((piece): Money => money(piece)).sort((a, b) => b - a),
    reasons: Object.fromEntries(Object.entries(reasons).filter(([, words]) => words.length > 0)),
  };
}

export function goodsSettings({ till }: TerminalConfig): GoodsSettings {
  const { deposit, pack, serialNumber } = till.attributes;
  const orNull = (text: string): string | null => (text === '' ? null : text);
  return {
    quickKeys: new Map(
      Object.entries(till.quickKeys).map(([number, key]) => [
        number,
        { sku: key.sku, quantity: key.quantity === 1 ? null : quantity(key.quantity) },
      ]),
    ),
    openPriced: new Set([...till.departments, ...(till.department === '' ? [] : [till.department])]),
    department: orNull(till.department),
    embedded: till.embeddedBarcodes,
    attributes: { deposit: orNull(deposit), pack: orNull(pack), serialNumber: orNull(serialNumber) },
  };
}

const wrongPins = z.object({ count: z.int().min(0), lockedUntil: z.number() });

/** The staff of the configuration; how often a wrong PIN was typed outlives the process. */
export async function openStaffDesk(
  { staff }: TerminalConfig,
  clock: Pick<Clock, 'now'>,
  notes: DurableFiles,
  log: Logger,
): Promise<StaffDesk> {
  const note = await openJsonNote(notes, 'wrong-pins.json', wrongPins, { count: 0, lockedUntil: 0 }, log);
  const credentials = staff.members.map(({ name, supervisor, may, pinHash, badge }) => ({
    member: { name, may: supervisor ? ('everything' as const) : may },
    pinHash,
    badge,
  }));
  return new StaffDesk(credentials, { signIn: staff.signIn, guarded: staff.needLeave }, clock, {
    load: () => note.value,
    save: (wrong) => {
      note.save(wrong).catch((error: unknown) => {
        log.warn({ error: messageOf(error) }, 'wrong PINs could not be noted down');
      });
    },
  });
}

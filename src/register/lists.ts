import { goodsLines } from './open-sale.ts';
import type { ServiceItem } from './service.ts';
import type { Choice, MenuName, Mode, RegisterState } from './state.ts';

export type MenuItem =
  | 'hold'
  | 'recall'
  | 'find'
  | 'customer'
  | 'coupon'
  | 'lines'
  | 'void-sale'
  | 'reprint'
  | 'shift-menu'
  | 'x-report'
  | 'close-shift'
  | 'cash-in'
  | 'cash-out'
  | 'open-drawer'
  | 'resolve-card'
  | 'synchronise'
  | 'discount'
  | 'change-cashier'
  | 'service-menu'
  | 'gift-receipt'
  | 'mail-receipt'
  | 'return'
  | ServiceItem;

/** The menus; an item's number never changes, so that fingers can learn it, nor does what stands last. */
export const menus: Readonly<Record<MenuName, readonly MenuItem[]>> = {
  main: [
    'hold',
    'recall',
    'find',
    'customer',
    'coupon',
    'lines',
    'void-sale',
    'reprint',
    'shift-menu',
    'discount',
    'gift-receipt',
    'mail-receipt',
    'return',
  ],
  shift: [
    'x-report',
    'close-shift',
    'cash-in',
    'cash-out',
    'open-drawer',
    'service-info',
    'resolve-card',
    'synchronise',
    'change-cashier',
    'service-menu',
  ],
  service: [
    'service-info',
    'synchronise',
    'reprint',
    'x-report',
    'close-shift',
    'cash-in',
    'cash-out',
    'test-device',
    'parked',
    'claim-code',
    'training',
    'shut-down',
  ],
};

/** How many entries the list on the display has. */
export function listLength(state: RegisterState, mode: Mode): number {
  if (mode.kind === 'menu') return menus[mode.menu].length;
  return mode.kind === 'choosing' ? choiceLength(state, mode.choice, mode.sale ? goodsLines(mode.sale).length : 0) : 0;
}

function choiceLength(state: RegisterState, choice: Choice, saleLines: number): number {
  switch (choice.kind) {
    case 'product':
      return choice.entries.length;
    case 'variant':
      return choice.items.length;
    case 'customer':
      return choice.customers.length + 1;
    case 'held':
      return state.held.length;
    case 'line':
      return saleLines;
    case 'bundle':
      return choice.options[0]?.selections.length ?? 0;
    case 'reason':
      return choice.reasons.length;
    case 'return-reason':
      return choice.reasons.length;
    case 'device':
      return choice.names.length;
  }
}

import type { ReceiptDocument, ReceiptElement } from '../../drivers/printer/document.ts';
import type { TerminalConfig } from '../config/schema.ts';
import type { Language } from '../languages/language.ts';
import { blank, line, pair, rule, titleElement } from '../receipts/shop-print.ts';
import { type MenuItem, menus } from '../register/lists.ts';
import type { MenuName } from '../register/state.ts';

/** What the keys of this terminal do, in its language and with its own quick keys and tenders: to lie beside the keypad. */
export function keypadSheet(
  config: TerminalConfig,
  language: Language,
  nameOf: (sku: string) => string,
): ReceiptDocument {
  const { till, terminal } = config;
  const { labels, menu } = language.screens;
  const department = till.department === '' ? [] : [pair('4 . 5 0 ENT', nameOf(till.department))];
  const quick = Object.entries(till.quickKeys).map(([number, key]) =>
    pair(`${spaced(number)} ENT`, `${key.quantity === 1 ? '' : `${key.quantity}x `}${nameOf(key.sku)}`),
  );
  const tenders = [...till.tenders.map(({ name }) => name), ...till.foreignCash.map(({ currency }) => currency)];
  return {
    title: 'keypad sheet',
    elements: [
      titleElement(terminal.id),
      blank,
      ...['7  8  9   x', '4  5  6   C', '1  2  3   TOTAL', '0  .  MENU ENT'].map(line),
      rule,
      pair('1 2 ENT', 'PLU 12'),
      pair('3 x 1 2 ENT', '3x PLU 12'),
      ...department,
      ...quick,
      pair('x', '+1'),
      pair('C', '-1'),
      pair('ENT', menu.lines),
      pair('ENT 1 7 ENT', labels.quantity.trim()),
      pair('ENT 1 x', menu.discount),
      pair('ENT 1 TOTAL', labels.newPrice),
      rule,
      pair('TOTAL', labels.toPay),
      pair('TOTAL ENT', labels.cash.trim()),
      pair('TOTAL 5 0 ENT', `${labels.cash.trim()} 50`),
      pair('TOTAL x', labels.card),
      ...tenders.map((name, index) => pair(`TOTAL MENU ${keyOf(index)}`, name)),
      rule,
      ...menuRows('main', 'MENU', menu),
      rule,
      ...menuRows('shift', 'MENU 9', menu),
      rule,
      ...menuRows('service', 'MENU 9 0', menu),
      { kind: 'cut' },
    ],
  };
}

function menuRows(name: MenuName, keys: string, words: Readonly<Record<MenuItem, string>>): readonly ReceiptElement[] {
  const items = menus[name];
  return items.map((item, index) => {
    // Entries beyond the digits are reached from the end of the list.
    const upwards = `${'x '.repeat(items.length - index)}ENT`;
    return pair(`${keys} ${index < 10 ? keyOf(index) : upwards}`, words[item]);
  });
}

const keyOf = (index: number): string => String((index + 1) % 10);

const spaced = (digits: string): string => [...digits].join(' ');

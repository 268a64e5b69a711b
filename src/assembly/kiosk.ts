import type { TerminalConfig } from '../config/schema.ts';
import type { Language } from '../languages/language.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { SaleItem } from '../register/open-sale.ts';
import type { Catalogue, ProductRecord } from '../snapshot/catalogue.ts';
import type { HelpPort, KioskParts } from '../till/kiosk-desk.ts';

/** What makes the till a kiosk; undefined where a trader works. `languages` begins with the terminal's own. */
export function kioskParts(
  { till }: TerminalConfig,
  languages: readonly Language[],
  catalogue: Pick<Catalogue, 'bySku'>,
  help: HelpPort,
): KioskParts | undefined {
  if (till.profile !== 'kiosk') return undefined;
  const { receipt, idleAfter, warnFor, staffFor, receiptFor, thanksFor, ageAttribute, agedCategories } = till.kiosk;
  const aged = new Set(agedCategories);
  const isRestricted = (product: ProductRecord | undefined): boolean =>
    product !== undefined &&
    (product.categoryIds.some((id) => aged.has(id)) || (ageAttribute !== '' && says(product, ageAttribute)));
  return {
    languages: languages.map(({ code, name, screens }) => ({ code, name, texts: screens })),
    settings: { receipt, idleAfter, warnFor, staffFor, receiptFor, thanksFor },
    restricted: ({ sku, variant }: SaleItem) =>
      isRestricted(catalogue.bySku(sku)) || (variant !== null && isRestricted(catalogue.bySku(variant))),
    help,
  };
}

/** A yes, or a number of years. */
function says(product: ProductRecord, attribute: string): boolean {
  const value = [product.attributes[attribute] ?? []].flat()[0];
  return value !== undefined && value !== '' && value !== '0';
}

/** Throws `config.invalid` where a kiosk lacks what nobody could sell without. */
export function checkKiosk({ till, staff, devices }: TerminalConfig): void {
  if (till.profile !== 'kiosk') return;
  const lacking = [
    ...(staff.members.length === 0 ? ['staff.members: somebody must be able to open the kiosk and to help'] : []),
    ...(staff.signIn ? ['staff.signIn: nobody signs in at a kiosk'] : []),
    ...(devices.paymentTerminal === null ? ['devices.paymentTerminal: a kiosk takes cards only'] : []),
    ...(devices.scanner === null ? ['devices.scanner: customers put goods in by scanning'] : []),
  ];
  if (lacking.length === 0) return;
  throw new HoldfastError(
    'config.invalid',
    `till.profile is "kiosk", but:\n${lacking.map((line) => `  ${line}`).join('\n')}`,
    {
      remedy: 'operator',
      hint: 'docs/kiosk.md says what a kiosk needs.',
    },
  );
}

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { quantity } from '../../../src/money/quantity.ts';
import { type Instant, instant } from '../../../src/platform/clock.ts';
import { messageOf } from '../../../src/platform/errors.ts';
import { sku } from '../../../src/platform/ids.ts';
import type { PriceBook } from '../../../src/pricing/price-book.ts';
import { priceCart } from '../../../src/pricing/price-cart.ts';
import type { CartInput, CartLine } from '../../../src/pricing/totals.ts';
import { compareCart } from './compare.ts';
import { type RecordedShop, readCatalogue } from './read-catalogue.ts';
import { type RecordedCart, readCarts, readJson } from './recording.ts';

/** How many differing carts are shown in full. */
const shownCarts = 10;

/**
 * `npm run conformance -- pricing [--catalog FILE] [--carts FILE] [--at INSTANT]`: computes every recorded cart and compares it
 * with Magento's figures. The last line says how many are equal to the cent; the exit code is 0 only if all are.
 */
export async function runPricing(arguments_: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...arguments_],
    options: { catalog: { type: 'string' }, carts: { type: 'string' }, at: { type: 'string' } },
  });
  const own = join(projectRoot(), 'test', 'conformance', 'oracle');
  const shop = readCatalogue(await readJson(values.catalog ?? join(own, 'catalog.json.gz')));
  const carts = readCarts(await readJson(values.carts ?? join(own, 'carts.json.gz')));
  for (const reason of shop.rejected) console.log(`left out of the price book: ${reason}`);
  const at = values.at === undefined ? shop.recordedAt : instant(values.at);
  let equal = 0;
  let shown = 0;
  for (const cart of carts) {
    const complaints = complaintsAbout(cart, shop, at);
    if (complaints.length === 0) {
      equal += 1;
    } else if (shown < shownCarts) {
      shown += 1;
      console.log(`${cart.def.id}${cart.settings_name ? ` (settings ${cart.settings_name})` : ''}`);
      for (const complaint of complaints) console.log(`  ${complaint}`);
    }
  }
  const differing = carts.length - equal;
  if (differing > shown) console.log(`… and ${differing - shown} more carts`);
  console.log(`pricing: ${equal}/${carts.length} carts equal to the cent`);
  return differing === 0 && carts.length > 0 ? 0 : 1;
}

function complaintsAbout(cart: RecordedCart, shop: RecordedShop, at: Instant): readonly string[] {
  try {
    const totals = priceCart(cartInput(cart, shop, at), shop.bookUnder(cart.settings));
    return compareCart(cart, totals).map(
      (difference) =>
        `${difference.collector}: ${difference.where}, ${difference.figure}: ` +
        `Magento ${difference.magento}, till ${difference.till}`,
    );
  } catch (error) {
    return [`could not be priced: ${messageOf(error)}`];
  }
}

/** The recorded cart as the till would have it. */
export function cartInput({ def }: RecordedCart, shop: RecordedShop, at: Instant): CartInput {
  const destination = def.address
    ? {
        countryId: def.address.country_id,
        regionId: def.address.region_id ?? 0,
        postcode: def.address.postcode ?? '',
        ...(def.address.region === undefined ? {} : { region: def.address.region }),
      }
    : shop.shop;
  return {
    lines: mergedLines(def.lines).map((line) => withFirstSelections(line, shop.bookUnder({}))),
    customerGroupId: def.customer_group_id,
    customerId: def.customer_id,
    coupon: def.coupon,
    at,
    destination,
    shippingMethod: def.shipping_method ?? 'freeshipping_freeshipping',
    ...(def.payment_method ? { paymentMethod: def.payment_method } : {}),
  };
}

/** Magento adds the quantities of what is put into a cart twice. */
function mergedLines(lines: RecordedCart['def']['lines']): readonly CartLine[] {
  const merged = new Map<string, CartLine>();
  for (const line of lines) {
    const key = JSON.stringify([line.sku, line.variant ?? null, line.selections ?? null]);
    const known = merged.get(key);
    merged.set(key, {
      lineId: known?.lineId ?? merged.size + 1,
      sku: sku(line.sku),
      quantity: quantity(line.qty + (known?.quantity ?? 0)),
      ...(line.variant ? { variant: sku(line.variant) } : {}),
      ...(line.selections
        ? {
            selections: line.selections.map((selection) => ({
              optionId: selection.option_id,
              selectionId: selection.selection_id,
              quantity: selection.qty,
            })),
          }
        : {}),
    });
  }
  return [...merged.values()];
}

/** Where a recording names no selections of a bundle, the first of each option was taken (`test/conformance/README.md`). */
function withFirstSelections(line: CartLine, book: PriceBook): CartLine {
  const bundle = book.product(line.sku)?.bundle;
  if (!bundle || line.selections !== undefined) return line;
  return {
    ...line,
    selections: bundle.options.flatMap(({ optionId, selections: [first] }) =>
      first === undefined ? [] : [{ optionId, selectionId: first.selectionId, quantity: first.quantity }],
    ),
  };
}

/** This file runs from the sources and from the build. */
function projectRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

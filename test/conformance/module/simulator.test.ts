import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant, milliseconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { seededRandom } from '../../../src/platform/seeded-random.ts';
import {
  recordedCatalogue,
  type SimulatedMagento,
  startSimulatedMagento,
} from '../../../src/showroom/magento/index.ts';
import { salableQuantity } from '../../../src/showroom/magento/inventory.ts';
import { type Json, numberOf, type Row, rowOf, rowsOf, textOf } from '../../../src/showroom/magento/json.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import {
  answersOfTheModule,
  moduleExchange,
  moduleExchanges,
  observations,
  observed,
  withoutIds,
} from './recordings.ts';

const clock = new ManualClock(instant('2026-11-23T06:10:00Z'));
let shop: SimulatedMagento;
beforeAll(async () => {
  shop = await startSimulatedMagento({
    port: 0,
    clock,
    random: seededRandom(1),
    log: silentLogger,
    catalogue: recordedCatalogue(),
    holdfastModule: true,
  });
  prepareGoods();
});
afterAll(() => shop.close());

/** What the prototype was tried with beside the catalogue. */
function prepareGoods(): void {
  const { data, ledger } = shop.shop;
  const known = data.products.find((row) => row['sku'] === 'HOU-03')!;
  for (const [index, sku] of ['PRT-DIS', 'PRT-NOSRC'].entries()) {
    data.products.push({ ...known, id: 1070 + index, sku, status: sku === 'PRT-DIS' ? 2 : 1 });
  }
  ledger.sourceItems.push({ sku: 'PRT-DEL', source_code: 'store-berlin', quantity: 20, status: 1 });
  ledger.sourceItems.push({ sku: 'PRT-DIS', source_code: 'store-berlin', quantity: 20, status: 1 });
}

function setSource(sku: string, sourceCode: string, quantity: number | null): void {
  const { sourceItems } = shop.shop.ledger;
  const index = sourceItems.findIndex((item) => item.sku === sku && item.source_code === sourceCode);
  if (index >= 0) sourceItems.splice(index, 1);
  if (quantity !== null) sourceItems.push({ sku, source_code: sourceCode, quantity, status: 1 });
}

/** The quantities that were observed before a sale. */
function setStock(name: string): void {
  for (const [sku, stock] of Object.entries(rowOf(rowOf(observed(`${name}-after`))['before']))) {
    for (const entry of textOf(rowOf(stock)['src']).split(' ')) {
      const [source = '', quantity] = entry.split('=');
      setSource(sku, source, Number(quantity));
    }
  }
}

async function call(method: string, path: string, body: Json, token = true): Promise<{ status: number; body: Json }> {
  const answer = await fetch(shop.url + path, {
    method,
    headers: {
      accept: 'application/json',
      ...(body === null ? {} : { 'content-type': 'application/json' }),
      ...(token ? { authorization: `Bearer ${shop.integrationToken}` } : {}),
    },
    body: body === null ? null : JSON.stringify(body),
  });
  return { status: answer.status, body: JSON.parse(await answer.text()) as Json };
}

/** The first recorded sale, with another id, number, and what else is to differ. */
function sale(id: string, number: string, change: (sale: Row) => Row = (same) => same): Json {
  const first = rowOf(rowOf(moduleExchange('m01-sale').request.body)['sale']);
  return { sale: change({ ...structuredClone(first), sale_id: id, receipt_number: number }) };
}

/** Four of one article and two of another, 26.42 in all; what the recorded returns are of. */
const forReturns = (given: Row): Row => ({
  ...given,
  lines: rowsOf(given['lines']).map((line, index): Row => {
    const times = (field: string): number => Math.round(numberOf(line[field]) * 200) / 100;
    const amounts = ['qty', 'row_total', 'row_total_incl_tax', 'discount_amount', 'tax_amount'];
    const doubled = Object.fromEntries(
      [...amounts, 'discount_tax_compensation_amount'].map((field) => [field, times(field)]),
    );
    const taxes = rowsOf(line['taxes']).map((tax) => ({ ...tax, amount: numberOf(doubled['tax_amount']) }));
    return { ...line, ...doubled, taxes, name: index === 0 ? 'Article HOU-03' : 'Article TEA-06' };
  }),
  totals: {
    subtotal: 24.48,
    subtotal_incl_tax: 28.42,
    discount_amount: 2,
    tax_amount: 3.62,
    discount_tax_compensation_amount: 0.32,
    grand_total: 26.42,
  },
  tenders: [{ method: 'cash', amount: 26.42, reference: '', provisional: false }],
});

async function posted(body: Json): Promise<void> {
  const answer = await call('POST', '/rest/V1/holdfast/sales', body);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
}

const provisional = (id: string, number: string, reference: string): Promise<void> => {
  const recorded = rowOf(rowOf(moduleExchange('m50-provisional-processing').request.body)['sale']);
  const tenders = rowsOf(recorded['tenders']).map((tender) =>
    tender['provisional'] === true ? { ...tender, reference } : tender,
  );
  return posted({ sale: { ...recorded, sale_id: id, receipt_number: number, tenders } });
};

/** What must be there before an exchange; where it says nothing, the exchange before it has seen to that. */
const before: Readonly<Record<string, () => void | Promise<void>>> = {
  'm25-no-row-in-source': () => setSource('PRT-NOSRC', 'store-berlin', null),
  'm42-no-row-in-source-created-first': () => setSource('PRT-NOSRC', 'store-berlin', null),
  'm23-sold-out': () => setStock('m23-sold-out'),
  'm24-more-than-in-source': () => setStock('m24-more-than-in-source'),
  'm36-sixty-lines': () => {
    for (const item of shop.shop.ledger.sourceItems) item.quantity = Math.max(item.quantity, 100);
    // Oversold by m23 and m24.
    for (const sku of ['ELE-09', 'ELE-10']) setSource(sku, 'store-berlin', -3);
  },
  'm47-virtual-more-than-in-stock': () => setStock('m47-virtual-more-than-in-stock'),
  'm55-declined-processing': () => provisional('7801c5ce-42f0-4fed-88e0-ecf773c8b8a8', 'K9-00416123', 'TX-e1cf5736'),
  'm70-return': () => posted(sale('34e75d3b-acb9-40b9-8057-a135f44cb48c', 'K9-16313609', forReturns)),
  // The one that six parallel calls made (m73).
  'm74-return-not-to-stock': async () => {
    const recorded = rowOf(rowOf(moduleExchange('m70-return').request.body)['return']);
    const again = { ...recorded, return_id: '00000000-0000-4000-8000-000000000073', return_number: 'K9-R-313610' };
    await call('POST', '/rest/V1/holdfast/returns', { return: again });
  },
  'm79-return-own-amounts': () => posted(sale('a8796d1a-f94b-4f12-ba67-7e1526e64e81', 'K9-16313610', forReturns)),
  'm93-changes': async () => {
    const { next_cursor: newest } = rowOf((await call('GET', '/rest/V1/holdfast/snapshot/changes/newest', null)).body);
    shop.shop.ledger.changes.splice(0);
    shop.shop.ledger.sequences['change'] = Number(newest) + 42;
    shop.shop.product('HOU-07')['price'] = 12.34;
    await clock.advance(milliseconds(instant('2026-11-23T06:46:22Z') - clock.now()));
  },
  'm80-return-of-unpaid-sale': () => provisional('0bb991a9-5e71-47be-86a0-8484ed8c9e8f', 'K9-16313611', 'TX-1'),
};

/** Exchanges that the simulated module is not held to. */
const notReplayed: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    moduleExchanges
      .filter(({ name }) => name.endsWith('-payment_review'))
      .map(({ name }) => [name, 'a way to mark provisional payments that was tried and not chosen']),
  ),
};

/** In the order of recording, but that a look for a sale comes after it. */
const inOrder = [...moduleExchanges]
  .sort((a, b) => (a.name < b.name ? -1 : 1))
  .sort((a, b) => place(a.name) - place(b.name));

function place(name: string): number {
  if (name === 'm13a-first') return 2.5;
  return name === 'm02-sale-repeated' ? 2 : Number(/^m(\d+)/.exec(name)?.[1]);
}

describe('the simulated shop with the module, held to the recordings', () => {
  it.each(inOrder.filter(({ name }) => !(name in notReplayed)).map((exchange) => [exchange.name, exchange] as const))(
    '%s',
    async (name, { auth, request, response }) => {
      await before[name]?.();
      const expected = answersOfTheModule[name] ?? response;
      const answer = await call(request.method, request.path, request.body, auth !== 'none');
      expect(withoutIds(answer.body)).toEqual(withoutIds(expected.body));
      expect(answer.status).toBe(expected.status);
    },
  );

  it('moved the stock as the prototype did', () => {
    const { ledger } = shop.shop;
    const order = ledger.orders.find((each) => each.row['increment_id'] === 'K9-00415930')!;
    const recorded = rowOf(observed('m05-sale-result'));
    const row = rowsOf(recorded['order'])[0]!;
    for (const field of ['ext_order_id', 'state', 'status', 'created_at']) expect(order.row[field]).toBe(row[field]);
    for (const field of ['subtotal', 'discount_amount', 'tax_amount', 'grand_total', 'total_paid', 'total_invoiced']) {
      expect(order.row[field]).toBe(Number(row[field]));
    }
    expect(order.taxes.map((tax) => [tax['code'], tax['amount']])).toEqual([
      ['DE-19', 1.6],
      ['DE-7', 0.21],
    ]);
    expect(order.histories[0]).toMatchObject({
      comment: 'Till K9, receipt K9-00415930: cash 13.21',
      status: 'pending',
    });
    const returned = ledger.orders.find((each) => each.row['increment_id'] === 'K9-16313610')!;
    const whole = rowOf(rowOf(observed('m79d-fully-returned'))['order']);
    for (const field of ['total_refunded', 'subtotal_refunded', 'tax_refunded']) {
      expect(returned.row[field]).toBe(Number(whole[field]));
    }
  });

  it('leaves no reservation open but that of what is not invoiced yet', () => {
    const open = new Map<string, number>();
    for (const { sku, quantity } of shop.shop.ledger.reservations) open.set(sku, (open.get(sku) ?? 0) + quantity);
    expect([...open].filter(([, quantity]) => Math.abs(quantity) > 1e-9)).toEqual([]);
    expect(salableQuantity(shop.shop, 'GIFT-WRAP', 2)).toBeLessThan(0);
  });

  it('is an ordinary shop without the module', async () => {
    shop.holdfastModule = false;
    const answer = await call('GET', '/rest/V1/holdfast/status', null);
    expect(answer).toEqual({ status: 404, body: { message: 'Request does not match any route.' } });
    shop.holdfastModule = true;
    expect((await call('GET', '/rest/V1/holdfast/status', null)).body).toEqual({ contract: 1, version: '0.1.0' });
  });
});

afterAll(() => {
  const excluded = Object.keys(notReplayed).length;
  console.log(
    `module exchanges: replayed ${moduleExchanges.length - excluded} of ${moduleExchanges.length}, excluded ${excluded} with reasons; ` +
      `${observations.length} observations beside them`,
  );
});

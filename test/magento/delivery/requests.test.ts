import { describe, expect, it } from 'vitest';
import { orderComment } from '../../../src/magento/delivery/comment.ts';
import { compareLines } from '../../../src/magento/delivery/compare.ts';
import { readOrder } from '../../../src/magento/delivery/order.ts';
import { cartItem, orderLines } from '../../../src/magento/delivery/order-lines.ts';
import { newProgress } from '../../../src/magento/delivery/progress.ts';
import {
  amendment,
  choosePaymentMethod,
  placement,
  shipment,
  shippingInformation,
} from '../../../src/magento/delivery/requests.ts';
import { money } from '../../../src/money/money.ts';
import { quantity } from '../../../src/money/quantity.ts';
import { sku } from '../../../src/platform/ids.ts';
import { sampleSale } from '../../journal/sample-sale.ts';
import { recorded } from './recorded.ts';
import { berlin, line, saleOf } from './sales.ts';

const firstLine = (sale: Parameters<typeof orderLines>[0]) => {
  const [first] = orderLines(sale);
  if (first === undefined) throw new Error('no line');
  return first;
};

describe('what is sent is what was recorded', () => {
  it('the item of a cart', () => {
    const sale = saleOf([line({ sku: 'HOU-04', productId: 34, quantity: 2, inclTax: '19.98', tax: '3.19' })]);
    expect(cartItem('1532', firstLine(sale))).toEqual(recorded('r21-C-item').request.body);
  });

  it('a configurable with its options', () => {
    const change = {
      type: 'configurable' as const,
      variant: sku('TSHIRT-M'),
      configurableOptions: [{ optionId: '138', optionValue: 5 }],
    };
    const sale = saleOf([line({ sku: 'TSHIRT', productId: 66, inclTax: '24.90', tax: '3.98', change })]);
    expect(cartItem('1184', firstLine(sale))).toEqual(recorded('b11-add-configurable').request.body);
    expect(firstLine(sale).sku).toBe('TSHIRT-M');
  });

  it('a bundle with its selections, in the form Magento shows them', () => {
    const bundle = (
      recorded('b63b-items-after-assign').response.body as { sku: string; product_option: unknown }[]
    ).find((item) => item.sku === 'BREAKFAST');
    const change = {
      type: 'bundle' as const,
      bundleSelections: [
        { optionId: 1, selectionId: '1', quantity: 1 },
        { optionId: 2, selectionId: '3', quantity: 2 },
      ],
    };
    const sale = saleOf([line({ sku: 'BREAKFAST', productId: 67, inclTax: '10.00', tax: '1.60', change })]);
    expect(cartItem('1197', firstLine(sale))).toMatchObject({ cartItem: { product_option: bundle?.product_option } });
  });

  it('address, placement, shipment', () => {
    const { addressInformation: placed } = recorded('r22-C-shipping').request.body as {
      addressInformation: Record<'billing_address' | 'shipping_address', Record<string, unknown>>;
    };
    const byReceipt = (address: Record<string, unknown>) => ({
      ...address,
      firstname: 'POS Laden Berlin',
      lastname: 'K1-00000501',
    });
    expect(shippingInformation(berlin, 'K1-00000501')).toEqual({
      addressInformation: {
        ...placed,
        billing_address: byReceipt(placed.billing_address),
        shipping_address: byReceipt(placed.shipping_address),
      },
    });
    const sale = sampleSale({ counter: 501 });
    expect(placement('purchaseorder', sale)).toEqual(recorded('r23-C-place').request.body);
    expect(shipment(berlin)).toEqual(recorded('r28-C-ship').request.body);
  });

  it('the amendment of the recorded order to the recorded figures, with the sale in its history', () => {
    const order = readOrder(recorded('r25-C-get-order').response.body);
    const change = { price: money('8.40'), discountPercent: 0 };
    const sale = saleOf([line({ sku: 'HOU-04', productId: 34, quantity: 2, inclTax: '19.98', tax: '3.19', change })]);
    const { differences, items } = compareLines(sale, order, [6798]);
    expect(differences).toEqual([]);
    const sent = amendment(sale, order, items, newProgress) as { entity: Record<string, unknown> };
    const recordedEntity = (recorded('r26-C-amend').request.body as { entity: object }).entity;
    const { status_histories: histories, ...entity } = sent.entity;
    // Recorded with the state and status that the order had; Magento keeps both where they are not named (e01, e02).
    expect({ ...entity, state: 'new', status: 'pending' }).toEqual(recordedEntity);
    expect(histories).toMatchObject([{ comment: expect.stringContaining(sale.saleId), is_visible_on_front: 0 }]);
  });
});

describe('the amendment', () => {
  const order = readOrder(recorded('r25-C-get-order').response.body);
  const sale = saleOf([
    line({ sku: 'HOU-04', productId: 34, quantity: 2, inclTax: '19.98', tax: '3.19', discount: '2.00' }),
  ]);

  it('shows discounts negative on the order and positive on the item, as Magento does', () => {
    const { items } = compareLines(sale, order, null);
    expect(amendment(sale, order, items, newProgress)).toMatchObject({
      entity: {
        discount_amount: -2,
        base_discount_amount: -2,
        grand_total: 17.98,
        items: [{ discount_amount: 2, base_discount_amount: 2 }],
      },
    });
  });

  it('gives the order to the customer, who was kept out of the cart', () => {
    const customer = { id: 5, groupId: 2, email: 'kunde5@example.com', name: 'Karla van der Kunde' };
    const body = amendment({ ...sale, customer }, order, [], newProgress);
    expect(body).toMatchObject({
      entity: {
        customer_id: 5,
        customer_group_id: 2,
        customer_is_guest: 0,
        customer_email: 'kunde5@example.com',
        customer_firstname: 'Karla',
        customer_lastname: 'van der Kunde',
      },
    });
  });

  it('takes shipping costs off, and does not write the same comment twice', () => {
    const again = { ...order, shipping_amount: 4.9, status_histories: [{ comment: `Sale ${sale.saleId}.` }] };
    const { entity } = amendment(sale, again, [], newProgress) as { entity: Record<string, unknown> };
    expect(entity).toMatchObject({ shipping_amount: 0, base_shipping_amount: 0, shipping_incl_tax: 0 });
    expect(entity).not.toHaveProperty('status_histories');
  });
});

describe('lines that Magento keeps as one', () => {
  const sold = (lineId: number, count: number, inclTax: string, tax: string) =>
    line({ sku: 'TEA-01', productId: 11, quantity: count, inclTax, tax }, lineId);

  it('are sent once with their sum, however often they were scanned', () => {
    const sale = saleOf([
      sold(1, 1, '10.53', '1.68'),
      line({ sku: 'COF-01', productId: 1, inclTax: '5.00', tax: '0.80' }, 2),
      sold(3, 2, '21.06', '3.36'),
    ]);
    expect(orderLines(sale).map(({ sku: article, quantity: count }) => [article, count])).toEqual([
      ['TEA-01', 3],
      ['COF-01', 1],
    ]);
  });

  it('add up without the errors of binary fractions', () => {
    const weighed = (lineId: number, weight: number) =>
      line(
        { sku: 'LOOSE', productId: 12, inclTax: '1.00', tax: '0.16', change: { quantity: quantity(weight) } },
        lineId,
      );
    expect(orderLines(saleOf([weighed(1, 0.1), weighed(2, 0.2)]))[0]?.quantity).toBe(0.3);
  });

  it('keep one unit price, or what a unit cost on average where they were sold differently', () => {
    const order = readOrder({
      ...(recorded('r25-C-get-order').response.body as object),
      items: [{ item_id: 1, product_id: 11, sku: 'TEA-01', qty_ordered: 3 }],
    });
    const different = saleOf([sold(1, 1, '10.00', '1.60'), sold(2, 2, '19.00', '3.03')]);
    const { items } = compareLines(different, order, null);
    expect(items[0]?.figures).toMatchObject({ price_incl_tax: money('9.67'), row_total_incl_tax: money('29.00') });
  });

  it('are not merged when their options differ', () => {
    const shirt = (lineId: number, variant: string, optionValue: number) =>
      line(
        {
          sku: 'TSHIRT',
          productId: 66,
          inclTax: '24.90',
          tax: '3.98',
          change: {
            type: 'configurable',
            variant: sku(variant),
            configurableOptions: [{ optionId: '138', optionValue }],
          },
        },
        lineId,
      );
    expect(orderLines(saleOf([shirt(1, 'TSHIRT-M', 5), shirt(2, 'TSHIRT-L', 6)])).map((each) => each.sku)).toEqual([
      'TSHIRT-M',
      'TSHIRT-L',
    ]);
  });
});

describe('comparing Magento’s order with the sale', () => {
  const order = readOrder(recorded('b32-order-get').response.body);
  const shirt = { type: 'configurable' as const, variant: sku('TSHIRT-M') };
  const lines = [
    line({ sku: 'COF-01', productId: 1, quantity: 3, inclTax: '107.43', tax: '5.41' }, 1),
    line({ sku: 'TEA-04', productId: 14, inclTax: '1.86', tax: '0.10' }, 2),
    line({ sku: 'TSHIRT', productId: 66, inclTax: '24.90', tax: '3.40', change: shirt }, 3),
    line({ sku: 'TSHIRT-L', productId: 64, inclTax: '24.90', tax: '3.40' }, 4),
  ];

  it('finds every line of the recorded order, the configurable by its variant', () => {
    const { differences, items } = compareLines(saleOf(lines), order, null);
    expect(differences).toEqual([]);
    expect(items.map(({ item }) => item.item_id)).toEqual([1, 2, 3, 5]);
  });

  it('names a line that Magento dropped, one it added, and a quantity it changed', () => {
    const sold = [...lines.slice(0, 3), line({ sku: 'BOO-06', productId: 46, inclTax: '9.00', tax: '0.59' }, 5)];
    const changed = sold.map((each) => (each.lineId === 1 ? { ...each, quantity: quantity(2) } : each));
    expect(compareLines(saleOf(changed), order, null).differences).toEqual([
      '3 × COF-01 "Article COF-01" instead of 2',
      '1 × BOO-06 "Article BOO-06" is missing',
      '1 × TSHIRT-L "Shop T-shirt L" was not sold',
    ]);
  });

  it('gives a bundle’s parts their own figures', () => {
    const part = line({ sku: 'COF-01', productId: 1, inclTax: '7.00', tax: '0.46' }, 9);
    const bundle = line({
      sku: 'BREAKFAST',
      productId: 67,
      inclTax: '7.00',
      tax: '0.46',
      change: { type: 'bundle', children: [part] },
    });
    const withBundle = readOrder({
      ...(recorded('r25-C-get-order').response.body as object),
      items: [
        { item_id: 1, product_id: 67, sku: 'BREAKFAST-COF-01', qty_ordered: 1 },
        { item_id: 2, product_id: 1, sku: 'COF-01', qty_ordered: 1, parent_item_id: 1 },
      ],
    });
    const { differences, items } = compareLines(saleOf([bundle]), withBundle, null);
    expect(differences).toEqual([]);
    expect(items.map(({ item, figures }) => [item.item_id, figures.tax_amount])).toEqual([
      [1, money('0.46')],
      [2, money('0.46')],
    ]);
  });
});

describe('the payment method', () => {
  const cash = sampleSale({ counter: 1 });
  const card = sampleSale({ counter: 1, pay: 'card' });
  it.each([
    ['its own for cash', cash, ['checkmo', 'cashondelivery'], 'cashondelivery'],
    ['its own for card', card, ['checkmo', 'cashondelivery'], 'checkmo'],
    ['the other configured one when its own is not offered', card, ['cashondelivery'], 'cashondelivery'],
    ['free when nothing is due', cash, ['free'], 'free'],
    ['none that the shop did not choose', cash, ['banktransfer'], null],
  ])('%s', (_, sale, offered, expected) => {
    expect(choosePaymentMethod(sale, berlin, offered)).toBe(expected);
  });
});

describe('the comment in the order’s history', () => {
  it('names till, receipt, cashier, time and tenders, and nothing of a card beyond what the receipt shows', () => {
    expect(orderComment(sampleSale({ counter: 7, pay: 'card' }), newProgress, 'quote')).toBe(
      [
        'Sold at till K1, receipt K1-00000007, by Ada, 2026-11-23 09:07:00 Europe/Berlin.',
        'Paid: card 11.90 EUR (Visa, 541333******4444, authorization 123456, reference T-1).',
        'Brought in by recipe C (a cart, amended to the figures sold).',
        'Sale 01900000-0000-7000-8000-000000000007.',
      ].join('\n'),
    );
  });

  it('says when the time is doubtful, and which coupon Magento no longer took', () => {
    const sale = sampleSale({ counter: 7 });
    const doubtful = { ...sale, coupon: 'TENOFF', stamp: { ...sale.stamp, trusted: false } };
    const comment = orderComment(
      doubtful,
      { couponRefused: 'expired', cartRefused: 'sold out', renames: [] },
      'direct',
    );
    expect(comment).toContain('the till was not sure of the time');
    expect(comment).toContain('The coupon "TENOFF" was honoured at the till; Magento no longer took it: expired');
    expect(comment).toContain("Magento's cart refused the sale: sold out");
    expect(comment).toContain('Brought in by recipe B');
  });
});

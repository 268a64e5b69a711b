import { expect, it } from 'vitest';
import { mapAttribute } from '../../../src/magento/catalogue/attribute.ts';
import { mapCustomerGroup } from '../../../src/magento/catalogue/customer-group.ts';
import { mapTaxClass, mapTaxRate, mapTaxRule } from '../../../src/magento/catalogue/tax.ts';

it('reads a tax rule', () => {
  const rule = {
    id: 1,
    code: 'Standard',
    priority: 1,
    customer_tax_class_ids: ['3'],
    product_tax_class_ids: [2],
    tax_rate_ids: [3, 5],
  };
  expect(mapTaxRule({ ...rule, calculate_subtotal: true })).toEqual({
    ok: true,
    record: {
      id: 1,
      code: 'Standard',
      priority: 1,
      position: 0,
      customerTaxClassIds: [3],
      productTaxClassIds: [2],
      taxRateIds: [3, 5],
      calculateSubtotal: true,
    },
  });
});

const rate = { id: 3, tax_country_id: 'DE', tax_postcode: '*', rate: '19.0000', code: 'DE-19', titles: [] };

it('reads a tax rate for everywhere, for a pattern and for a range of postcodes', () => {
  expect(mapTaxRate(rate)).toEqual({
    ok: true,
    record: { id: 3, code: 'DE-19', countryId: 'DE', regionId: 0, postcode: '*', zipFrom: null, zipTo: null, rate: 19 },
  });
  expect(mapTaxRate({ ...rate, tax_region_id: 82, tax_postcode: '101*' })).toMatchObject({
    record: { regionId: 82, postcode: '101*', zipFrom: null },
  });
  expect(mapTaxRate({ ...rate, zip_is_range: 1, zip_from: '10000', zip_to: 10999 })).toMatchObject({
    record: { zipFrom: 10000, zipTo: 10999 },
  });
});

it('refuses a range without an end', () => {
  expect(mapTaxRate({ ...rate, zip_is_range: 1, zip_from: 1 })).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/DE-19/),
  });
});

it('reads tax classes, customer groups and attributes', () => {
  expect(mapTaxClass({ class_id: '2', class_name: 'Goods', class_type: 'PRODUCT' })).toMatchObject({
    record: { id: 2, kind: 'product' },
  });
  expect(mapTaxClass({ class_id: 3, class_name: 'Goods', class_type: 'MOON' })).toMatchObject({ ok: false });
  expect(mapCustomerGroup({ id: 0, code: 'NOT LOGGED IN', tax_class_id: 3, tax_class_name: 'Retail' })).toEqual({
    ok: true,
    record: { id: 0, code: 'NOT LOGGED IN', taxClassId: 3 },
  });
  expect(mapCustomerGroup({ id: 0, code: 'x' })).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/^tax_class_id: /),
  });
  expect(
    mapAttribute({ attribute_id: 137, attribute_code: 'ean', frontend_input: 'text', backend_type: 'varchar' }),
  ).toEqual({
    ok: true,
    record: { id: 137, code: 'ean', input: 'text', backendType: 'varchar' },
  });
});

import { round } from './decimals.ts';
import { numberOf, type Row, rowOf, rowsOf, textOf } from './json.ts';
import { invalid } from './module-documents.ts';

const lineAmounts = [
  'price',
  'price_incl_tax',
  'row_total',
  'row_total_incl_tax',
  'discount_amount',
  'tax_percent',
  'tax_amount',
  'discount_tax_compensation_amount',
] as const;

/** What the module demands of a sale (`Model\Sale\SaleRules`); throws its 422. */
export function checkSale(sale: Row): void {
  const parts = [...head(sale), ...rowsOf(sale['lines']).flatMap(line), ...tenderFields(sale)];
  const problems = parts.length > 0 ? parts : [...totals(sale), ...tenders(sale)];
  if (problems.length > 0) throw invalid(`The sale is not valid: ${problems.join('; ')}`);
}

function head(sale: Row): readonly string[] {
  const length = textOf(sale['receipt_number']).length;
  return [
    ...(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(textOf(sale['sale_id'])) ? [] : ['sale_id must be a UUID']),
    ...(length >= 1 && length <= 50 ? [] : ['receipt_number must have 1..50 characters']),
    ...['terminal_id', 'sold_at', 'store_id', 'source_code', 'currency']
      .filter((field) => textOf(sale[field]) === '')
      .map((field) => `no ${field}`),
    ...(rowsOf(sale['lines']).length > 0 ? [] : ['no lines']),
    ...(isGiven(sale, 'totals') ? [] : ['no totals']),
    ...(isGiven(sale, 'tenders') ? [] : ['no tenders']),
  ];
}

function line(row: Row, index: number): readonly string[] {
  const at = `lines[${index}]`;
  const taxed = sumOf(rowsOf(row['taxes']), 'amount');
  return [
    ...(textOf(row['sku']).trim() === '' ? [`${at}.sku is missing`] : []),
    ...(numberOf(row['qty']) > 0 ? [] : [`${at}.qty must be positive`]),
    ...lineAmounts.filter((field) => !isGiven(row, field)).map((field) => `${at}.${field} is missing`),
    ...differs(`${at}.tax_amount`, numberOf(row['tax_amount']), 'taxes', taxed),
  ];
}

const tenderFields = (sale: Row): readonly string[] =>
  rowsOf(sale['tenders']).flatMap((tender, index) => [
    ...(textOf(tender['method']) === '' || !isGiven(tender, 'amount')
      ? [`tenders[${index}] needs method and amount`]
      : []),
    ...(tender['provisional'] === true && textOf(tender['reference']) === ''
      ? [`tenders[${index}] is provisional and needs a reference`]
      : []),
  ]);

function totals(sale: Row): readonly string[] {
  const lines = rowsOf(sale['lines']);
  const stated = rowOf(sale['totals']);
  // Of weighed goods Magento adds the unrounded rows up.
  const tolerance = 0.01 * lines.filter((row) => numberOf(row['qty']) % 1 !== 0).length;
  const tax = sumOf(lines, 'tax_amount');
  const discount = sumOf(lines, 'discount_amount');
  const compensation = sumOf(lines, 'discount_tax_compensation_amount');
  const subtotal = sumOf(lines, 'row_total');
  const sums = {
    subtotal,
    subtotal_incl_tax: sumOf(lines, 'row_total_incl_tax'),
    discount_amount: discount,
    tax_amount: tax,
    discount_tax_compensation_amount: compensation,
    grand_total: subtotal + tax + compensation - discount,
  };
  return Object.entries(sums).flatMap(([field, sum]) =>
    isGiven(stated, field)
      ? differs(`totals.${field}`, numberOf(stated[field]), 'lines', sum, tolerance)
      : [`totals.${field} is missing`],
  );
}

const tenders = (sale: Row): readonly string[] =>
  differs('tenders', sumOf(rowsOf(sale['tenders']), 'amount'), 'lines', numberOf(rowOf(sale['totals'])['grand_total']));

const differs = (field: string, stated: number, source: string, sum: number, tolerance = 0): readonly string[] =>
  Math.abs(stated - sum) < tolerance + 0.005 ? [] : [`${field} ${round(stated, 2)}, ${source} give ${round(sum, 2)}`];

const sumOf = (rows: readonly Row[], field: string): number => rows.reduce((sum, row) => sum + numberOf(row[field]), 0);

const isGiven = (row: Row, field: string): boolean => row[field] !== undefined && row[field] !== null;

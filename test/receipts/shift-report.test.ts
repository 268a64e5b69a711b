import { describe, expect, it } from 'vitest';
import { paperWidths } from '../../drivers/printer/document.ts';
import { money } from '../../src/money/money.ts';
import { type ShiftId, terminalId } from '../../src/platform/ids.ts';
import { composeShiftReport } from '../../src/receipts/shift-report.ts';
import { dateAndTime } from '../../src/receipts/shop-print.ts';
import type { ShiftReport } from '../../src/register/shift-report.ts';
import { printAsText } from './paper.ts';
import { englishShop, germanShop, stampAt } from './sales.ts';

const at = stampAt('2026-11-23T17:05:00Z');
const xReport: ShiftReport = {
  kind: 'X',
  terminalId: terminalId('K1'),
  at,
  counted: null,
  shiftId: '01890a5d-0000-774b-bcce-b302099a8057' as ShiftId,
  cashier: 'Jana',
  openedAt: stampAt('2026-11-23T06:00:00Z'),
  float: money('100.00'),
  sales: 47,
  cashSales: money('512.35'),
  cardSales: money('1380.10'),
  returns: 0,
  cashRefunds: money('0.00'),
  cardRefunds: money('0.00'),
  cashIn: money('20.00'),
  cashOut: money('50.00'),
  expectedCash: money('582.35'),
};
const zReport: ShiftReport = { ...xReport, kind: 'Z' };

describe('composeShiftReport on paper', () => {
  it('X: a look at the open shift', async () => {
    const text = printAsText(composeShiftReport(xReport, englishShop), paperWidths[42]);
    expect(text).not.toMatch(/counted|Difference/);
    await expect(text).toMatchFileSnapshot('golden/x-report-en-42.txt');
  });

  it('Z: with the cash counted, and what is missing', async () => {
    const report = { ...zReport, counted: money('580.00') };
    const text = printAsText(composeShiftReport(report, germanShop), paperWidths[32]);
    expect(text).toMatch(/Differenz +-2,35/);
    await expect(text).toMatchFileSnapshot('golden/z-report-de-32.txt');
  });

  it('Z: says that nobody counted', () => {
    const text = printAsText(composeShiftReport(zReport, germanShop), paperWidths[48]);
    expect(text).toMatch(/Bargeld ist +nicht gezählt/);
    expect(text).not.toContain('Differenz');
  });
});

describe('dateAndTime', () => {
  it("is on the shop's clock, also after midnight and across summer time", () => {
    expect(dateAndTime(stampAt('2026-07-01T22:30:00Z').at, 'Europe/Berlin', 'DD.MM.YYYY')).toBe('02.07.2026 00:30');
    expect(dateAndTime(stampAt('2026-12-31T23:30:00Z').at, 'Europe/Berlin', 'YYYY-MM-DD')).toBe('2027-01-01 00:30');
    expect(dateAndTime(stampAt('2026-12-31T23:30:00Z').at, 'America/New_York', 'YYYY-MM-DD')).toBe('2026-12-31 18:30');
  });
});

it('says on the Z report what Magento does not have yet, and nothing where it has all', () => {
  const text = (unconfirmed: number): string =>
    printAsText(composeShiftReport({ ...zReport, unconfirmed }, englishShop), paperWidths[42]);
  expect(text(3)).toMatch(/Not in Magento yet +3/);
  expect(text(0)).not.toContain('Magento');
});

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLogger } from '../../src/platform/log.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import type { CardRow } from '../../src/showroom/card-books.ts';
import { type Counter, startCounter } from '../../src/showroom/counter/server.ts';
import { deliveredRow, FakeShowroom } from '../showroom/counter/fake-showroom.ts';
import { describeWith } from '../tools/needs.ts';
import { desktop, launchChromium, openPage, type PageFaults, picture } from './open-page.ts';

const timeout = 60_000;

const rows: readonly CardRow[] = [
  {
    paymentId: 'p-3',
    receiptNumber: 'K1-00000003',
    amount: '31.00',
    till: { state: 'stored', how: 'stored' },
    acquirer: null,
    may: [],
  },
  {
    paymentId: 'p-2',
    receiptNumber: 'K1-00000002',
    amount: '8.99',
    till: { state: 'declined-late', how: 'stored' },
    acquirer: { state: 'declined', came: 'forwarded' },
    may: [],
  },
  {
    paymentId: 'p-1',
    receiptNumber: 'K1-00000001',
    amount: '12.50',
    till: { state: 'approved-online', how: 'online' },
    acquirer: { state: 'approved', came: 'online' },
    may: ['decline'],
  },
];

describeWith('chromium', 'cards on the counter page', (executablePath) => {
  let browser: Browser;
  let counter: Counter;
  let page: Page;
  let faults: PageFaults;
  const showroom = new FakeShowroom();

  beforeAll(async () => {
    browser = await launchChromium(executablePath);
    showroom.cardRows = rows;
    const delivered = [1, 2, 3].map((number) => deliveredRow(number, '12.50'));
    showroom.ledgers = { ...showroom.ledgers, rows: delivered };
    counter = await startCounter({ showroom, port: 0, clock: new SystemClock(), log: silentLogger });
    ({ page, faults } = await openPage(browser, counter.url, desktop));
    page.setDefaultTimeout(timeout);
  });
  afterAll(async () => {
    await counter.close();
    await browser.close();
  });

  it('shows what is not final, and lets the bank and the card terminal be set', async () => {
    await page.getByText('1 not final, 1 to be looked into').waitFor();
    await page.getByText('Cards and their bank').click();
    const table = page.getByRole('region', { name: 'Card payments' });
    expect(await table.locator('tbody tr').allInnerTexts()).toMatchObject([
      expect.stringMatching(/K1-00000003\s+31\.00\s+stored, not final\s+has not heard of it/),
      expect.stringMatching(/K1-00000002\s+8\.99\s+declined later\s+declined, handed over later/),
      expect.stringMatching(/K1-00000001\s+12\.50\s+approved\s+approved\s+Decline now/),
    ]);
    await picture(page, 'cards');
    await page.getByRole('button', { name: 'Decline now' }).click();
    await page.getByRole('button', { name: 'declines', exact: true }).click();
    await page.getByRole('button', { name: 'lets the chip decide' }).click();
    await page.getByRole('button', { name: 'Pay out' }).click();
    await expect
      .poll(() => showroom.calls, { timeout })
      .toEqual([['declineLate', 'p-1'], ['decide', 'decline'], ['cardsOffline', 'offline-emv'], ['settle']]);
    expect(await page.getByRole('button', { name: 'stores the payment' }).getAttribute('aria-pressed')).toBe('true');
    expect(faults.words).toEqual([]);
  });
});

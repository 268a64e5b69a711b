import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../../src/platform/log.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { type Counter, startCounter } from '../../src/showroom/counter/server.ts';
import type { Showroom } from '../../src/showroom/facade.ts';
import { displays, ledgersAgree, openShowroom, removeFolder, showroomFolder } from '../showroom/open-showroom.ts';
import { describeWith } from '../tools/needs.ts';
import { desktop, launchChromium, openPage, type PageFaults, picture, type View } from './open-page.ts';

/** Generous: how long anything may take on a busy machine. */
const timeout = 60_000;

describeWith('chromium', 'the counter in a browser, with the real till', (executablePath) => {
  let browser: Browser;
  let dir: string;
  let showroom: Showroom;
  let counter: Counter;
  let page: Page;
  let faults: PageFaults;

  beforeAll(async () => {
    browser = await launchChromium(executablePath);
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    dir = showroomFolder();
    showroom = await openShowroom(dir);
    counter = await startCounter({ showroom, port: 0, clock: new SystemClock(), log: silentLogger });
  });
  afterEach(async () => {
    await page.close();
    await counter.close();
    await showroom.close();
    removeFolder(dir);
  });

  async function look(view: View = desktop): Promise<void> {
    ({ page, faults } = await openPage(browser, counter.url, view));
    page.setDefaultTimeout(timeout);
    await shows('Shift closed');
  }
  const shows = (words: string | RegExp): Promise<void> =>
    expect
      .poll(() => page.getByRole('status', { name: 'Display' }).textContent(), { timeout })
      .toMatch(typeof words === 'string' ? new RegExp(words.replace(/[.+]/g, '\\$&')) : words);
  const key = (name: string): Promise<void> => page.locator(`#keypad [data-key="${name}"]`).click();
  const scan = (article: string): Promise<void> => page.getByRole('button', { name: `Scan ${article},` }).click();
  const turn = (name: string): Promise<void> => page.getByRole('switch', { name }).click();
  const states = (): Promise<(string | null)[]> =>
    page.locator('#ledger tbody tr').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-state')));

  it('takes a trader through an outage: cash, card, no network, no power, and both ledgers agree', async () => {
    await look();
    for (const digit of ['1', '0', '0', 'enter']) await key(digit);
    await shows('Shift open');

    await scan('Coffee article 2');
    await shows('Coffee article');
    await scan('Shop T-shirt M');
    await shows('Shop T-shirt');
    await key('total');
    await shows('To pay');
    for (const digit of ['5', '0', 'enter']) await key(digit);
    await shows(/Change\s+\d+\.\d\d/);
    await page.getByRole('button', { name: /drawer is open/ }).click();
    await page.getByRole('button', { name: 'Cash drawer: closed' }).waitFor();
    await page.getByRole('img', { name: /Receipt 1:[\s\S]*K1-00000001/ }).waitFor();
    await expect.poll(states, { timeout }).toEqual(['agrees']);

    await scan('Books article 1');
    await shows('Books article');
    await key('total');
    await shows('To pay');
    await key('times');
    await shows('Card');
    await page.getByText('The card terminal waits for the customer').waitFor();
    await page.getByRole('button', { name: 'Tap card' }).click();
    await shows('K1-00000002');
    await expect.poll(states, { timeout }).toEqual(['agrees', 'agrees']);
    await page.getByText('Both ledgers agree').waitFor();

    await turn('Network cable');
    for (const [article, receipt] of [
      ['Tea article 2', 'K1-00000003'],
      ['Garden article 1', 'K1-00000004'],
      ['Household article 2', 'K1-00000005'],
    ] as const) {
      await scan(article);
      await shows(article.slice(0, 10));
      await key('total');
      await shows('To pay');
      await key('enter');
      await shows(receipt);
    }
    await page.getByText('3 sales safe in the journal, on the way to Magento').waitFor();
    await expect.poll(() => page.getByText('waits for the network').count(), { timeout }).toBe(3);
    expect(await states()).toEqual(['waiting', 'waiting', 'waiting', 'agrees', 'agrees']);
    await scan('Coffee article 8');
    await shows('Coffee article');
    await key('total');
    await shows('To pay');
    await key('times');
    await page.getByRole('button', { name: 'Tap card' }).and(page.locator(':enabled')).waitFor();
    await expect.poll(() => page.locator('#roll img').count(), { timeout }).toBe(5);
    await picture(page, 'counter-offline');
    await makeReadmePicture();

    await turn('Mains power');
    await shows('No power');
    await expect.poll(() => page.locator('#display').getAttribute('data-lit'), { timeout }).toBe('false');
    await page.getByText('the till is off: its side as last seen').waitFor();
    await picture(page, 'counter-dark-till');
    expect(await states()).toEqual(['waiting', 'waiting', 'waiting', 'agrees', 'agrees']);

    await turn('Mains power');
    await shows(/offline|card/i);
    await turn('Network cable');
    await expect.poll(states, { timeout }).toEqual(['agrees', 'agrees', 'agrees', 'agrees', 'agrees']);
    await page.getByText('Both ledgers agree').waitFor();
    // The payment that the power cut left open is no longer asked for: nobody can pay for goods that were not sold.
    await expect.poll(() => page.locator('.reader').getAttribute('data-state'), { timeout }).toBe('cancelled');
    const [sold, ordered] = await page.locator('#ledger tfoot .amount').allTextContents();
    expect(ordered).toBe(sold);
    await picture(page, 'counter-agreed');
    expect(faults.words).toEqual([]);
    expect(showroom.deviceProblems()).toEqual([]);
  }, 300_000);

  /** README's picture is taken when asked for: HOLDFAST_PICTURE=1 npx vitest run test/browser. */
  async function makeReadmePicture(): Promise<void> {
    if (process.env['HOLDFAST_PICTURE'] === undefined) return;
    const sharp = await openPage(browser, counter.url, { ...desktop, sharpness: 1.5 });
    await sharp.page.getByText('3 sales safe in the journal').waitFor();
    await expect.poll(() => sharp.page.locator('#roll .slip.out').count(), { timeout }).toBe(5);
    await picture(sharp.page, '', fileURLToPath(new URL('../../docs/images/counter.png', import.meta.url)));
    await sharp.page.close();
  }

  it('is run from the keyboard alone', async () => {
    await look();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the keypad');
    await page.keyboard.press('Enter');
    await page.keyboard.type('50');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('100');
    await shows('100');
    await page.keyboard.press('Enter');
    await shows('Shift open');

    // A scanner that types like a keyboard, in the scan box.
    await page.getByLabel('Barcode, or words to search for').focus();
    await page.keyboard.type('4063000000216');
    await page.keyboard.press('Enter');
    await shows('Books article');
    // Words that leave one article.
    await page.keyboard.type('t-shirt xl');
    await page.keyboard.press('Enter');
    await shows('T-shirt');
    await page.locator('#keypad').focus();
    await page.keyboard.press('+');
    await shows('To pay');
    await page.keyboard.press('Enter');
    await shows('K1-00000001');
    await ledgersAgree(showroom, 1);

    const network = page.getByRole('switch', { name: 'Network cable' });
    await network.focus();
    await page.keyboard.press('Space');
    await expect.poll(() => network.getAttribute('aria-checked'), { timeout }).toBe('false');
    expect(showroom.state().network).toBe('off');

    await page.locator('#keypad [data-key="menu"]').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => showroom.state().display.rows.join(' '), { timeout }).toMatch(/1/);
    await page.keyboard.press('Escape');
    await shows('Ready');
    expect(faults.words).toEqual([]);
  }, 300_000);

  it('fits a desk without scrolling, a telephone without sideways scrolling, by day and by night', async () => {
    await look();
    for (const view of [
      { width: 1440, height: 900, scheme: 'light' },
      { width: 1440, height: 900, scheme: 'dark' },
      { width: 1280, height: 800, scheme: 'light' },
      { width: 1000, height: 800, scheme: 'light' },
      { width: 390, height: 844, scheme: 'dark' },
    ] as const) {
      await page.setViewportSize(view);
      await page.emulateMedia({ colorScheme: view.scheme });
      const size = await page.evaluate<{ width: number; height: number }>(
        '({ width: document.documentElement.scrollWidth, height: document.documentElement.scrollHeight })',
      );
      expect(size.width, `${view.width} wide`).toBeLessThanOrEqual(view.width);
      if (view.width >= 1280) expect(size.height, `${view.width}×${view.height}`).toBeLessThanOrEqual(view.height);
      await picture(page, `counter-${view.width}-${view.scheme}`);
    }
    const nameless = await page.evaluate(`[...document.querySelectorAll('button, input')]
      .filter((element) => !element.labels?.length && !element.getAttribute('aria-label') && !element.textContent.trim())
      .map((element) => element.outerHTML)`);
    expect(nameless).toEqual([]);
    expect(faults.words).toEqual([]);
  }, 300_000);

  it('says so when the showroom stops, and goes on when it is back', async () => {
    await look();
    const port = Number(new URL(counter.url).port);
    await counter.close();
    await page.getByRole('alert').getByText('The showroom has stopped').waitFor();
    await picture(page, 'counter-lost');
    counter = await startCounter({ showroom, port, clock: new SystemClock(), log: silentLogger });
    await page.getByRole('alert').waitFor({ state: 'hidden' });
    await key('7');
    await displays(showroom, '7');
  }, 300_000);
});

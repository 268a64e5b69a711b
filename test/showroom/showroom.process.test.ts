import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Showroom } from '../../src/showroom/facade.ts';
import { displays, ledgersAgree, openShowroom, removeFolder, showroomFolder } from './open-showroom.ts';

let dir: string;
let showroom: Showroom;

beforeEach(() => {
  dir = showroomFolder();
});
afterEach(async () => {
  await showroom.close();
  removeFolder(dir);
});

async function openShift(): Promise<void> {
  await displays(showroom, 'Shift closed');
  showroom.press('100 enter');
  await displays(showroom, 'Shift open');
}

async function sellForCash(barcode: string, receipt: string): Promise<void> {
  showroom.scan(barcode);
  await displays(showroom, 'Total');
  showroom.press('total');
  await displays(showroom, 'To pay');
  showroom.press('enter');
  await displays(showroom, receipt);
}

const coffee = '4063000000025';
const book = '4063000000216';

describe('the showroom with the real till', () => {
  it('sells through a cut network and a cut power, and both ledgers agree in the end', {
    timeout: 240_000,
  }, async () => {
    showroom = await openShowroom(dir);
    await openShift();
    await sellForCash(coffee, 'K1-00000001');
    await ledgersAgree(showroom, 1);
    expect(showroom.state()).toMatchObject({ drawer: 'open', network: 'on', power: { state: 'on' } });
    showroom.closeDrawer();
    expect(showroom.state().drawer).toBe('closed');

    await showroom.network('off');
    await sellForCash(book, 'K1-00000002');
    await sellForCash(coffee, 'K1-00000003');
    await showroom.until('the receipts are printed', ({ printed }) => printed === 3);
    showroom.scan(book);
    await displays(showroom, 'Total');
    await showroom.power('off');
    expect(showroom.state()).toMatchObject({ power: { state: 'off' }, display: { lit: false } });
    expect(showroom.press('1')).toBe(false);
    const blind = await showroom.ledger();
    expect(blind.stale).toBe(true);
    await expect(showroom.queue()).rejects.toMatchObject({ code: 'control.not-running' });

    await showroom.power('on');
    await displays(showroom, 'offline');
    const waiting = (await showroom.queue()).filter(({ state }) => state === 'waiting');
    expect(waiting.map(({ receiptNumber }) => receiptNumber)).toEqual(['K1-00000002', 'K1-00000003']);
    await showroom.network('on');
    await ledgersAgree(showroom, 3);

    const { sums, stale } = await showroom.ledger();
    expect(stale).toBe(false);
    expect(sums).toMatchObject({ sales: 3, orders: 3 });
    expect(sums.ordered).toBe(sums.sold);
    expect(showroom.receipts().map(({ text }) => /K1-\d{8}/.exec(text)?.[0])).toEqual([
      'K1-00000001',
      'K1-00000002',
      'K1-00000003',
    ]);
    expect(showroom.deviceProblems()).toEqual([]);
  });

  it('is paid by card: refused, taken away, tapped, and tapped with the reply lost', { timeout: 240_000 }, async () => {
    showroom = await openShowroom(dir);
    await openShift();
    showroom.scan(book);
    await displays(showroom, 'Total');
    const askCard = async (): Promise<void> => {
      await displays(showroom, 'To pay');
      showroom.press('times');
      await showroom.until('the card terminal waits', ({ cardTerminal }) => cardTerminal.state === 'waiting');
    };
    showroom.press('total');
    await askCard();
    expect(showroom.decline()).toBe(true);
    await showroom.until('the card is refused', ({ cardTerminal }) => cardTerminal.state === 'declined');
    await displays(showroom, /declined|refused/i);
    showroom.press('clear');
    await displays(showroom, /Total|To pay/);
    if (!showroom.state().display.rows.join('').includes('To pay')) showroom.press('total');
    await askCard();
    expect(showroom.removeCard()).toBe(true);
    await showroom.until('the card is away', ({ cardTerminal }) => cardTerminal.state === 'cancelled');
    expect(await showroom.queue()).toEqual([]);

    showroom.press('clear');
    await displays(showroom, /Total|To pay/);
    if (!showroom.state().display.rows.join('').includes('To pay')) showroom.press('total');
    await askCard();
    showroom.loseNextCardReply();
    expect(showroom.tap()).toBe(true);
    await showroom.until('the card is charged', ({ cardTerminal }) => cardTerminal.state === 'approved');
    await displays(showroom, 'No answer');
    await showroom.until('the terminal is plugged in again', async () => {
      const devices = (await showroom.status())?.devices ?? [];
      return devices.some(({ kind, state }) => kind === 'payment-terminal' && state === 'ready');
    });
    showroom.press('enter');
    await displays(showroom, /Paid|K1-00000001/);
    await ledgersAgree(showroom, 1);
    expect(showroom.deviceProblems()).toEqual([]);
  });

  it('keeps its directory: what was sold, what Magento has, and to whom it belongs', { timeout: 240_000 }, async () => {
    showroom = await openShowroom(dir);
    await openShift();
    await sellForCash(coffee, 'K1-00000001');
    await ledgersAgree(showroom, 1);
    await expect(openShowroom(dir)).rejects.toMatchObject({ code: 'showroom.already-open' });
    expect(statSync(showroom.configFile).mode & 0o777).toBe(0o600);

    await showroom.close();
    expect(existsSync(join(dir, 'shop.json'))).toBe(true);
    showroom = await openShowroom(dir);
    await ledgersAgree(showroom, 1);
    await displays(showroom, 'Ready');
    await sellForCash(book, 'K1-00000002');
    await ledgersAgree(showroom, 2);
  });

  it('sends a receipt by e-mail that was wished for offline, and has held sales after a power cut', {
    timeout: 240_000,
  }, async () => {
    showroom = await openShowroom(dir);
    await openShift();
    await showroom.network('off');
    await sellForCash(coffee, 'K1-00000001');
    showroom.press('menu times times enter');
    await displays(showroom, 'E-mail?');
    showroom.scan('Erika@Example.com');
    await displays(showroom, 'E-mail follows');
    showroom.press('clear');
    showroom.scan(book);
    await displays(showroom, 'Total');
    showroom.press('menu 1');
    await displays(showroom, 'Held: 1');
    expect(showroom.shop.ledger.mails).toEqual([]);

    await showroom.power('off');
    await showroom.power('on');
    await displays(showroom, 'Held: 1');
    await showroom.network('on');
    await ledgersAgree(showroom, 1);
    await showroom.until('the shop has sent it', () => showroom.shop.ledger.mails.length > 0);
    expect(showroom.shop.ledger.mails).toMatchObject([{ to: 'erika@example.com' }]);
    expect(showroom.shop.ledger.orders[0]?.row['customer_email']).toBe('erika@example.com');
    showroom.press('clear menu 2');
    await displays(showroom, 'Total');
    showroom.press('total');
    await displays(showroom, 'To pay');
    showroom.press('enter');
    await ledgersAgree(showroom, 2);
  });

  it('goes on without paper, and prints when there is some', { timeout: 240_000 }, async () => {
    showroom = await openShowroom(dir);
    await openShift();
    showroom.paper('out');
    expect(showroom.state().paper).toBe('out');
    await sellForCash(coffee, 'No receipt');
    await ledgersAgree(showroom, 1);
    expect(showroom.receipts()).toHaveLength(0);
    showroom.paper('in');
    showroom.press('clear');
    await sellForCash(book, 'K1-00000002');
    await showroom.until('the next receipt is printed', ({ printed }) => printed >= 1);
    expect(showroom.deviceProblems()).toEqual([]);
  });

  it('says why a till does not start', { timeout: 120_000 }, async () => {
    await expect(openShowroom(dir, { config: { terminal: { id: 'not a number' } } })).rejects.toMatchObject({
      code: 'showroom.not-provisioned',
      message: expect.stringContaining('terminal.id'),
    });
    showroom = await openShowroom(dir);
    expect(readFileSync(join(dir, 'till.log'), 'utf8')).toContain('ready to sell');
  });
});

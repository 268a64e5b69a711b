import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCode } from '../../src/cli/exit-code.ts';
import { seconds } from '../../src/platform/clock.ts';
import { caseKinds } from '../../src/reconciliation/case-kinds.ts';
import type { Showroom } from '../../src/showroom/facade.ts';
import type { Ledger, Order } from '../../src/showroom/magento/ledger.ts';
import { repairReservations } from '../../src/showroom/magento/reservation-repair.ts';
import { displays, openShowroom, removeFolder, showroomFolder } from '../showroom/open-showroom.ts';
import { canMount, mountSmallDisk, type SmallDisk } from '../tools/small-disk.ts';
import { pageNames, readPage, typed } from './page.ts';

// Every command of every page, on the real command line, against a real terminal in that situation.

let dir: string;
/** The medium that the till's data lies on; null where none can be mounted. */
let disk: SmallDisk | null = null;
let showroom: Showroom;
const mb = 1_000_000;
/** Fits a medium of 64 MiB. */
const quota = {
  limit: 60 * mb,
  snapshot: 14 * mb,
  journal: 16 * mb,
  tape: 12 * mb,
  logs: 0,
  reserve: 6 * mb,
  tightBelow: 6 * mb,
  criticalBelow: 3 * mb,
  fullBelow: 1.5 * mb,
};
const coffee = '4063000000025';
const ledger = (): Ledger => showroom.shop.ledger;

beforeAll(async () => {
  dir = showroomFolder();
  if (canMount()) disk = mountSmallDisk(64 * 1024 * 1024, join(dir, 'data'));
  showroom = await openShowroom(dir, {
    config: {
      sync: { retryEvery: 2_000, probeEvery: 500, jitter: 0 },
      till: { checklistAtShiftEnd: true },
      snapshot: { requestsPerMinute: 60_000 },
      ...(disk === null ? {} : { quota }),
    },
  });
  await displays(showroom, 'Shift closed');
  showroom.press('100 enter');
  await displays(showroom, 'Shift open');
  await sell();
  await drained();
}, 240_000);
afterAll(async () => {
  await showroom.close();
  disk?.unmount();
  removeFolder(dir);
});

const holdfast = (line: string, given: Readonly<Record<string, string>>) => typed(line, showroom.configFile, given);

const total = async (): Promise<number> => (await showroom.status())?.sales.total ?? 0;
async function sell(card = false): Promise<void> {
  const before = await total();
  showroom.scan(coffee);
  await displays(showroom, 'Total');
  showroom.press('total');
  await displays(showroom, 'To pay');
  showroom.press(card ? 'times' : 'enter');
  if (card) {
    await showroom.until('the card terminal waits', ({ cardTerminal }) => cardTerminal.state === 'waiting');
    showroom.tap();
  }
  await showroom.until('it is sold', async () => (await total()) === before + 1);
}
const drained = (): Promise<void> =>
  showroom.until('the queue is empty', async () => (await showroom.status())?.sales.waiting === 0, seconds(60));
const caseOf = async (kind: string): Promise<string> => {
  let found: string | undefined;
  await showroom.until(`there is a case of ${kind}`, async () => {
    const open = await showroom.control.cases({ all: false, limit: 100 });
    found = open.find(({ caseId }) => caseId.startsWith(`${kind}:`))?.caseId;
    return found !== undefined;
  });
  return found ?? '';
};
const look = () => showroom.control.reconcileOrders({ since: '2020-01-01T00:00:00Z', redeliver: null });
const newest = (): Order => {
  const order = ledger().orders.at(-1);
  if (order === undefined) throw new Error('the shop has no order');
  return order;
};
const carries =
  (number: string) =>
  ({ row }: Order): boolean =>
    row['ext_order_id'] === number;
/** What is sold here. */
const goods = (): string => String(ledger().orders[0]?.items[0]?.['sku']);
const receipt = async (): Promise<string> => `K1-${String(await total()).padStart(8, '0')}`;

interface Situation {
  /** Brings it about; what stands for the page's placeholders. */
  begin(): Promise<Readonly<Record<string, string>>>;
  /** What a person does between the page's commands, besides typing them. */
  before?(command: string): Promise<void> | void;
  /** What the page's commands must have said of it. */
  readonly seen?: RegExp;
  /** What happens outside of the till before the page's last section. */
  end?(): Promise<void>;
  /** What the closing commands must say in the end. */
  readonly proof: RegExp;
}

/** Everything is gone from the medium that the till runs on: a new device has an empty one. */
function emptied(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
}
let undo = (): void => {};
let cardReceipt = '';
/** The bank's, on settled cards. */
let report = '';

const situations: Readonly<Record<string, Situation>> = {
  'queue-does-not-drain': {
    async begin() {
      await showroom.network('off');
      await sell();
      await showroom.until('the till knows', async () => (await showroom.status())?.connection.state === 'offline');
      expect((await holdfast('holdfast queue list', {})).out).toContain(await receipt());
      return {};
    },
    async end() {
      await showroom.network('on');
      await drained();
    },
    proof: /agree/,
  },
  'order-parked': {
    async begin() {
      await showroom.network('off');
      await sell();
      // The shelf is empty in Magento, whatever the customer has in the bag.
      const shelves = ledger().sourceItems.filter(({ sku }) => sku === goods());
      const before = shelves.map(({ quantity }) => quantity);
      for (const shelf of shelves) shelf.quantity = 0;
      undo = () => {
        for (const [index, shelf] of shelves.entries()) shelf.quantity = before[index] ?? 0;
      };
      await showroom.network('on');
      await showroom.until('it is parked', async () => (await showroom.status())?.sales.parked === 1, seconds(30));
      return { RECEIPT: await receipt() };
    },
    before(command) {
      // The cause is corrected between looking and sending again.
      if (command.startsWith('holdfast parked retry')) undo();
    },
    async end() {
      await drained();
      repairReservations(showroom.shop);
      await showroom.until('no case is open', async () => (await showroom.status())?.cases === 0);
    },
    proof: /refuses nothing[\s\S]*No open cases/,
  },
  'payment-declined-after-the-outage': {
    async begin() {
      await showroom.network('off');
      await sell(true);
      showroom.acquirer.decide('decline');
      await showroom.network('on');
      const id = await caseOf('payment-declined');
      cardReceipt = await receipt();
      return { RECEIPT: cardReceipt, CASE: id };
    },
    end: drained,
    proof: /No open cases/,
  },
  'unknown-payment': {
    async begin() {
      const [payment] = await showroom.control.payments({ open: false, limit: 1 });
      return { RECEIPT: cardReceipt, PAYMENT: payment?.paymentId ?? '' };
    },
    proof: /without answer +none/,
  },
  'stock-differs': {
    async begin() {
      ledger().reservations.push({ id: 99_999, stockId: 2, sku: goods(), quantity: 1, metadata: '{}' });
      expect((await look()).differences).toMatchObject([{ kind: 'stock-differs' }]);
      return { CASE: await caseOf('stock-differs') };
    },
    async end() {
      ledger().reservations = ledger().reservations.filter(({ id }) => id !== 99_999);
    },
    proof: /agree/,
  },
  'disk-full': {
    async begin() {
      if (disk === null) throw new Error('This needs root, to mount a small file system, and CI may skip nothing');
      disk.fill();
      await showroom.until('the guard has noticed', async () => (await showroom.status())?.storage.level === 'full');
      showroom.scan(coffee);
      await displays(showroom, 'Memory full');
      return {};
    },
    seen: /no new sale[\s\S]*fail +journal-holds[\s\S]*fail +disk /,
    async end() {
      disk?.clear();
      await showroom.until('there is space again', async () => (await showroom.status())?.storage.level === 'ok');
      await sell();
      await drained();
    },
    proof: /^ok +disk /m,
  },
  'duplicate-suspected': {
    async begin() {
      const twin: Order = structuredClone(newest());
      Object.assign(twin.row, { entity_id: 99_999, increment_id: '000099999', ext_order_id: null });
      ledger().orders.push({ ...twin, id: 99_999 });
      expect((await look()).differences).toMatchObject([{ kind: 'order-doubled' }]);
      return { CASE: await caseOf('order-doubled') };
    },
    async end() {
      Object.assign(newest().row, { state: 'canceled' });
    },
    proof: /agree/,
  },
  'order-differs': {
    async begin() {
      const { row } = ledger().orders[0] ?? newest();
      const { grand_total: paid } = row;
      row['grand_total'] = 1;
      undo = () => {
        row['grand_total'] = paid ?? null;
      };
      await look();
      return { CASE: await caseOf('order-total-differs'), RECEIPT: 'K1-00000001' };
    },
    end: async () => undo(),
    proof: /agree/,
  },
  'magento-restored-from-backup': {
    async begin() {
      const lost = newest().id;
      const shop = ledger();
      shop.orders = shop.orders.filter(({ id }) => id !== lost);
      for (const list of ['invoices', 'shipments'] as const) {
        Object.assign(shop, { [list]: shop[list].filter(({ orderId }) => orderId !== lost) });
      }
      return {};
    },
    end: drained,
    proof: /agree[\s\S]*No open cases/,
  },
  'till-restored-from-backup': {
    async begin() {
      const stranger: Order = structuredClone(newest());
      Object.assign(stranger.row, {
        entity_id: 88_888,
        increment_id: '000088888',
        ext_order_id: 'K1-00000900',
        customer_lastname: 'K1-00000900',
        quote_id: 88_888,
      });
      stranger.histories = [];
      ledger().orders.push({ ...stranger, id: 88_888 });
      await look();
      return { CASE: await caseOf('order-unknown') };
    },
    async end() {
      // Nobody bought this.
      Object.assign(newest().row, { state: 'canceled' });
    },
    proof: /No open cases/,
  },
  'settlement-differs': {
    async begin() {
      await sell(true);
      report = (await showroom.acquirer.settle()) ?? '';
      const [columns = '', ...rows] = readFileSync(report, 'utf8').trim().split('\n');
      const settled = rows.find((row) => row.includes(',Settled,')) ?? '';
      // Another till took a card under this one's number; the bank tells it to this one.
      const [, reference = '', psp = ''] = /,(K1-\d{8}_[0-9a-f-]{36}),.*,([^,]+)-settled,/.exec(settled) ?? [];
      const stranger = settled
        .replaceAll(psp, 'PSP-OF-ANOTHER-TILL')
        .replace(reference, 'K1-00000777_0193597e-1111-7000-8000-000000000777');
      writeFileSync(report, [columns, stranger, ...rows, ''].join('\n'));
      const look = await holdfast('holdfast reconcile settlement FILE --acquirer adyen', { FILE: report });
      expect(look, look.out).toMatchObject({ code: exitCode.failed });
      return { RECEIPT: await receipt(), FILE: report, CASE: await caseOf('settlement-missing-in-journal') };
    },
    seen: /settlement-missing-in-journal:/,
    async end() {
      // What a person has closed stays closed when the same report is read again.
      await holdfast('holdfast reconcile settlement FILE --acquirer adyen', { FILE: report });
    },
    proof: /No open cases/,
  },
  'terminal-dead': {
    async begin() {
      await showroom.network('off');
      await sell();
      cardReceipt = await receipt();
      await showroom.power('off');
      const medium = join(dir, 'dead');
      // A socket is of the process, not of the medium.
      cpSync(join(dir, 'data'), medium, { recursive: true, filter: (path) => !path.endsWith('.sock') });
      emptied(join(dir, 'data'));
      return { MEDIUM: medium, FILE: join(dir, 'sales.jsonl') };
    },
    async before(command) {
      if (!command.startsWith('holdfast journal verify')) return;
      await showroom.power('on');
      expect(ledger().orders.filter(carries(cardReceipt))).toHaveLength(0);
    },
    get seen() {
      return new RegExp(`complete: [\\s\\S]*${cardReceipt}`);
    },
    async end() {
      await showroom.network('on');
      await drained();
      expect(ledger().orders.filter(carries(cardReceipt))).toHaveLength(1);
    },
    proof: /agree/,
  },
};

/** Pages whose situation another test makes: clock-wrong.test.ts. */
const elsewhere = ['clock-wrong'];

describe('the runbooks', () => {
  it('have a page for every kind of case, and a situation for every page', () => {
    const wanted = new Set(Object.values(caseKinds).map(({ runbook }) => runbook));
    expect(pageNames).toEqual(expect.arrayContaining([...wanted]));
    expect([...pageNames].sort()).toEqual([...Object.keys(situations), ...elsewhere].sort());
  });

  for (const [name, situation] of Object.entries(situations)) {
    const isPossible = name !== 'disk-full' || canMount() || process.env['CI'] !== undefined;
    it.runIf(isPossible)(name, { timeout: 120_000 }, async () => {
      const { steps, closing } = readPage(name);
      const given = await situation.begin();
      let saw = '';
      for (const command of steps) {
        await situation.before?.(command);
        const { code, out } = await holdfast(command, given);
        saw += out;
        const known: readonly number[] = [exitCode.done, exitCode.failed, exitCode.attention];
        expect(known, `${command}: ${out}`).toContain(code);
        const isLook = /checklist|ready|reconcile|resolve/.test(command);
        if (!isLook) expect(code, `${command}: ${out}`).toBe(exitCode.done);
      }
      if (situation.seen !== undefined) expect(saw).toMatch(situation.seen);
      await situation.end?.();
      let said = '';
      for (const command of closing) {
        const { code, out } = await holdfast(command, given);
        said += out;
        if (!command.includes('ready')) expect(code, `${command}: ${out}`).toBe(exitCode.done);
      }
      expect(said).toMatch(situation.proof);
    });
  }
});

describe('the checklist on paper', () => {
  const printed = (): readonly string[] =>
    showroom.receipts().flatMap(({ text }) => (text.includes('[ATTENTION]') ? [text] : []));

  it('comes when it is asked for, and after the Z report', { timeout: 120_000 }, async () => {
    const { code, out } = await holdfast('holdfast checklist --print', {});
    expect([exitCode.attention, exitCode.failed], out).toContain(code);
    await showroom.until('it is on paper', () => printed().length === 1);
    expect(printed()[0]).toMatch(/journal|copies/);
    await showroom.control.closeShift({ counted: null });
    await showroom.until('it is on paper again', () => printed().length === 2);
  });
});

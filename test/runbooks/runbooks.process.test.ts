import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCode } from '../../src/cli/exit-code.ts';
import { runCli } from '../../src/cli/program.ts';
import { seconds } from '../../src/platform/clock.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { caseKinds } from '../../src/reconciliation/case-kinds.ts';
import type { Showroom } from '../../src/showroom/facade.ts';
import type { Ledger, Order } from '../../src/showroom/magento/ledger.ts';
import { repairReservations } from '../../src/showroom/magento/reservation-repair.ts';
import { displays, openShowroom, removeFolder, showroomFolder } from '../showroom/open-showroom.ts';

// Every command of every page, on the real command line, against a real terminal in that situation.

const pages = new URL('../../docs/runbooks/', import.meta.url);
const names = readdirSync(pages).map((file) => file.replace('.md', ''));

interface Page {
  readonly steps: readonly string[];
  readonly closing: readonly string[];
}

function page(name: string): Page {
  const text = readFileSync(new URL(`${name}.md`, pages), 'utf8');
  const [before = '', after = ''] = text.split('## How to know that it is closed');
  const commands = (part: string): readonly string[] =>
    [...part.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'));
  return { steps: commands(before), closing: commands(after) };
}

let dir: string;
let showroom: Showroom;
const coffee = '4063000000025';
const ledger = (): Ledger => showroom.shop.ledger;

beforeAll(async () => {
  dir = showroomFolder();
  showroom = await openShowroom(dir, {
    config: { sync: { retryEvery: 2_000, probeEvery: 500, jitter: 0 }, till: { checklistAtShiftEnd: true } },
  });
  await displays(showroom, 'Shift closed');
  showroom.press('100 enter');
  await displays(showroom, 'Shift open');
  await sell();
  await drained();
}, 240_000);
afterAll(async () => {
  await showroom.close();
  removeFolder(dir);
});

async function holdfast(line: string, given: Readonly<Record<string, string>>): Promise<{ code: number; out: string }> {
  const said: string[] = [];
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare = '']) => quoted ?? given[bare] ?? bare);
  const code = await runCli(words.slice(1), {
    output: { out: (text) => said.push(text), err: (text) => said.push(text), terminal: false },
    env: { HOLDFAST_CONFIG: showroom.configFile },
    clock: new SystemClock('Europe/Berlin'),
    version: '0.1.0',
    run: () => Promise.reject(new Error('the terminal runs already')),
    provision: () => Promise.reject(new Error('the terminal is provisioned already')),
    journalTools: () => Promise.reject(new Error('the terminal runs')),
  });
  return { code, out: said.join('') };
}

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
/** What is sold here. */
const goods = (): string => String(ledger().orders[0]?.items[0]?.['sku']);
const receipt = async (): Promise<string> => `K1-${String(await total()).padStart(8, '0')}`;

interface Situation {
  /** Brings it about; what stands for the page's placeholders. */
  begin(): Promise<Readonly<Record<string, string>>>;
  /** What happens outside of the till before the page's last section. */
  end?(): Promise<void>;
  /** What the closing commands must say in the end. */
  readonly proof: RegExp;
}

const readOnly: Situation['begin'] = async () => ({ RECEIPT: await receipt() });
let undo = (): void => {};
let cardReceipt = '';

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
  'terminal-dead': {
    begin: async () => ({ FILE: join(dir, 'sales.jsonl') }),
    proof: /agree/,
  },
  'disk-full': { begin: readOnly, proof: /disk/ },
  'clock-wrong': { begin: readOnly, proof: /clock/ },
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
    proof: /No open cases/,
  },
  'settlement-differs': { begin: async () => ({ RECEIPT: cardReceipt }), proof: /No open cases/ },
};

describe('the runbooks', () => {
  it('have a page for every kind of case, and a situation for every page', () => {
    const wanted = new Set(Object.values(caseKinds).map(({ runbook }) => runbook));
    expect(names).toEqual(expect.arrayContaining([...wanted]));
    expect([...names].sort()).toEqual(Object.keys(situations).sort());
  });

  for (const [name, situation] of Object.entries(situations)) {
    it(name, { timeout: 120_000 }, async () => {
      const { steps, closing } = page(name);
      const given = await situation.begin();
      // The cause is corrected between looking and sending again.
      for (const command of steps) {
        if (command.startsWith('holdfast parked retry')) undo();
        const { code, out } = await holdfast(command, given);
        const known: readonly number[] = [exitCode.done, exitCode.failed, exitCode.attention];
        expect(known, `${command}: ${out}`).toContain(code);
        const isLook = /checklist|ready|reconcile|resolve/.test(command);
        if (!isLook) expect(code, `${command}: ${out}`).toBe(exitCode.done);
      }
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

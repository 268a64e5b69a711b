import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSquareClient } from '../../drivers/payment-terminal/square/square-client.ts';
import { createSettlementDesk } from '../../src/assembly/settlement-desk.ts';
import { runCli } from '../../src/cli/program.ts';
import { loadConfig } from '../../src/config/load.ts';
import { type ControlServer, startControlServer } from '../../src/control/server.ts';
import { money } from '../../src/money/money.ts';
import { PaymentLedger } from '../../src/payments/ledger.ts';
import { noReferences } from '../../src/payments/payment.ts';
import { hours } from '../../src/platform/clock.ts';
import type { SaleId } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { systemRandom } from '../../src/platform/system-random.ts';
import { CaseDesk } from '../../src/reconciliation/case-desk.ts';
import { sampleHandlers } from '../control/sample-answers.ts';
import { SimulatedSquare } from '../drivers/payment-terminal/square/simulated-square.ts';
import { sampleSale } from '../journal/sample-sale.ts';
import { cardReceipt } from '../payments/sample-payments.ts';
import { idOf } from '../reconciliation/settlement/books.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { MemoryJournal } from '../tools/memory-journal.ts';

// From the command line over the control socket to the journal's own cases, with nothing in between replaced.

const clock = new ManualClock('2026-11-20T10:00:00Z');
let folder: string;
let journal: MemoryJournal;
let ledger: PaymentLedger;
let square: SimulatedSquare;
let server: ControlServer;

const acquirerConfig = {
  settlement: {
    formats: {
      volksbank: { delimiter: ';', columns: { merchant: 'Zweck', amount: 'Betrag', date: 'Tag' }, thisTillOnly: true },
    },
  },
  devices: {
    paymentTerminal: { driver: 'square', deviceId: 'D1', locationId: 'L1', accessTokenFile: 'square-token' },
  },
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-settlement-'));
  mkdirSync(join(folder, 'data'));
  const address = { street: 's', city: 'c', postcode: 'p', countryId: 'DE', email: 'till@example.com' };
  const file = join(folder, 'terminal.json');
  writeFileSync(
    file,
    JSON.stringify({
      terminal: { id: 'K1' },
      dataDir: 'data',
      magento: { baseUrl: 'http://127.0.0.1:1', sourceCode: 's', auth: { type: 'token', token: 't' }, address },
      ...acquirerConfig,
    }),
  );
  journal = new MemoryJournal(clock);
  const cases = new CaseDesk(journal);
  ledger = new PaymentLedger({
    journal,
    clock,
    random: systemRandom,
    log: silentLogger,
    openCase: (found) => cases.report(found),
    holdOrder: true,
  });
  await ledger.load();
  square = new SimulatedSquare(clock);
  const desk = createSettlementDesk({
    config: loadConfig({ file, env: {} }),
    journal,
    ledger,
    cases,
    // Reading is paced by real time.
    clock: new SystemClock('UTC'),
    log: silentLogger,
    square: createSquareClient({ baseUrl: 'https://square.example', accessToken: 'token', transport: square, clock }),
  });
  server = await startControlServer({
    socketPath: join(folder, 'data', 'control.sock'),
    handlers: { ...sampleHandlers([]), ...desk },
    log: silentLogger,
  });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function holdfast(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(['reconcile', 'settlement', ...args, '--config', join(folder, 'terminal.json')], {
    output: { out: (text) => out.push(text), err: (text) => err.push(text), terminal: false },
    env: {},
    clock,
    version: '0.1.0',
    run: () => Promise.reject(new Error('not in this test')),
    provision: () => Promise.resolve('begun'),
    journalTools: () => Promise.reject(new Error('not in this test')),
  });
  return { code, out: out.join(''), err: err.join('') };
}

/** A sale of 10.00 and its number in cents, paid by card. */
async function sold(counter: number, how: 'approved' | 'stored', psp: string | null): Promise<void> {
  const paymentId = idOf(counter);
  const saleId = idOf(1000 + counter) as SaleId;
  const amount = money(`10.0${counter}`);
  const card = cardReceipt(paymentId, how);
  const merchant = `K1-0000000${counter}_${paymentId}`;
  await ledger.request(
    {
      paymentId,
      for: { kind: 'sale', saleId },
      amount,
      currency: 'EUR',
      acquirer: 'none',
      requestedAt: clock.now(),
      reference: merchant,
    },
    null,
  );
  await ledger.take(paymentId, {
    kind: how,
    at: clock.now(),
    eventId: null,
    card,
    references: { ...noReferences, merchant, psp },
  });
  const tenders = [{ kind: 'card', amount, card }] as const;
  await journal.append({ kind: 'sale', sale: sampleSale({ counter, saleId, change: { tenders } }) });
  await ledger.saleSaved({ tenders });
}

const openCases = (): readonly string[] => journal.openSubjects('case').map(({ id }) => id);

function report(name: string, ...lines: readonly string[]): string {
  const file = join(folder, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

const heading =
  'Psp Reference,Merchant Reference,Creation Date,Type,Gross Currency,Gross Debit (GC),Gross Credit (GC),Batch Number';
const row = (counter: number, amount: string, type = 'Settled', date = '2026-11-21 02:00:00'): string =>
  `PSP${counter},K1-0000000${counter}_${idOf(counter)},${date},${type},EUR,,${amount},1`;

describe('holdfast reconcile settlement', () => {
  it('says that all is as sold, and says it again', async () => {
    await sold(1, 'approved', 'PSP1');
    await sold(2, 'stored', null);
    const file = report('adyen.csv', heading, row(1, '10.01'), row(2, '10.02'));
    const first = await holdfast(file, '--acquirer', 'adyen');
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toContain('settled as sold     2   20.03');
    expect(ledger.find(idOf(2))?.payment.state).toBe('settled');
    expect(journal.openSubjects('payment')).toEqual([]);
    const records = journal.kept.length;
    const again = await holdfast(file, '--acquirer', 'adyen', '--json');
    expect(JSON.parse(again.out)).toMatchObject({
      clean: true,
      rows: 2,
      outcomes: { repeated: { count: 2, amount: '20.03' } },
    });
    expect(journal.kept).toHaveLength(records);
  });

  it('makes a case of every difference, once, and closes the one of a payment that came later', async () => {
    await sold(1, 'approved', 'PSP1');
    await sold(2, 'approved', 'PSP2');
    await sold(3, 'approved', 'PSP3');
    clock.jump(hours(24));
    const late = report(
      'late.csv',
      heading,
      row(2, '9.00', 'Settled', '2026-11-27 02:00:00'),
      row(9, '5.00'),
      row(3, '10.03', 'Chargeback'),
    );
    const { code, out, err } = await holdfast(late, '--acquirer', 'adyen');
    expect(code).toBe(1);
    expect(err).toContain('The report and the journal differ: 4 differences.');
    expect(out).toContain(
      'amount differs: The card payment of K1-00000002 was sold for 10.02 EUR, the bank settled 9.00 EUR',
    );
    expect(openCases()).toEqual([
      `settlement-amount-differs:${idOf(2)}`,
      'settlement-missing-in-journal:adyen:1:Settled:PSP9:',
      `payment-charged-back:${idOf(3)}`,
      `settlement-missing-at-bank:${idOf(1)}`,
    ]);
    const records = journal.kept.length;
    await holdfast(late, '--acquirer', 'adyen');
    expect(journal.kept).toHaveLength(records);

    await holdfast(report('next.csv', heading, row(1, '10.01')), '--acquirer', 'adyen');
    expect(openCases()).not.toContain(`settlement-missing-at-bank:${idOf(1)}`);
  });

  it('reads any bank’s report that the configuration describes', async () => {
    await sold(1, 'approved', null);
    const file = report('bank.csv', 'Tag;Zweck;Betrag', '2026-11-21;K1-00000001;10.01', '2026-11-21;nobody knows;3.00');
    const { code, out } = await holdfast(file, '--acquirer', 'csv', '--format', 'volksbank');
    expect(code).toBe(1);
    expect(out).toMatch(/settled as sold +1 +10\.01/);
    expect(out).toMatch(/missing in journal +1 +3\.00/);
    const refused = await holdfast(file, '--acquirer', 'worldpay');
    expect(refused.err).toContain('settlement.formats.worldpay');
  });

  it('fetches Square’s payouts without a file', async () => {
    await sold(1, 'approved', 'PAY1');
    square.payouts = [
      {
        id: 'po_1',
        created_at: '2026-11-21T00:00:00Z',
        entries: [
          {
            id: 'poe_1',
            type: 'CHARGE',
            effective_at: '2026-11-21T00:00:00Z',
            gross_amount_money: { amount: 1001, currency: 'EUR' },
            type_charge_details: { payment_id: 'PAY1' },
          },
        ],
      },
    ];
    expect((await holdfast('--acquirer', 'square')).out).toContain('settled as sold');
    square.reachable = false;
    expect(await holdfast('--acquirer', 'square')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Square can’t be reached'),
    });
  });

  it('says what is wrong with a file, and with the question', async () => {
    // Longer than any buffer on the way: the terminal refuses it while it is still being sent.
    const wrong = report('wrong.csv', 'a,b', '1,2\n'.repeat(1_000_000));
    expect(await holdfast(wrong, '--acquirer', 'adyen')).toMatchObject({
      code: 1,
      err: expect.stringContaining('it has no column Psp Reference'),
    });
    expect(await holdfast(join(folder, 'nowhere.csv'), '--acquirer', 'adyen')).toMatchObject({
      code: 2,
      err: expect.stringContaining('nowhere.csv'),
    });
    expect(await holdfast('--acquirer', 'adyen')).toMatchObject({ code: 2, err: expect.stringContaining('file') });
    expect(await holdfast(wrong, '--acquirer', 'paypal')).toMatchObject({ code: 2 });
    expect((await holdfast('--acquirer', 'square', '--since', 'yesterday')).err).toContain('no moment');
  });
});

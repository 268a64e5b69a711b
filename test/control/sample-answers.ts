import type { CaseDetail } from '../../src/control/cases-protocol.ts';
import type { CheckReport } from '../../src/control/checklist-protocol.ts';
import type { ControlHandlers } from '../../src/control/handlers.ts';
import type { PaymentDetail, PaymentsStatus } from '../../src/control/payments-protocol.ts';
import type { QueueEntry, ShiftStatus, SnapshotStatus, TerminalStatus } from '../../src/control/protocol.ts';
import { makeReport } from '../../src/journal/report.ts';
import { collectFacts } from '../../src/outage-report/collect.ts';
import { summarise } from '../../src/outage-report/summarise.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import type { ReceiptNumber } from '../../src/platform/ids.ts';
import { marketDay, sampleWishes } from '../outage-report/sample-outage.ts';

export const shift: ShiftStatus = {
  open: true,
  shiftId: 's',
  cashier: 'Ada',
  openedAt: '2026-11-23T08:00:00.000Z',
  sales: 0,
  cashSales: '0.00',
  cardSales: '0.00',
  returns: 0,
  cashRefunds: '0.00',
  cardRefunds: '0.00',
  expectedCash: '50.00',
};
export const snapshot: SnapshotStatus = {
  generation: 3,
  takenAt: '2026-11-23T08:00:00.000Z',
  counts: { product: 67 },
  rejected: 0,
  firstRejected: [],
  size: 1000,
  followedAt: '2026-11-23T09:00:00.000Z',
  followedBy: 'the Holdfast module’s feed of changes',
};
export const declinedCase: CaseDetail = {
  caseId: 'payment-declined:019a',
  title: 'A card payment was declined after the goods had left',
  words: 'EUR 26.10 of receipt K1-00000001 was declined',
  receiptNumber: 'K1-00000001',
  state: 'in-hand',
  owner: 'Jo',
  openedAt: '2026-11-23T08:00:00.000Z',
  changedAt: '2026-11-23T08:30:00.000Z',
  evidence: { amount: 2610 },
  nextStep: 'Ask the customer.',
  runbook: 'docs/runbooks/payment-declined-after-the-outage.md',
  outcomes: ['paid-otherwise', 'written-off'],
  outcome: null,
  history: [{ at: '2026-11-23T08:00:00.000Z', by: 'Holdfast', words: 'opened: declined' }],
};

export const payments: PaymentsStatus = {
  acquirer: 'sumup',
  offlineAllowed: true,
  stored: { count: 2, total: '61.00', oldestAt: '2026-11-23T07:00:00.000Z' },
  headRoom: { payments: 73, total: null, perPayment: '50.00', windowEndsAt: '2026-11-24T07:00:00.000Z' },
  window: 'open',
  deciding: 1,
  unknown: 0,
  lastAnswer: 'not reachable',
};
export const payment: PaymentDetail = {
  paymentId: '0190b0c0-0000-7000-8000-000000000001',
  purpose: 'sale',
  receiptNumber: 'K1-00000001',
  requestedAt: '2026-11-23T07:00:00.000Z',
  amount: '12.50',
  currency: 'EUR',
  state: 'stored',
  how: 'stored',
  card: 'Visa 476173******0119',
  open: true,
  attempts: 1,
  lastAnswer: 'not reachable',
  references: { tender: 'T-1', psp: null },
  history: [{ at: '2026-11-23T07:00:00.000Z', state: 'requested', words: '' }],
};
export const status: TerminalStatus = {
  terminalId: 'K1',
  version: '0.1.0',
  pid: 1,
  startedAt: '2026-11-23T08:00:00.000Z',
  connection: {
    state: 'online',
    words: 'ok',
    lane: 'http',
    recipe: 'stock REST, recipe C',
    attempts: 3,
    confirmations: 2,
    lastConfirmationAt: null,
    nextAttemptAt: null,
    heartbeatAge: 1,
  },
  sales: { total: 0, returns: 0, waiting: 0, parked: 0, confirmed: 0, withdrawn: 0 },
  oldestUnconfirmed: null,
  snapshot,
  shift,
  devices: [],
  journal: { state: 'ok', words: 'both copies are written' },
  storage: {
    level: 'ok',
    words: '900 MB left',
    room: 900_000_000,
    free: 900_000_000,
    limit: 2_000_000_000,
    reserve: { held: 32_000_000, size: 32_000_000 },
    parts: [{ part: 'snapshot', used: 6_000_000, budget: 500_000_000 }],
  },
  upkeep: { scrubbedAt: null, damage: [], prunedAt: null, prunedSales: 0 },
  payments,
  cases: 1,
  stockRepair: { waiting: 0, oldestAt: null, overstated: [], checkedAt: null },
  clockTrusted: true,
  attention: [],
};
export const entry: QueueEntry = {
  kind: 'sale',
  documentId: 'id-1',
  name: 'receipt K1-00000001',
  receiptNumber: 'K1-00000001',
  soldAt: '2026-11-23T08:00:00.000Z',
  total: '12.50',
  currency: 'EUR',
  state: 'waiting',
  step: 'not begun',
  attempts: 0,
  lastAnswer: null,
  nextAttemptAt: null,
  orderNumber: null,
};

const unknownDevice = new HoldfastError('device.unknown', 'This terminal has no device "fax".', {
  remedy: 'operator',
  hint: 'It has: printer.',
});

const checkReport: CheckReport = {
  terminalId: 'K1',
  at: '2026-11-23T09:00:00.000Z',
  verdict: 'attention',
  lines: [{ check: 'cases', verdict: 'attention', words: '1 open', nextStep: 'docs/runbooks/order-parked.md' }],
};

/** Handlers that answer with the samples and note what was asked. */
export function sampleHandlers(calls: string[]): ControlHandlers {
  return {
    updates: () => ({
      release: '0.2.0-1f0c9a7b2d3e',
      version: '0.2.0',
      previous: '0.1.0-0d7aa0b6a913',
      trial: { starts: 1, verdict: null },
      doing: null,
      last: { release: '0.1.9-aaaaaaaaaaaa', how: 'rolled-back', words: 'The printer was not ready.' },
      keys: ['436e79b70014365f', 'c5e5b759aa836f79'],
    }),
    async *installUpdate(bundle, { by }) {
      let size = 0;
      for await (const chunk of bundle) size += chunk.length;
      if (size === 0)
        throw new HoldfastError('update.not-a-bundle', 'This is no release bundle', { remedy: 'operator' });
      yield { kind: 'words', words: `Unpacking ${size} bytes for ${by}` };
      yield { kind: 'restarting', words: 'Restarting with 0.2.0' };
    },
    async *rollBackUpdate() {
      yield { kind: 'done', words: 'It runs already.' };
    },
    status: () => status,
    queue: (filter) => {
      calls.push(`queue ${filter.states.join('+')} ${filter.limit}`);
      return Promise.resolve([entry]);
    },
    document: (id) =>
      id === 'K1-00000001'
        ? { ...entry, lines: [], tenders: [], progress: { cartId: '7' }, instructions: [] }
        : undefined,
    async retryParked(idOrReceipt) {
      calls.push(`retry ${idOrReceipt}`);
      return idOrReceipt === entry.receiptNumber ? this.document(idOrReceipt) : undefined;
    },
    async sync(command) {
      calls.push(`sync ${command}`);
    },
    metrics: () => 'holdfast_up 1\n',
    snapshot: () => snapshot,
    async *pullSnapshot() {
      yield { kind: 'progress', what: 'products', done: 30, total: 67 };
      await Promise.resolve();
      throw new HoldfastError('shop.unauthorized', 'Magento does not accept the token.', {
        remedy: 'operator',
        hint: 'Check magento.auth.',
      });
    },
    explainPrice: ({ code, quantity, at }) => ({ lines: [`${code} × ${quantity} ${at ?? 'now'}`] }),
    explainSale: (id) => (id === 'K1-00000001' ? { lines: ['as sold'] } : undefined),
    previewReceipt: (id, what) => (id === 'K1-00000001' ? { text: `the ${what}`, png: '' } : undefined),
    async decideParked(idOrReceipt, decision) {
      calls.push(`decide ${Object.values(decision).join(' ')}`);
      return idOrReceipt === entry.receiptNumber ? this.document(idOrReceipt) : undefined;
    },
    async cases({ all, limit }) {
      calls.push(`cases ${all} ${limit}`);
      return [declinedCase];
    },
    case: (id) => (id === declinedCase.caseId ? declinedCase : undefined),
    async actOnCase(_id, wish) {
      calls.push(`case ${Object.values(wish).join(' ')}`);
      return declinedCase;
    },
    paymentsStatus: () => payments,
    payments: async ({ open, limit }) => {
      calls.push(`payments ${open} ${limit}`);
      return [payment];
    },
    payment: (id) => (id === payment.paymentId || id === 'K1-00000001' ? [payment] : []),
    async forwardPayments() {
      calls.push('forward');
      return payments;
    },
    async resolvePayment(id, { as, by }) {
      calls.push(`resolve ${as} ${by}`);
      return id === payment.paymentId ? payment : undefined;
    },
    async checklist() {
      return checkReport;
    },
    async printChecklist() {
      calls.push('checklist printed');
      return checkReport;
    },
    async ready(hours) {
      calls.push(`ready ${hours}`);
      return { ...checkReport, verdict: 'ok', lines: [] };
    },
    async outageReport({ from, to }) {
      calls.push(`outage report ${from} ${to}`);
      const facts = await collectFacts(marketDay().read(), sampleWishes, () => undefined);
      return summarise(facts, sampleWishes);
    },
    async reconcileOrders({ since, redeliver }) {
      calls.push(`orders ${since} ${redeliver?.by ?? 'nobody'}`);
      return { since, sales: 0, returns: 0, unconfirmed: 0, differences: [], stockNotJudged: null, redelivered: 0 };
    },
    async *reconcileSettlement() {
      yield { kind: 'progress', rows: 20_000 };
    },
    async printKeypadSheet() {},
    async printReceipt(number, what) {
      calls.push(what === 'gift' ? `print gift ${number}` : `print ${number}`);
      if (number === 'K1-9') {
        throw new HoldfastError('till.no-receipt', 'There is no such receipt to print', { remedy: 'operator' });
      }
    },
    devices: () => [
      {
        name: 'printer',
        kind: 'printer',
        driver: 'escpos',
        state: 'ready',
        condition: 'paper is nearly out',
        since: 60_000,
      },
      {
        name: 'customer display',
        kind: 'display',
        driver: 'cd5220',
        state: 'absent',
        condition: 'not plugged in',
        since: null,
      },
    ],
    async testDevice(name, tell) {
      calls.push(`test ${name}`);
      if (name === 'fax') throw unknownDevice;
      tell('printing a test page');
      await Promise.resolve();
      if (name === 'scale') throw new HoldfastError('device.busy', 'Busy.', { remedy: 'retry' });
      return { passed: name === 'printer', words: 'as far as can be told' };
    },
    async monitorDevices(name, tell, signal) {
      if (name === 'fax') throw unknownDevice;
      calls.push('monitor begun');
      const at = '2026-11-23T09:00:00.000Z';
      tell({ device: 'scanner', direction: 'received', at, length: 3, hex: '31 32 0d', text: '12·' });
      tell({ device: 'card terminal', direction: 'sent', at, length: 47, hex: null, text: null });
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      calls.push('monitor ended');
    },
    verifyJournal: () =>
      Promise.resolve(
        makeReport({
          isNew: false,
          oneCopy: false,
          findings: [],
          records: 2,
          sales: 1,
          unconfirmed: 1,
          lastReceipt: 'K1-00000001' as ReceiptNumber,
          restoredToStore: 0,
          restoredToTape: 0,
          lostReceipts: [],
          lostRecords: 0,
          skippedReceipts: [],
          setAside: [],
        }),
      ),
    async *exportJournal() {
      yield '{"format":"holdfast-journal"}\n';
      yield '{"records":0}\n';
    },
    shift: () => shift,
    openShift: (request) => {
      calls.push(`open ${request.cashier} ${request.float}`);
      if (request.float === '9.99') {
        throw new HoldfastError('shift.already-open', 'A shift is open already.', {
          remedy: 'operator',
          hint: 'Close it first.',
        });
      }
      return Promise.resolve(shift);
    },
    closeShift: () => Promise.resolve({ ...shift, open: false }),
  };
}

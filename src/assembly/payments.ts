import { join } from 'node:path';
import { z } from 'zod';
import type { PaymentTerminal } from '../../drivers/payment-terminal/payment-terminal.ts';
import type { TerminalConfig } from '../config/schema.ts';
import { money } from '../money/money.ts';
import type { Acquirer } from '../payments/acquirer.ts';
import { BlobStore } from '../payments/blobs/blob-store.ts';
import { sealingKey } from '../payments/blobs/sealing.ts';
import { Forwarder } from '../payments/forwarder.ts';
import { PaymentLedger } from '../payments/ledger.ts';
import { type Approve, OfflineDesk } from '../payments/offline-desk.ts';
import type { PaymentJournal } from '../payments/payment-journal.ts';
import { offlinePolicy } from '../payments/presets.ts';
import { AcquirerReports } from '../payments/reports.ts';
import { createSimulatedAcquirer } from '../payments/simulated-acquirer.ts';
import { createSquareAcquirer } from '../payments/square/square-acquirer.ts';
import type { SquareApi } from '../payments/square/square-api.ts';
import { createTerminalAcquirer } from '../payments/terminal-acquirer.ts';
import { type Clock, hours, milliseconds, minutes } from '../platform/clock.ts';
import type { DurableFiles } from '../platform/durable-files.ts';
import { messageOf } from '../platform/errors.ts';
import type { HttpTransport } from '../platform/http-transport.ts';
import { openJsonNote } from '../platform/json-note.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { CaseDesk } from '../reconciliation/case-desk.ts';
import type { TillCards } from '../till/ports.ts';
import { squareClient } from './payment-terminals.ts';
import { readConfiguredFile } from './secrets.ts';

export interface PaymentParts {
  readonly config: TerminalConfig;
  readonly journal: PaymentJournal;
  readonly cases: Pick<CaseDesk, 'report'>;
  readonly terminal: PaymentTerminal | null;
  readonly transport: HttpTransport;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly notes: DurableFiles;
  /** What readers handed out, sealed. */
  readonly sealedCards: DurableFiles;
  /** Whether anything outside can be reached. */
  readonly online: () => boolean;
  readonly approve?: Approve;
  /** What displays show of cards is no longer true. */
  readonly onChange: () => void;
}

/** Everything about cards that outlives the moment at the counter. */
export interface Payments {
  readonly cards: TillCards;
  readonly ledger: PaymentLedger;
  readonly offline: OfflineDesk;
  readonly forwarder: Forwarder;
  readonly reports: AcquirerReports;
  readonly acquirer: string;
  /** Square's interface, where this till works with it. */
  readonly square: SquareApi | null;
  /** Begins to forward; looked after until `signal` aborts. */
  start(signal: AbortSignal): void;
}

/** Throws `config.invalid` and `payments.bad-sealing-key` for a key that can't be used. */
export async function createPayments(parts: PaymentParts): Promise<Payments> {
  const { config, journal, terminal, clock, random, notes } = parts;
  const { payments } = config;
  const log = parts.log.child({ room: 'payments' });
  const ledger = new PaymentLedger({
    journal,
    clock,
    random,
    log,
    openCase: (found) => parts.cases.report(found),
    holdOrder: payments.holdOrder,
  });
  const offline = new OfflineDesk(policyOf(config), ledger, clock);
  const pem =
    payments.sealingKeyFile === ''
      ? null
      : readConfiguredFile('payments.sealingKeyFile', payments.sealingKeyFile, 'the acquirer’s public key');
  ledger.onChange(parts.onChange);
  const blobs = new BlobStore(parts.sealedCards, pem === null ? null : sealingKey(pem));
  const square =
    config.devices.paymentTerminal?.driver === 'square' ? squareClient(config.devices.paymentTerminal, clock) : null;
  const reports = new AcquirerReports(ledger, journal, (found) => parts.cases.report(found));
  const forwarder = new Forwarder({
    ledger,
    acquirer: createTerminalAcquirer(payments.acquirer, terminal, ownInterface(parts, square)),
    policy: offline.policy,
    blobs,
    onReport: async (report) => {
      await reports.take(report);
    },
    cursor: await openJsonNote(notes, 'acquirer-cursor.json', z.string().nullable(), null, log),
    // Where the bank's host can be seen, that is what counts.
    reachable: () => terminal?.offline?.host() === 'reachable' || parts.online(),
    clock,
    random,
    log,
    every: milliseconds(payments.forwardEvery),
  });
  return {
    ledger,
    offline,
    forwarder,
    reports,
    acquirer: acquirerOf(config),
    square,
    start(signal) {
      forwarder.start(signal);
      void watchWindow(offline, clock, parts.onChange, signal);
      const end = terminal?.offline?.onHostChange(() => {
        if (terminal.offline?.host() === 'reachable') forwarder.wake();
      });
      if (end) signal.addEventListener('abort', end);
    },
    cards: {
      ledger,
      offline,
      blobs,
      acquirer: acquirerOf(config),
      ...(parts.approve === undefined ? {} : { approve: parts.approve }),
      againstPolicy(paymentId, reason) {
        const found = {
          kind: 'payment-against-policy',
          subject: paymentId,
          words: `A card was taken although the policy forbids it: ${reason}`,
          evidence: { reason },
          receiptNumber: null,
        } as const;
        parts.cases
          .report(found)
          .catch((error: unknown) => log.error({ error: messageOf(error) }, 'a case could not be opened'));
      },
    },
  };
}

/** Whose payments these are: of the policy, else of the terminal that takes them. */
const acquirerOf = ({ payments, devices }: TerminalConfig): string =>
  payments.acquirer === 'none' ? (devices.paymentTerminal?.driver ?? 'none') : payments.acquirer;

/** The acquirer's window is used up by time alone. */
async function watchWindow(offline: OfflineDesk, clock: Clock, tell: () => void, signal: AbortSignal): Promise<void> {
  for (let before = offline.standing().stage; !signal.aborted; ) {
    await clock.sleep(minutes(1), signal);
    const { stage } = offline.standing();
    if (stage !== before) tell();
    before = stage;
  }
}

function policyOf({ payments, prices }: TerminalConfig): OfflineDesk['policy'] {
  const { maximumAmount, maximumTotal, supervisorAbove, windowHours, ...rest } = payments.offline;
  const amount = (text: string | undefined) => (text === undefined ? undefined : money(text));
  return offlinePolicy(
    payments.acquirer,
    {
      ...rest,
      maximumAmount: amount(maximumAmount),
      maximumTotal: amount(maximumTotal),
      supervisorAbove: amount(supervisorAbove),
      window: windowHours === undefined ? undefined : hours(windowHours),
    },
    prices.currency,
  );
}

/** What the acquirer itself can be asked; null: only its terminals, webhooks and reports tell. */
function ownInterface(
  { config: { payments, devices }, transport, clock }: PaymentParts,
  square: SquareApi | null,
): Acquirer | null {
  if (square !== null && devices.paymentTerminal?.driver === 'square') {
    return createSquareAcquirer({ api: square, clock, locationId: devices.paymentTerminal.locationId });
  }
  return payments.simulatedUrl === '' ? null : createSimulatedAcquirer(payments.simulatedUrl, transport);
}

/** Where sealed card data lies below the data folder. */
export const sealedCardsDir = (dataDir: string): string => join(dataDir, 'sealed-cards');

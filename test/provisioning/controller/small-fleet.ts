import { newTerminal } from '../../../provisioning/controller/enrolment-desk.ts';
import { FleetView } from '../../../provisioning/controller/fleet-view.ts';
import { emptyReport } from '../../../provisioning/controller/reports-desk.ts';
import type { ReportDocument } from '../../../provisioning/controller/store/documents.ts';
import { KeyValueControllerStore } from '../../../provisioning/controller/store/key-value-controller-store.ts';
import type { OpenCase } from '../../../src/fleet/desk-sections.ts';
import type { Health } from '../../../src/fleet/protocol.ts';
import { hours } from '../../../src/platform/clock.ts';
import { type TerminalId, terminalId } from '../../../src/platform/ids.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { MemoryStoreMedium } from '../../../src/platform/memory-store.ts';
import { sampleHealth } from '../../fleet/sample-health.ts';
import { ManualClock } from '../../tools/manual-clock.ts';

/** A controller's store with terminals in it that have told of themselves, and the view of it; no broker, no sockets. */
export class SmallFleet {
  readonly clock = new ManualClock();
  readonly store = new KeyValueControllerStore(new MemoryStoreMedium().open({ createIfMissing: true }), silentLogger);
  readonly view = new FleetView({ store: this.store, log: silentLogger });

  static async open(): Promise<SmallFleet> {
    const fleet = new SmallFleet();
    await fleet.view.open();
    return fleet;
  }

  /** The view has read what the store told. */
  seen(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** A terminal that a device is, as it told of itself last. */
  async add(
    number: string,
    health: Partial<Health> = {},
    report: Partial<ReportDocument> = {},
    group: string | null = null,
  ): Promise<TerminalId> {
    const terminal = terminalId(number);
    const made = newTerminal(terminal, { group, createdAt: this.clock.now(), createdBy: 'ann' });
    const member = {
      device: '0123456789abcdef01234567' as never,
      sealingKey: 'k',
      account: { username: 'u', passwordHash: 'x' },
      hardware: { model: '', serial: '' },
      firstReceiptCounter: 1,
      since: 0,
    };
    const value: ReportDocument = {
      ...emptyReport(terminal),
      presence: { state: 'online', session: null, since: this.clock.now() - hours(10) },
      lastHeard: this.clock.now(),
      ...report,
      health: { ...sampleHealth, ...health },
    };
    await this.store.write([
      { collection: 'terminals', id: terminal, expected: null, value: { ...made, member } },
      { collection: 'reports', id: terminal, expected: null, value },
    ]);
    await this.seen();
    return terminal;
  }
}

/** A case as a terminal tells it. */
export function toldCase(caseId: string, change: Partial<OpenCase> = {}): OpenCase {
  return {
    caseId,
    kind: caseId.slice(0, caseId.indexOf(':')),
    title: 'A difference',
    words: `seen: ${caseId}`,
    receiptNumber: null,
    state: 'open',
    owner: null,
    openedAt: '2026-11-23T08:00:00.000Z',
    changedAt: '2026-11-23T08:00:00.000Z',
    nextStep: 'Look at it.',
    runbook: 'docs/runbooks/order-differs.md',
    outcomes: ['corrected'],
    ...change,
  };
}

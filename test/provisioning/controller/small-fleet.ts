import { newTerminal } from '../../../provisioning/controller/enrolment-desk.ts';
import { FleetView } from '../../../provisioning/controller/fleet-view.ts';
import { type ApiServer, startApiServer } from '../../../provisioning/controller/http/api-server.ts';
import type { Route } from '../../../provisioning/controller/http/route.ts';
import { emptyReport } from '../../../provisioning/controller/reports-desk.ts';
import type { ReportDocument, Role } from '../../../provisioning/controller/store/documents.ts';
import { KeyValueControllerStore } from '../../../provisioning/controller/store/key-value-controller-store.ts';
import { runCli } from '../../../src/cli/program.ts';
import type { OpenCase } from '../../../src/fleet/desk-sections.ts';
import type { DeviceId, Health } from '../../../src/fleet/protocol.ts';
import { type Clock, hours } from '../../../src/platform/clock.ts';
import { type TerminalId, terminalId } from '../../../src/platform/ids.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { MemoryStoreMedium } from '../../../src/platform/memory-store.ts';
import { sampleHealth } from '../../fleet/sample-health.ts';
import { ManualClock } from '../../tools/manual-clock.ts';

interface MemberWishes {
  readonly group?: string | null;
  readonly device?: string;
  readonly firstReceiptCounter?: number;
}

/** A controller's store with terminals in it that have told of themselves, and the view of it; no broker, no sockets. */
export class SmallFleet {
  readonly clock = new ManualClock();
  readonly store = new KeyValueControllerStore(new MemoryStoreMedium().open({ createIfMissing: true }), silentLogger);
  readonly view = new FleetView({ store: this.store, log: silentLogger });

  /** What routes and desks are made with. */
  get parts() {
    const { store, view, clock } = this;
    return { store, view, clock };
  }

  static async open(): Promise<SmallFleet> {
    const fleet = new SmallFleet();
    await fleet.view.open();
    return fleet;
  }

  /** The view has read what the store told. */
  seen(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** As of a terminal of an older release, which does not tell this. */
  async forget(number: string, section: keyof Health): Promise<void> {
    const found = await this.store.get('reports', number);
    if (found === null) throw new Error(`there is no ${number}`);
    const { [section]: _, ...health } = found.value.health;
    const value = { ...found.value, health };
    await this.store.write([{ collection: 'reports', id: number, expected: null, value }]);
    await this.seen();
  }

  /** A terminal that a device is, as it told of itself last. */
  async add(
    number: string,
    health: Partial<Health> = {},
    report: Partial<ReportDocument> = {},
    { group = null, device = '0123456789abcdef01234567', firstReceiptCounter = 1 }: MemberWishes = {},
  ): Promise<TerminalId> {
    const terminal = terminalId(number);
    const made = newTerminal(terminal, { group, createdAt: this.clock.now(), createdBy: 'ann' });
    const member = {
      device: device as DeviceId,
      sealingKey: 'k',
      account: { username: 'u', passwordHash: 'x' },
      hardware: { model: '', serial: '' },
      firstReceiptCounter,
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

/** The API of these routes, asked by the command line as a user of this role. */
export class AskedController {
  readonly #api: ApiServer;

  private constructor(api: ApiServer) {
    this.#api = api;
  }

  static async open({ store, clock }: SmallFleet, routes: readonly Route[], role: Role = 'operator') {
    const whoAsks = async () => ({ user: 'ann', role });
    const options = { routes, raw: [], whoAsks, store, clock, log: silentLogger };
    return new AskedController(await startApiServer(options, '127.0.0.1', 0));
  }

  close(): Promise<void> {
    return this.#api.close();
  }

  async holdfast(clock: Clock, ...args: readonly string[]) {
    const said = { out: '', err: '' };
    const never = () => Promise.reject(new Error('no terminal runs here'));
    const code = await runCli(args, {
      output: {
        out: (text) => {
          said.out += text;
        },
        err: (text) => {
          said.err += text;
        },
        terminal: false,
      },
      env: { HOLDFAST_CONTROLLER: `http://127.0.0.1:${this.#api.port}` },
      clock,
      version: '0.1.0',
      run: never,
      provision: never,
      journalTools: never,
    });
    return { code, ...said };
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

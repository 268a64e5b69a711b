import { type Controller, startController } from '../../../provisioning/controller/controller.ts';
import { controllerConfigSchema } from '../../../provisioning/controller/controller-config.ts';
import type { ControllerStore } from '../../../provisioning/controller/store/controller-store.ts';
import { KeyValueControllerStore } from '../../../provisioning/controller/store/key-value-controller-store.ts';
import type { FleetAgent } from '../../../src/fleet/agent.ts';
import { mqttLinks } from '../../../src/fleet/mqtt-link.ts';
import type { ClaimName, FleetName } from '../../../src/fleet/protocol.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { MemoryDisk } from '../../../src/platform/memory-disk.ts';
import { MemoryStoreMedium } from '../../../src/platform/memory-store.ts';
import { SystemClock } from '../../../src/platform/system-clock.ts';
import { systemRandom } from '../../../src/platform/system-random.ts';
import { BareTerminal } from '../../fleet/bare-terminal.ts';
import { sampleHealth } from '../../fleet/sample-health.ts';

export const password = 'correct horse battery';

/** A controller with its embedded broker on ports of the system's choice, and an administrator. */
export async function benchController(
  store: ControllerStore = new KeyValueControllerStore(
    new MemoryStoreMedium().open({ createIfMissing: true }),
    silentLogger,
  ),
  broker: unknown = { kind: 'embedded', port: 0 },
  /** Of Adyen’s webhook; none: it is not mounted. */
  adyenKeys: readonly string[] = [],
  /** Where bundles of releases are kept; empty: nowhere. */
  releasesDir = '',
): Promise<Controller> {
  const controller = await startController({
    config: controllerConfigSchema.parse({
      fleet: 'acme',
      dataDir: '/nowhere',
      http: { port: 0 },
      broker,
      releases: { dir: releasesDir },
      adyen: adyenKeys.length === 0 ? null : { hmacKeysFile: 'handed in as they are' },
    }),
    adyenKeys,
    version: '0.1.0',
    store,
    vaultKey: new Uint8Array(32),
    brokerPassword: null,
    authorities: [],
    links: mqttLinks(() => true),
    clock: new SystemClock(),
    random: systemRandom,
    log: silentLogger,
  });
  if ((await store.get('users', 'ann')) === null) await controller.signIn.addUser('ann', password, 'admin');
  return controller;
}

export interface Answer {
  readonly status: number;
  // The tests look at what they expect in it.
  // biome-ignore lint/suspicious/noExplicitAny: JSON of an answer
  readonly body: any;
  readonly headers: Headers;
}

/** Asks the API; `who`: a session cookie or a token. */
export function asking(controller: Controller, who: Readonly<Record<string, string>> = {}) {
  return async (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${controller.httpPort}${path}`, {
      method,
      headers: { ...who, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
  };
}

/** Asks as a user who has signed in. */
export async function signedIn(controller: Controller, name = 'ann', secret = password) {
  const answer = await asking(controller)('POST', '/api/session', { name, password: secret });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  return asking(controller, { cookie });
}

/** A device that joins by a claim code and then runs the terminal's own agent, with nothing behind it. */
export async function benchTerminal(brokerPort: number, digits: string): Promise<FleetAgent> {
  const terminal = await BareTerminal.open({
    place: {
      fleet: 'acme' as FleetName,
      url: `mqtt://127.0.0.1:${brokerPort}`,
      authorities: [],
      mqttVersion: 'auto',
    },
    serial: '1',
    files: new MemoryDisk().files('till'),
    clock: new SystemClock(),
    look: async () => sampleHealth,
  });
  const claim = { name: `code-${digits.slice(0, 3)}` as ClaimName, password: digits };
  await terminal.enrol(claim, AbortSignal.timeout(60_000));
  const agent = await terminal.agent();
  await agent.start();
  return agent;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bundleRoutes } from '../../provisioning/gateway/bundles/bundle-routes.ts';
import { Leaves } from '../../provisioning/gateway/bundles/leave.ts';
import { Readings } from '../../provisioning/gateway/bundles/readings.ts';
import { Gateway } from '../../provisioning/gateway/gateway.ts';
import { GatewayServer } from '../../provisioning/gateway/gateway-server.ts';
import { Shops } from '../../provisioning/gateway/shops.ts';
import { mqttLinks } from '../../src/fleet/mqtt-link.ts';
import type { FleetName } from '../../src/fleet/protocol.ts';
import { hours, minutes, seconds } from '../../src/platform/clock.ts';
import type { HttpTransport } from '../../src/platform/http-transport.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { seededRandom } from '../../src/platform/seeded-random.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { createNodeTransport } from '../../src/platform/system-http-transport.ts';
import { systemRandom } from '../../src/platform/system-random.ts';
import type { Showroom } from '../../src/showroom/facade.ts';
import { type ShowroomFleet, startShowroomFleet } from '../../src/showroom/fleet.ts';
import { displays, ledgersAgree, openShowroom, removeFolder, showroomFolder } from './open-showroom.ts';

const clock = new SystemClock('Europe/Berlin');
const coffee = '4063000000025';

let dir: string;
let fleet: ShowroomFleet;
let showroom: Showroom;
let transport: HttpTransport;
const gateways: Gateway[] = [];
const leaves = new Leaves('a password of gateways', clock);
let server: GatewayServer;
/** Paths that the till has asked it. */
const answered: string[] = [];

beforeEach(async () => {
  dir = showroomFolder();
  transport = createNodeTransport();
  fleet = await startShowroomFleet({
    dir: join(dir, 'fleet'),
    fresh: true,
    clock,
    random: seededRandom(7),
    gatewayPassword: 'a password of gateways',
  });
});
afterEach(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await server.close();
  await showroom.close();
  await fleet.close();
  transport.close();
  removeFolder(dir);
});

/** On the fleet's embedded broker, which knows MQTT 3.1.1 only: every gateway hears every offer. */
function startGateway(parts: ConstructorParameters<typeof Shops>[0]): Gateway {
  const { broker, name } = fleet.tillConfig['fleet'] as { readonly broker: string; readonly name: FleetName };
  const gateway = new Gateway({
    fleet: name,
    broker: {
      open: mqttLinks(() => true),
      url: broker,
      authorities: [],
      mqttVersion: 'auto',
      username: 'gateway',
      password: 'a password of gateways',
    },
    shops: new Shops(parts),
    bundles: { url: `http://127.0.0.1:${server.port}`, leaves },
    concurrency: 2,
    clock,
    random: systemRandom,
    log: silentLogger,
  });
  gateways.push(gateway);
  gateway.start();
  return gateway;
}

it('a till that is set to it delivers through a gateway, and tells what is missing while there is none', {
  timeout: 240_000,
}, async () => {
  const snapshot = { through: 'gateway' };
  const sync = { lane: 'mqtt', retryEvery: 10_000, probeEvery: 1_000, jitter: 0 };
  showroom = await openShowroom(join(dir, 'shop'), { config: { ...fleet.tillConfig, sync, snapshot } });
  await displays(showroom, 'Shift closed');
  showroom.press('100 enter');
  await displays(showroom, 'Shift open');
  await sell('K1-00000001');
  await showroom.until(
    'the till says that there is no gateway',
    async () => (await showroom.status())?.connection.words.includes('No gateway') === true,
    minutes(2),
  );
  const { magento } = JSON.parse(readFileSync(showroom.configFile, 'utf8'));
  const { baseUrl, auth } = magento;
  const parts = { baseUrl, auth, transport, requestTimeout: seconds(30), clock, log: silentLogger };
  await startBundles(parts);
  const [one, other] = [startGateway(parts), startGateway(parts)];
  await ledgersAgree(showroom, 1);
  await sell('K1-00000002');
  await ledgersAgree(showroom, 2);
  const confirmed = () => one.status().ended.confirmed + other.status().ended.confirmed;
  await expect.poll(confirmed, { timeout: 60_000 }).toBe(2);
  expect((await showroom.status())?.connection).toMatchObject({
    lane: 'mqtt',
    recipe: expect.stringContaining('gateway: '),
  });

  const before = (await showroom.status())?.snapshot?.generation ?? 0;
  for await (const _progress of showroom.control.pullSnapshot());
  expect((await showroom.status())?.snapshot?.generation).toBe(before + 1);
  // The settings, the rules, the products: part by part, by the till's own leave.
  expect(answered.filter((path) => path.startsWith('/bundle/')).length).toBeGreaterThan(5);
});

/** What gateways tell of the shop, beside them. */
async function startBundles(parts: ConstructorParameters<typeof Shops>[0]): Promise<void> {
  const readings = new Readings({ ...parts, freshFor: hours(1), random: systemRandom });
  const routes = bundleRoutes({ readings, leaves, log: silentLogger });
  const noStatus = () => {
    throw new Error('not asked');
  };
  server = await GatewayServer.start({ host: '127.0.0.1', port: 0 }, noStatus, (request, response) => {
    answered.push(request.url ?? '');
    return routes(request, response);
  });
}

async function sell(receipt: string): Promise<void> {
  showroom.scan(coffee);
  await displays(showroom, 'Total');
  showroom.press('total');
  await displays(showroom, 'To pay');
  showroom.press('enter');
  await displays(showroom, receipt);
}

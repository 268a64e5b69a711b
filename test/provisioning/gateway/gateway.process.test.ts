import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MosquittoAccounts } from '../../../provisioning/brokers/mosquitto-accounts.ts';
import { controllerAccount, gatewayAccount } from '../../../provisioning/brokers/mosquitto-config.ts';
import { BrokerConnection } from '../../../src/fleet/broker-connection.ts';
import { returnsBegun } from '../../../src/fleet/delivery-documents.ts';
import { DeliveryLane } from '../../../src/fleet/delivery-lane.ts';
import { Messenger } from '../../../src/fleet/messenger.ts';
import { mqttLinks } from '../../../src/fleet/mqtt-link.ts';
import type { FleetName } from '../../../src/fleet/protocol.ts';
import { defaultReconnectPolicy } from '../../../src/fleet/reconnect-policy.ts';
import { terminalAccess, topicsReadAt } from '../../../src/fleet/topics.ts';
import { seconds } from '../../../src/platform/clock.ts';
import { terminalId } from '../../../src/platform/ids.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { SystemClock } from '../../../src/platform/system-clock.ts';
import { systemRandom } from '../../../src/platform/system-random.ts';
import { type SimulatedMagento, startSimulatedMagento } from '../../../src/showroom/magento/index.ts';
import { createOutbox, type Outbox } from '../../../src/sync/outbox.ts';
import { berlin } from '../../magento/delivery/sales.ts';
import { checkSale, checkStrays, noFindings } from '../../sweep/ledger-check.ts';
import { sweepSale } from '../../sweep/sales.ts';
import { MemoryJournal } from '../../tools/memory-journal.ts';
import { startMosquitto, type TestMosquitto } from '../../tools/mosquitto.ts';
import { describeWith } from '../../tools/needs.ts';

const program = new URL('../../../dist/provisioning/gateway/main.js', import.meta.url).pathname;
const fleet = 'acme' as FleetName;
const patience = { timeout: 120_000, interval: 50 };

interface Health {
  readonly state: string;
  readonly working: number;
  readonly ended: { readonly confirmed: number };
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
}

/** Real gateways, as processes, on a real Mosquitto with TLS and accounts, before a simulated shop. */
describeWith('mosquitto', 'gateways on a shared subscription', (mosquitto) => {
  const clock = new SystemClock('Europe/Berlin');
  const world = { clock, random: systemRandom, log: silentLogger };
  const open = mqttLinks(() => true);
  const end = new AbortController();
  const running: Running[] = [];
  let folder: string;
  let broker: TestMosquitto;
  let shop: SimulatedMagento;
  let accounts: MosquittoAccounts;
  let outbox: Outbox;
  let journal: MemoryJournal;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-gateway-'));
    broker = await startMosquitto(mosquitto, fleet);
    shop = await startSimulatedMagento({ port: 0, ...world });
    const way = { url: broker.url, authorities: [broker.authority] };
    const password = broker.password(controllerAccount);
    accounts = new MosquittoAccounts({ broker: { ...way, open, username: controllerAccount, password }, ...world });
    accounts.start(end.signal);
    const address = { fleet, terminal: terminalId('K1') };
    const credentials = { username: 'K1', password: 'a password of K1' };
    await accounts.put({ ...credentials, clientId: 'till', access: terminalAccess(fleet, address.terminal) });

    journal = new MemoryJournal(clock);
    const lane = new DeliveryLane({
      ...world,
      place: { storeCode: 'default', recipe: 'quote', shop: { ...berlin, settleAfter: seconds(5) } },
      returnsBegun: () => returnsBegun(journal.unconfirmed()),
      describe: () => '',
      madeDirectly: async () => undefined,
      onReachable: async () => undefined,
    });
    const connection = new BrokerConnection({
      ...world,
      open,
      wishes: {
        ...way,
        mqttVersion: 'auto',
        topics: topicsReadAt(address),
        identity: () => ({ clientId: 'till', ...credentials, will: null }),
        message: (topic, payload) => messenger.receive(topic, payload),
      },
      policy: defaultReconnectPolicy,
    });
    const messenger = new Messenger({ ...world, publisher: connection, address });
    lane.attach(messenger);
    outbox = createOutbox({ journal, lane, ...world, overlap: 2 });
    connection.onChange(({ name }) => name === 'online' && outbox.kick());
    connection.start(end.signal);
  });
  afterAll(async () => {
    await outbox?.stop();
    end.abort();
    await Promise.all(running.map(({ child }) => stopped(child, 'SIGKILL')));
    await accounts?.ended();
    await broker?.stop();
    await shop?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function startGateway(name: string): Promise<Running> {
    const port = await freePort();
    const at = (file: string, text: string): string => {
      writeFileSync(join(folder, file), text);
      return file;
    };
    const config = {
      fleet,
      broker: {
        url: broker.url,
        passwordFile: at('gateway.password', broker.password(gatewayAccount)),
        caFile: at('ca.pem', broker.authority),
      },
      magento: { baseUrl: shop.url, auth: { type: 'token', tokenFile: at('token', shop.integrationToken) } },
      http: { port },
    };
    const child = spawn(
      process.execPath,
      [program, '--config', join(folder, at(`${name}.json`, JSON.stringify(config)))],
      {
        stdio: 'ignore',
      },
    );
    const started = { child, port };
    running.push(started);
    await expect
      .poll(
        () =>
          health(started).then(
            ({ state }) => state,
            () => 'not there',
          ),
        patience,
      )
      .toBe('ok');
    return started;
  }

  async function health({ port }: Running) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`);
    return (await answer.json()) as Health;
  }

  function stopped(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
    if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    return gone;
  }

  it('share the work, and go on when one of them is stopped in the middle of it', async () => {
    const [one, other] = [await startGateway('one'), await startGateway('other')];
    outbox.start();
    const sales = Array.from({ length: 8 }, (_, index) => sweepSale('plain', index + 1));
    for (const sale of sales.slice(0, 4)) await journal.append({ kind: 'sale', sale });
    outbox.documentAdded();
    await expect.poll(() => journal.counts.confirmed, patience).toBe(4);
    const counted = async () => (await health(one)).ended.confirmed + (await health(other)).ended.confirmed;
    await expect.poll(counted, patience).toBe(4);

    for (const sale of sales.slice(4)) await journal.append({ kind: 'sale', sale });
    outbox.documentAdded();
    // In the middle of one, unless this machine is faster than one can look.
    const isAtWork = async () => (await health(one)).working > 0 || journal.counts.confirmed === 8;
    await expect.poll(isAtWork, { timeout: 120_000, interval: 5 }).toBe(true);
    expect(await stopped(one.child, 'SIGTERM')).toBe(0);
    await expect.poll(() => journal.counts.confirmed, patience).toBe(8);
    const findings = noFindings();
    for (const sale of sales) checkSale(shop.shop.ledger, sale, berlin.sourceCode, findings);
    checkStrays(shop.shop.ledger, sales, findings);
    expect(findings).toEqual(noFindings());
    expect(outbox.status()).toMatchObject({ lane: 'mqtt', online: true });
    const metrics = await (await fetch(`http://127.0.0.1:${other.port}/metrics`)).text();
    expect(metrics).toMatch(/holdfast_gateway_online 1\n/);
    expect(metrics).toMatch(/holdfast_gateway_deliveries_total\{outcome="confirmed"\} [1-8]\n/);
  });

  it('say what is wrong with a configuration, and end', async () => {
    writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ fleet, brokker: {} }));
    const child = spawn(process.execPath, [program, '--config', join(folder, 'wrong.json')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += String(chunk);
    });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(78);
    expect(said).toContain('brokker');
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MosquittoAccounts } from '../../../provisioning/brokers/mosquitto-accounts.ts';
import { controllerAccount } from '../../../provisioning/brokers/mosquitto-config.ts';
import { type Controller, startController } from '../../../provisioning/controller/controller.ts';
import { controllerConfigSchema } from '../../../provisioning/controller/controller-config.ts';
import type { ControllerStore } from '../../../provisioning/controller/store/controller-store.ts';
import { KeyValueControllerStore } from '../../../provisioning/controller/store/key-value-controller-store.ts';
import { removeStrayAccounts } from '../../../provisioning/controller/stray-accounts.ts';
import { clientIdOf, enrol } from '../../../src/fleet/enrolment.ts';
import { Identity } from '../../../src/fleet/identity.ts';
import { mqttLinks } from '../../../src/fleet/mqtt-link.ts';
import {
  type BrokerCredentials,
  type ChannelName,
  type ClaimName,
  channels,
  type DeviceId,
  type FleetName,
} from '../../../src/fleet/protocol.ts';
import {
  type Address,
  enrolmentAccess,
  isWithin,
  type TopicAccess,
  terminalAccess,
  topicOf,
} from '../../../src/fleet/topics.ts';
import { type TerminalId, terminalId } from '../../../src/platform/ids.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { MemoryDisk } from '../../../src/platform/memory-disk.ts';
import { MemoryStoreMedium } from '../../../src/platform/memory-store.ts';
import { SystemClock } from '../../../src/platform/system-clock.ts';
import { systemRandom } from '../../../src/platform/system-random.ts';
import { startMosquitto, type TestMosquitto } from '../../tools/mosquitto.ts';
import { describeWith } from '../../tools/needs.ts';

const fleet = 'acme' as FleetName;
const patience = { timeout: 60_000, interval: 50 };
const versions = [4, 5] as const;

interface Device {
  readonly terminal: TerminalId;
  readonly id: DeviceId;
  readonly credentials: BrokerCredentials;
}

/** A real Mosquitto with TLS as it is set up for a shop, the real controller, devices that have enrolled; and a thief with the key. */
describeWith('mosquitto', 'credentials that were stolen', (program) => {
  const clock = new SystemClock();
  const open = mqttLinks(() => true);
  const end = new AbortController();
  let broker: TestMosquitto;
  let controller: Controller;
  let store: ControllerStore;
  let accounts: MosquittoAccounts;
  let batch: { readonly claim: ClaimName; readonly password: string };
  let victim: Device;
  let stolen: Device;
  const clients: MqttClient[] = [];
  /** Everything that got through at the broker, of whatever topic. */
  const passed: string[] = [];

  beforeAll(async () => {
    broker = await startMosquitto(program, fleet);
    const password = broker.password(controllerAccount);
    const way = { url: broker.url, authorities: [broker.authority], open, username: controllerAccount, password };
    store = new KeyValueControllerStore(new MemoryStoreMedium().open({ createIfMissing: true }), silentLogger);
    const external = {
      kind: 'external',
      url: broker.url,
      username: controllerAccount,
      passwordFile: '/nowhere',
      accounts: 'mosquitto',
    };
    controller = await startController({
      config: controllerConfigSchema.parse({ fleet, dataDir: '/nowhere', http: { port: 0 }, broker: external }),
      version: '0.1.0',
      store,
      vaultKey: new Uint8Array(32),
      brokerPassword: password,
      authorities: [broker.authority],
      links: open,
      clock,
      random: systemRandom,
      log: silentLogger,
    });
    accounts = new MosquittoAccounts({ broker: way, clock, random: systemRandom, log: silentLogger });
    accounts.start(end.signal);
    const everything = { publish: ['#'], subscribe: ['#'] };
    await accounts.put({ username: 'spy', password: 'a password of the spy', clientId: null, access: everything });
    const spy = await client({ username: 'spy', password: 'a password of the spy' });
    spy.on('message', (topic, payload) => passed.push(`${topic} ${String(payload)}`));
    await spy.subscribeAsync('#', { qos: 1 });
    batch = await controller.parts.claims.makeBatch({
      name: 'spring',
      group: null,
      prefix: 'K',
      approval: 'auto',
      limit: null,
      lasts: null,
      by: 'ann',
    });
    victim = await unboxed('one');
    stolen = await unboxed('two');
  });
  afterAll(async () => {
    for (const each of clients) each.end(true);
    end.abort();
    await accounts?.ended();
    await controller?.stop();
    await broker?.stop();
  });

  /** A device that joins by the batch, with the terminal's own code. */
  async function unboxed(place: string): Promise<Device> {
    const identity = await Identity.open(new MemoryDisk().files(place), systemRandom, silentLogger);
    const terminal = await enrol(
      {
        place: { fleet, url: broker.url, authorities: [broker.authority], mqttVersion: 'auto' },
        identity,
        keepSettings: async () => undefined,
        claim: async () => ({ name: batch.claim, password: batch.password }),
        hardware: { model: 'Bench', serial: place },
        version: '0.1.0',
        open,
        clock,
        random: systemRandom,
        log: silentLogger,
        tell: () => undefined,
      },
      AbortSignal.timeout(120_000),
    );
    const { membership, key } = identity;
    if (membership.stage !== 'enrolled' || key === null) throw new Error('not enrolled');
    return { terminal, id: key.device, credentials: membership.credentials };
  }

  async function client(options: IClientOptions): Promise<MqttClient> {
    const made = await mqtt.connectAsync(
      broker.url,
      { ca: broker.authority, reconnectPeriod: 0, connectTimeout: 20_000, ...options },
      false,
    );
    made.on('error', () => undefined);
    clients.push(made);
    return made;
  }

  const signIn = ({ id, credentials }: Device, more: IClientOptions = {}): Promise<MqttClient> =>
    client({ ...credentials, clientId: clientIdOf(fleet, { device: id }), ...more });

  /** Every topic there is: of each channel, another's, one's own, another fleet's; and what reaches for many at once. */
  function everyTopic(): { readonly topics: readonly string[]; readonly filters: readonly string[] } {
    const others: Address[] = [
      { fleet, terminal: victim.terminal },
      { fleet, terminal: stolen.terminal },
      { fleet: 'other' as FleetName, terminal: stolen.terminal },
      { fleet, terminal: terminalId('CONTROLLER') },
      { fleet, claim: batch.claim, device: victim.id },
      { fleet, claim: 'code-123' as ClaimName, device: stolen.id },
    ];
    const topics = others.flatMap((address) =>
      (Object.keys(channels) as ChannelName[]).map((channel) => topicOf(address, channel)),
    );
    const wide = Object.keys(channels).flatMap((channel) => [
      `holdfast/${fleet}/+/${channel}`,
      `holdfast/+/${stolen.terminal}/${channel}`,
      `holdfast/${fleet}/enrolment/+/+/${channel}`,
    ]);
    const special = ['$CONTROL/dynamic-security/v1', '$CONTROL/dynamic-security/v1/response', '$SYS/broker/uptime'];
    const all = [
      '#',
      '+/#',
      '$SYS/#',
      '$CONTROL/#',
      'holdfast/#',
      `holdfast/${fleet}/#`,
      `holdfast/${fleet}/${victim.terminal}/#`,
    ];
    const plain = [...topics, ...special, `holdfast/${fleet}/${victim.terminal}`, 'elsewhere'];
    const filters = [...plain, ...wide, ...all];
    return { topics: plain, filters: [...filters, ...filters.map((filter) => `$share/thieves/${filter}`)] };
  }

  /** Tries everything with an account: what it could read, and what it wrote that got through. */
  async function attack(thief: MqttClient, mark: string) {
    const { topics, filters } = everyTopic();
    const readable: string[] = [];
    for (const filter of filters) {
      // Refused by MQTT 3.1.1 with 128, by 5 with an error.
      const granted = await thief.subscribeAsync(filter, { qos: 1 }).catch(() => []);
      if (granted.some(({ qos }) => qos < 0x80)) readable.push(filter);
    }
    for (const topic of topics) {
      await thief.publishAsync(topic, mark, { qos: 1, retain: false }).catch(() => undefined);
    }
    return readable;
  }

  const writable = (mark: string) =>
    passed.filter((line) => line.endsWith(` ${mark}`)).map((line) => line.split(' ')[0]);
  const within = (filters: readonly string[], topics: readonly string[]) =>
    topics.filter((topic) => filters.some((filter) => isWithin(topic, filter))).sort();

  async function expectOnly(thief: MqttClient, access: TopicAccess, mark: string): Promise<void> {
    const readable = await attack(thief, mark);
    const { topics, filters } = everyTopic();
    const plain = readable.filter((filter) => !filter.startsWith('$share/'));
    expect(plain.sort()).toEqual(within(access.subscribe, filters));
    expect(
      readable.every((filter) => within(access.subscribe, [filter.replace('$share/thieves/', '')]).length === 1),
    ).toBe(true);
    const expected = within(access.publish, topics);
    expect(expected.length).toBeGreaterThan(0);
    // The last of what is allowed was written after nearly everything else.
    await expect.poll(() => writable(mark).length, patience).toBe(expected.length);
    expect(writable(mark).sort()).toEqual(expected);
  }

  it('of a terminal reach its own topics and no other, by MQTT 3.1.1 and 5', async () => {
    for (const protocolVersion of versions) {
      const thief = await signIn(stolen, { protocolVersion });
      await expectOnly(thief, terminalAccess(fleet, stolen.terminal), `stolen-${protocolVersion}`);
      thief.end(true);
    }
  });

  it('of a batch reach enrolment by it and nothing else', async () => {
    for (const protocolVersion of versions) {
      const thief = await client({ username: batch.claim, password: batch.password, protocolVersion });
      await expectOnly(thief, enrolmentAccess(fleet, batch.claim), `batch-${protocolVersion}`);
      thief.end(true);
    }
  });

  it('hear nothing of what others write, nor leave a will in another’s name', async () => {
    const thief = await signIn(stolen, { protocolVersion: 5 });
    const heard: string[] = [];
    thief.on('message', (topic) => heard.push(topic));
    await attack(thief, 'listening');
    const owner = await signIn(victim);
    await owner.publishAsync(`holdfast/${fleet}/${victim.terminal}/telemetry`, 'private', { qos: 1 });
    await expect.poll(() => passed.some((line) => line.endsWith(' private')), patience).toBe(true);
    expect(heard.filter((topic) => !topic.startsWith(`holdfast/${fleet}/${stolen.terminal}/`))).toEqual([]);
    owner.end(true);
    thief.end(true);

    const will = {
      topic: `holdfast/${fleet}/${victim.terminal}/presence`,
      payload: Buffer.from('a false will'),
      qos: 1,
      retain: true,
    } as const;
    const liar = await signIn(stolen, { protocolVersion: 5, will }).catch(() => null);
    liar?.stream.destroy();
    // Its own will is heard of when it is cut in the same way; by then the false one would have been.
    const own = {
      ...will,
      topic: `holdfast/${fleet}/${stolen.terminal}/presence`,
      payload: Buffer.from('a true will'),
    };
    const honest = await signIn(stolen, { protocolVersion: 5, will: own });
    honest.stream.destroy();
    await expect.poll(() => passed.some((line) => line.endsWith(' a true will')), patience).toBe(true);
    expect(passed.filter((line) => line.endsWith(' a false will'))).toEqual([]);
  });

  it('do not throw the owner out, nor take its session over', async () => {
    const owner = await signIn(victim, {
      protocolVersion: 5,
      clean: false,
      properties: { sessionExpiryInterval: 300 },
    });
    let lost = false;
    owner.on('close', () => {
      lost = true;
    });
    const clientId = clientIdOf(fleet, { device: victim.id });
    for (const protocolVersion of versions) {
      await expect(client({ ...stolen.credentials, clientId, protocolVersion, clean: false })).rejects.toThrow();
    }
    await expect(
      client({ username: victim.credentials.username, password: stolen.credentials.password, clientId }),
    ).rejects.toThrow();
    await owner.publishAsync(`holdfast/${fleet}/${victim.terminal}/telemetry`, 'still there', { qos: 1 });
    expect(lost).toBe(false);
    owner.end(true);
  });

  it('are needed, and travel only encrypted', async () => {
    await expect(client({})).rejects.toThrow();
    const plain = mqtt.connectAsync(
      `mqtt://127.0.0.1:${broker.port}`,
      { reconnectPeriod: 0, connectTimeout: 5_000, ...stolen.credentials },
      false,
    );
    await expect(plain).rejects.toThrow();
    const unchecked = mqtt.connectAsync(broker.url, { reconnectPeriod: 0, ...stolen.credentials }, false);
    await expect(unchecked).rejects.toThrow(/certificate/);
  });

  it('are worth nothing once their terminal is revoked; who was signed in by them is thrown out', async () => {
    const thief = await signIn(stolen, { protocolVersion: 5 });
    const out = new Promise<void>((resolve) => thief.once('close', () => resolve()));
    await controller.parts.devices.revoke(stolen.terminal, 'ann', 'stolen');
    await out;
    for (const protocolVersion of versions) await expect(signIn(stolen, { protocolVersion })).rejects.toThrow();
    const owner = await signIn(victim);
    owner.end(true);
  });

  it('are taken from the broker also when it could not be told at once', async () => {
    const ghost = { username: `${stolen.id}-7`, password: 'a password that is over', clientId: null };
    await accounts.put({ ...ghost, access: terminalAccess(fleet, victim.terminal) });
    const haunting = await client({ username: ghost.username, password: ghost.password });
    const out = new Promise<void>((resolve) => haunting.once('close', () => resolve()));
    expect(await removeStrayAccounts({ store, accounts, clock })).toEqual([ghost.username]);
    await out;
    expect(await accounts.list()).toEqual(
      expect.arrayContaining([controllerAccount, 'spy', victim.credentials.username]),
    );
    await broker.restart();
    const owner = await signIn(victim);
    owner.end(true);
    await expect(client({ username: ghost.username, password: ghost.password })).rejects.toThrow();
  });
});

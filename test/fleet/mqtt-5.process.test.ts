import { afterAll, beforeAll, expect, it } from 'vitest';
import { MosquittoAccounts } from '../../provisioning/brokers/mosquitto-accounts.ts';
import { controllerAccount } from '../../provisioning/brokers/mosquitto-config.ts';
import type { BrokerLink, LinkError, LinkEvents, LinkSettings } from '../../src/fleet/broker-link.ts';
import { mqttLinks } from '../../src/fleet/mqtt-link.ts';
import type { FleetName } from '../../src/fleet/protocol.ts';
import { milliseconds, seconds } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { systemRandom } from '../../src/platform/system-random.ts';
import { startMosquitto, type TestMosquitto } from '../tools/mosquitto.ts';
import { describeWith } from '../tools/needs.ts';

const patience = { timeout: 60_000, interval: 50 };
const quiet: LinkEvents = { message: () => undefined, lost: () => undefined };

/** What only a broker of MQTT 5 does, at a real one with TLS. */
describeWith('mosquitto', 'a link of MQTT 5', (program) => {
  const open = mqttLinks(() => true);
  const end = new AbortController();
  let broker: TestMosquitto;
  let accounts: MosquittoAccounts;

  beforeAll(async () => {
    broker = await startMosquitto(program, 'acme' as FleetName);
    const password = broker.password(controllerAccount);
    const way = { url: broker.url, authorities: [broker.authority], open, username: controllerAccount, password };
    accounts = new MosquittoAccounts({
      broker: way,
      clock: new SystemClock(),
      random: systemRandom,
      log: silentLogger,
    });
    accounts.start(end.signal);
    for (const name of ['K1', 'K2']) {
      const topic = `holdfast/acme/${name}`;
      await accounts.put({
        username: name,
        password: `a password of ${name}`,
        clientId: null,
        access: {
          publish: [`${topic}/presence`, 'shared/work'],
          subscribe: [`${topic}/command`, `+/acme/+/presence`, '$share/all/shared/+'],
        },
      });
    }
  });
  afterAll(async () => {
    end.abort();
    await accounts?.ended();
    await broker?.stop();
  });

  const settings = (name: string, more: Partial<LinkSettings> = {}): LinkSettings => {
    const usual: LinkSettings = {
      url: broker.url,
      clientId: `till-${name}`,
      username: name,
      password: `a password of ${name}`,
      mqttVersion: 5,
      authorities: [broker.authority],
      connectTimeout: seconds(20),
      keepAlive: seconds(60),
      sessionExpiry: seconds(300),
      will: null,
    };
    return { ...usual, ...more };
  };
  const trouble = (task: Promise<unknown>) =>
    task.then(
      () => 'none',
      (error: LinkError) => error.trouble,
    );

  /** Whoever hears presences, and what it has heard. */
  async function listener(clientId: string) {
    const heard: string[] = [];
    const link = await open(settings('K2', { clientId }), {
      ...quiet,
      message: (_, payload) => {
        heard.push(Buffer.from(payload).toString());
      },
    });
    await link.subscribe(['+/acme/+/presence']);
    return { link, heard };
  }

  it('says by reason codes what it is refused for', async () => {
    expect(await trouble(open(settings('K1', { password: 'a wrong password of K1' }), quiet))).toBe('not-authorised');
    const link = await open(settings('K1'), quiet);
    expect(link.mqttVersion).toBe(5);
    const to = (topic: string) => link.publish({ topic, text: 'x', retained: false });
    expect(await trouble(to('holdfast/acme/K2/presence'))).toBe('not-authorised');
    expect(await trouble(link.subscribe(['holdfast/acme/K2/command']))).toBe('not-authorised');
    expect(await trouble(to('holdfast/acme/K1/presence'))).toBe('none');
    await link.close();
  });

  it('says why the broker ended it', async () => {
    await accounts.put({
      username: 'K3',
      password: 'a password of K3',
      clientId: null,
      access: { publish: [], subscribe: [] },
    });
    let lost: LinkError | null = null;
    await open(settings('K3'), { ...quiet, lost: (error) => (lost = error) });
    await accounts.remove('K3');
    await expect.poll(() => lost, patience).toMatchObject({ message: 'the broker ended the connection (0x98)' });
  });

  it('finds after a break what came meanwhile, but nothing that has expired', async () => {
    const first = await listener('forgetful');
    first.link.drop();
    const sender = await open(settings('K1'), quiet);
    const say = (text: string, expiresAfter?: number) =>
      sender.publish({
        topic: 'holdfast/acme/K1/presence',
        text,
        retained: false,
        ...(expiresAfter === undefined ? {} : { expiresAfter: milliseconds(expiresAfter) }),
      });
    await say('kept');
    await say('over soon', 1000);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const heard: string[] = [];
    const again = await open(settings('K2', { clientId: 'forgetful' }), {
      ...quiet,
      message: (_, payload) => {
        heard.push(Buffer.from(payload).toString());
      },
    });
    await say('last');
    await expect.poll(() => heard, patience).toContain('last');
    expect(heard).toEqual(['kept', 'last']);
    await again.close();
    await sender.close();
  });

  it('leaves its will only after a delay, and not at all when it is back before', async () => {
    const { link: ear, heard } = await listener('ear');
    const will = (text: string, delay: number) => ({
      topic: 'holdfast/acme/K1/presence',
      text,
      retained: false,
      delay: milliseconds(delay),
    });
    const short = await open(settings('K1', { will: will('short break', 30_000) }), quiet);
    short.drop();
    const back = await open(settings('K1', { will: will('gone for good', 1000) }), quiet);
    back.drop();
    await expect.poll(() => heard, patience).toEqual(['gone for good']);
    await ear.close();
  });

  it('shares one subscription among many: each message comes to one of them', async () => {
    const heard: string[][] = [[], []];
    const members: BrokerLink[] = [];
    for (const [index, got] of heard.entries()) {
      const link = await open(settings('K2', { clientId: `member-${index}` }), {
        ...quiet,
        message: (_, payload) => {
          got.push(Buffer.from(payload).toString());
        },
      });
      await link.subscribe(['$share/all/shared/+']);
      members.push(link);
    }
    const sender = await open(settings('K1'), quiet);
    const texts = Array.from({ length: 10 }, (_, index) => `work ${index}`);
    for (const text of texts) await sender.publish({ topic: 'shared/work', text, retained: false });
    await expect.poll(() => heard.flat().sort(), patience).toEqual(texts);
    expect(heard.every((got) => got.length > 0)).toBe(true);
    for (const link of [...members, sender]) await link.close();
  });
});

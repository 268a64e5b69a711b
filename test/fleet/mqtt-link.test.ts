import { createServer, type Server } from 'node:net';
import { Aedes } from 'aedes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LinkError, LinkSettings } from '../../src/fleet/broker-link.ts';
import { mqttLinks } from '../../src/fleet/mqtt-link.ts';
import { seconds } from '../../src/platform/clock.ts';

/** A real broker (MQTT 3.1.1 only) on a port of the system's choice. */
describe('a link by MQTT.js', () => {
  let broker: Aedes;
  let server: Server;
  let settings: LinkSettings;
  const open = mqttLinks(() => true);
  const quiet = { message: () => undefined, lost: () => undefined };

  beforeEach(async () => {
    broker = await Aedes.createBroker({
      authenticate: (_, username, __, done) => {
        if (username === 'K1') return done(null, true);
        done(Object.assign(new Error('no'), { returnCode: username === 'revoked' ? 5 : 4 }), false);
      },
      authorizeSubscribe: (_, subscription, done) =>
        done(null, subscription.topic.includes('K1') ? subscription : null),
    });
    server = createServer(broker.handle);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    settings = {
      url: `mqtt://127.0.0.1:${address.port}`,
      clientId: 'till-K1',
      username: 'K1',
      password: 'a password of K1',
      mqttVersion: 4,
      authorities: [],
      connectTimeout: seconds(20),
      keepAlive: seconds(60),
      sessionExpiry: seconds(300),
      will: { topic: 'holdfast/acme/K1/presence', text: 'lost', retained: true, delay: seconds(0) },
    };
  });

  afterEach(async () => {
    server.close();
    await new Promise<void>((resolve) => broker.close(resolve));
  });

  it('brings messages, acknowledging each only when it was taken note of', async () => {
    const got: string[] = [];
    let letGo: () => void = () => undefined;
    const noted = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let acknowledged = 0;
    broker.on('ack', () => {
      acknowledged += 1;
    });
    const link = await open(settings, {
      ...quiet,
      message: async (_, payload) => {
        got.push(Buffer.from(payload).toString());
        await noted;
      },
    });
    await link.subscribe(['holdfast/acme/K1/command']);
    broker.publish(
      { cmd: 'publish', topic: 'holdfast/acme/K1/command', payload: 'a', qos: 1, retain: false, dup: false },
      () => undefined,
    );
    await expect.poll(() => got).toEqual(['a']);
    expect(acknowledged).toBe(0);
    letGo();
    await expect.poll(() => acknowledged).toBe(1);
    await link.close();
  });

  it('says why the broker does not let it in', async () => {
    const trouble = async (change: Partial<LinkSettings>) => {
      const error = await open({ ...settings, ...change }, quiet).then(
        () => null,
        (reason: LinkError) => reason,
      );
      return error?.trouble;
    };
    expect(await trouble({ username: 'nobody' })).toBe('bad-credentials');
    expect(await trouble({ username: 'revoked' })).toBe('not-authorised');
    expect(await trouble({ mqttVersion: 5 })).toBe('protocol-version');
    server.close();
    broker.close();
    expect(await trouble({})).toBe('unreachable');
  });

  it('says which topics it may not read', async () => {
    const link = await open(settings, quiet);
    await expect(link.subscribe(['holdfast/acme/K2/command'])).rejects.toMatchObject({ trouble: 'not-authorised' });
    link.drop();
  });

  it('leaves its will when it is cut, and none when it says goodbye', async () => {
    const wills: string[] = [];
    broker.on('publish', ({ topic, payload }) => {
      if (topic.endsWith('/presence')) wills.push(String(payload));
    });
    const polite = await open(settings, quiet);
    await polite.close();
    let lost: LinkError | null = null;
    const cut = await open({ ...settings, clientId: 'other' }, { ...quiet, lost: (error) => (lost = error) });
    expect(wills).toEqual([]);
    cut.drop();
    await expect.poll(() => wills).toEqual(['lost']);
    await expect.poll(() => lost).toMatchObject({ trouble: 'unreachable' });
    await expect(cut.publish({ topic: 'x', text: 'y', retained: false })).rejects.toMatchObject({
      trouble: 'unreachable',
    });
  });
});

import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BrokerConnection } from '../../src/fleet/broker-connection.ts';
import { mqttLinks } from '../../src/fleet/mqtt-link.ts';
import { defaultReconnectPolicy } from '../../src/fleet/reconnect-policy.ts';
import { minutes } from '../../src/platform/clock.ts';
import { isHoldfastError } from '../../src/platform/errors.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { systemRandom } from '../../src/platform/system-random.ts';
import { describeWith } from '../tools/needs.ts';
import { type OpenMosquitto, startOpenMosquitto } from '../tools/open-mosquitto.ts';

const patience = { timeout: 60_000 };
const clock = new SystemClock();
const end = new AbortController();
afterAll(() => end.abort());

function begin(url: string, clientId: string, inFlight?: number): BrokerConnection {
  const connection = new BrokerConnection({
    open: mqttLinks(() => true),
    wishes: {
      url,
      authorities: [],
      mqttVersion: 5,
      topics: [`holdfast/acme/${clientId}/command`],
      identity: () => ({ clientId, username: clientId, password: 'nobody looks at it', will: null }),
      message: () => undefined,
      ...(inFlight === undefined ? {} : { inFlight }),
    },
    policy: defaultReconnectPolicy,
    clock,
    random: systemRandom,
    log: silentLogger,
  });
  connection.start(end.signal);
  return connection;
}

const message = (length: number) => ({
  topic: 'holdfast/acme/K1/telemetry',
  text: 'x'.repeat(length),
  retained: false,
});

/** A real broker of MQTT 5 that takes little of everything. */
describeWith('mosquitto', 'a connection at a Mosquitto with limits', (program) => {
  let broker: OpenMosquitto;
  beforeAll(async () => {
    broker = await startOpenMosquitto(program, ['max_inflight_messages 2', 'max_packet_size 5000']);
  });
  afterAll(() => broker.end());

  async function connected(clientId: string, inFlight?: number): Promise<BrokerConnection> {
    const connection = begin(broker.url, clientId, inFlight);
    await expect.poll(() => connection.state, patience).toMatchObject({ name: 'online', mqttVersion: 5 });
    return connection;
  }

  it('knows that the broker ended it because of its quota, and says so to whoever sent that', async () => {
    const connection = await connected('K1');
    const error = await connection.publish(message(10_000)).catch((reason: unknown) => reason);
    expect(isHoldfastError(error) && [error.code, error.remedy]).toEqual(['fleet.offline', 'retry']);
    await expect.poll(() => connection.state, patience).toMatchObject({ name: 'waiting', trouble: 'quota' });
  });

  it('has no more on its way than the broker says that it takes', async () => {
    const connection = await connected('controller', 20);
    await Promise.all(Array.from({ length: 200 }, () => connection.publish(message(100))));
    expect(connection.state.name).toBe('online');
    expect(connection.connections).toBe(1);
  });

  it('is cut by another that signs in as it', async () => {
    const first = await connected('K2');
    let isCut = false;
    first.onChange((state) => {
      // Mosquitto 2.0.11 has no words for it.
      isCut ||= state.name === 'waiting' && ['unreachable', 'taken-over'].includes(state.trouble);
    });
    await connected('K2');
    await expect.poll(() => isCut, patience).toBe(true);
  });
});

describe('a connection that a broker of MQTT 5 ends with its reason', () => {
  let server: Server;
  afterEach(() => {
    server.close();
  });

  /** Lets one in, grants what it subscribes to, then says goodbye with this reason code (OASIS MQTT 5.0, 3.2, 3.9, 3.14). */
  async function brokerThatEnds(reason: number): Promise<string> {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (packet) => {
        const isSubscribe = packet[0] === 0x82;
        if (!isSubscribe) return void socket.write(Buffer.from([0x20, 3, 0, 0, 0]));
        socket.write(Buffer.from([0x90, 4, packet[2] ?? 0, packet[3] ?? 0, 0, 1]));
        socket.end(Buffer.from([0xe0, 1, reason]));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `mqtt://127.0.0.1:${address.port}`;
  }

  it.each([
    ['taken over', 0x8e, 'taken-over'],
    ['not authorised', 0x87, 'not-authorised'],
    ['quota exceeded', 0x97, 'quota'],
  ] as const)('knows “%s”, and stays away for long', async (_, reason, trouble) => {
    const connection = begin(await brokerThatEnds(reason), 'K1');
    await expect.poll(() => connection.state, patience).toMatchObject({ name: 'waiting', trouble });
    const { state } = connection;
    if (state.name !== 'waiting') throw new Error(state.name);
    expect(state.until - clock.now()).toBeGreaterThan(minutes(2));
  });
});

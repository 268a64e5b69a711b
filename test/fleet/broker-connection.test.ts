import { describe, expect, it } from 'vitest';
import { BrokerConnection } from '../../src/fleet/broker-connection.ts';
import type { MqttVersion } from '../../src/fleet/broker-link.ts';
import { defaultReconnectPolicy } from '../../src/fleet/reconnect-policy.ts';
import { hours, milliseconds, minutes, seconds } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { FakeBroker } from './fake-link.ts';

function setUp(mqttVersion: MqttVersion | 'auto' = 'auto', fraction = 1, inFlight?: number) {
  const broker = new FakeBroker();
  const clock = new ManualClock();
  const end = new AbortController();
  const received: string[] = [];
  const connection = new BrokerConnection({
    open: broker.open,
    wishes: {
      url: 'mqtt://broker.example',
      authorities: [],
      mqttVersion,
      identity: (count) => ({
        clientId: 'c',
        username: 'u',
        password: 'p',
        will: { topic: 'gone', text: String(count), retained: true, delay: seconds(30) },
      }),
      topics: ['holdfast/acme/K1/command'],
      ...(inFlight === undefined ? {} : { inFlight }),
      message: (_, payload) => {
        received.push(Buffer.from(payload).toString());
      },
    },
    policy: defaultReconnectPolicy,
    clock,
    random: { bytes: (length) => new Uint8Array(length), fraction: () => fraction },
    log: silentLogger,
  });
  const states: string[] = [];
  connection.onChange((state) => states.push(state.name === 'waiting' ? `waiting: ${state.trouble}` : state.name));
  return { broker, clock, end, connection, states, received };
}

const message = (text: string) => ({ topic: 't', text, retained: false });

describe('the connection to the broker', () => {
  it('connects, subscribes, and tells what comes', async () => {
    const { broker, clock, connection, states, end, received } = setUp();
    connection.start(end.signal);
    await clock.advance(milliseconds(1));
    expect(states).toEqual(['connecting', 'subscribing', 'online']);
    expect(broker.subscribed).toEqual([['holdfast/acme/K1/command']]);
    broker.deliver('holdfast/acme/K1/command', 'hello');
    expect(received).toEqual(['hello']);
    end.abort();
    await clock.advance(milliseconds(1));
    await connection.ended();
    expect(broker.goodbyes).toBe(1);
    expect(connection.state.name).toBe('off');
  });

  it('draws each pause from twice the range, never more than the longest', async () => {
    const { broker, clock, connection, end } = setUp();
    for (let attempt = 0; attempt < 14; attempt += 1) broker.troubles.push('unreachable');
    connection.start(end.signal);
    const pauses: number[] = [];
    let before = clock.monotonic();
    let seen = 1;
    await clock.advance(milliseconds(0));
    while (seen < 15) {
      await clock.advance(milliseconds(100));
      if (broker.opened.length === seen) continue;
      pauses.push(Math.round((clock.monotonic() - before) / 1000));
      before = clock.monotonic();
      seen = broker.opened.length;
    }
    expect(pauses.slice(0, 10)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
    expect(pauses.slice(10).every((pause) => pause === 300)).toBe(true);
    end.abort();
  });

  it('begins with short pauses again only after a connection that lasted', async () => {
    const { broker, clock, connection, end } = setUp();
    for (let attempt = 0; attempt < 5; attempt += 1) broker.troubles.push('unreachable');
    connection.start(end.signal);
    await clock.advance(seconds(31));
    expect(connection.state.name).toBe('online');
    await clock.advance(seconds(59));
    broker.cut('unreachable');
    await clock.advance(milliseconds(1));
    expect(connection.state).toMatchObject({ name: 'waiting' });
    await clock.advance(seconds(31));
    expect(connection.state.name).toBe('waiting');
    await clock.advance(seconds(2));
    expect(connection.state.name).toBe('online');
    await clock.advance(seconds(61));
    broker.cut('unreachable');
    await clock.advance(milliseconds(1));
    await clock.advance(seconds(1));
    expect(connection.state.name).toBe('online');
    end.abort();
  });

  it('falls back to MQTT 3.1.1 at once, and stays there', async () => {
    const { broker, clock, connection, end } = setUp();
    broker.troubles.push('protocol-version');
    connection.start(end.signal);
    await clock.advance(milliseconds(250));
    expect(broker.opened.map(({ mqttVersion }) => mqttVersion)).toEqual([5, 4]);
    expect(connection.state).toMatchObject({ name: 'online', mqttVersion: 4 });
    broker.cut('unreachable');
    await clock.advance(seconds(2));
    expect(broker.opened.at(-1)?.mqttVersion).toBe(4);
    end.abort();
  });

  it('does not fight another device for the same identity', async () => {
    const { broker, clock, connection, end } = setUp('auto', 0);
    connection.start(end.signal);
    await clock.advance(milliseconds(1));
    broker.cut('taken-over');
    await clock.advance(seconds(149));
    expect(broker.opened).toHaveLength(1);
    expect(connection.state).toMatchObject({ name: 'waiting', trouble: 'taken-over' });
    end.abort();
  });

  it('does not hold a wrong clock against the network', async () => {
    const { broker, clock, connection, end } = setUp();
    for (let attempt = 0; attempt < 20; attempt += 1) broker.troubles.push('clock');
    connection.start(end.signal);
    await clock.advance(seconds(201));
    expect(broker.opened).toHaveLength(21);
    end.abort();
  });

  it('sends one message at a time and in order, and says when there is no connection', async () => {
    const { broker, clock, connection, end } = setUp();
    await expect(connection.publish(message('early'))).rejects.toMatchObject({ code: 'fleet.offline' });
    connection.start(end.signal);
    await clock.advance(milliseconds(1));
    broker.silent = true;
    const first = connection.publish(message('1'));
    const second = connection.publish(message('2'));
    const outcomes = Promise.allSettled([first, second]);
    await clock.advance(seconds(29));
    expect(broker.published.map(({ text }) => text)).toEqual(['1']);
    // No acknowledgement in 30 s: the connection is worth nothing.
    await clock.advance(seconds(2));
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(broker.published).toHaveLength(1);
    end.abort();
  });

  it('tries at once when it is told to', async () => {
    const { broker, clock, connection, end } = setUp();
    broker.troubles.push('not-authorised');
    connection.start(end.signal);
    await clock.advance(seconds(1));
    expect(connection.state.name).toBe('waiting');
    connection.kick();
    await clock.advance(milliseconds(1));
    expect(connection.state.name).toBe('online');
    end.abort();
  });

  it('tells the broker at every connection which one it is', async () => {
    const { broker, clock, connection, end } = setUp();
    connection.start(end.signal);
    await clock.advance(milliseconds(1));
    broker.cut('unreachable');
    await clock.advance(minutes(1));
    expect(broker.opened.map(({ will }) => will?.text)).toEqual(['1', '2']);
    end.abort();
    await clock.advance(hours(1));
    expect(broker.opened).toHaveLength(2);
  });

  it.each([
    ['one', undefined, undefined, 1],
    ['as many as it is told', 3, undefined, 3],
    ['never more than the broker takes', 3, 2, 2],
  ])('has %s on their way at a time, in the order of the calls', async (_, inFlight, taken, most) => {
    const { broker, clock, connection, end } = setUp('auto', 1, inFlight);
    broker.mostInFlight = taken;
    broker.silent = true;
    connection.start(end.signal);
    await clock.advance(milliseconds(1));
    const texts = ['a', 'b', 'c', 'd', 'e'];
    const sent = Promise.all(texts.map((text) => connection.publish(message(text))));
    const underWay = () => broker.published.map(({ text }) => text);
    await clock.advance(milliseconds(1));
    expect(underWay()).toEqual(texts.slice(0, most));
    for (let acknowledged = 1; acknowledged <= texts.length; acknowledged += 1) {
      broker.acknowledge();
      await clock.advance(milliseconds(1));
      expect(underWay()).toEqual(texts.slice(0, Math.min(texts.length, most + acknowledged)));
    }
    await sent;
    end.abort();
  });
});

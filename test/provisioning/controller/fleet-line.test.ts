import { describe, expect, it } from 'vitest';
import { FleetLine } from '../../../provisioning/controller/fleet-line.ts';
import { BrokerConnection } from '../../../src/fleet/broker-connection.ts';
import { readMessage, writeMessage } from '../../../src/fleet/envelope.ts';
import type { FleetName } from '../../../src/fleet/protocol.ts';
import { defaultReconnectPolicy } from '../../../src/fleet/reconnect-policy.ts';
import { milliseconds, seconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { systemRandom } from '../../../src/platform/system-random.ts';
import { FakeBroker } from '../../fleet/fake-link.ts';
import { ManualClock } from '../../tools/manual-clock.ts';

describe('a controller that is behind', () => {
  it('leaves questions whose askers have given up, and counts what waits', async () => {
    const broker = new FakeBroker();
    const clock = new ManualClock();
    const end = new AbortController();
    const dealtWith: string[] = [];
    let goOn: () => void = () => undefined;
    const line = new FleetLine({
      fleet: 'acme' as FleetName,
      hear: async (_, { type }) => {
        dealtWith.push(type);
        if (dealtWith.length === 1) await new Promise<void>((resolve) => (goOn = resolve));
        return type === 'jobs.get' ? { type: 'jobs.open', body: { offers: [] } } : null;
      },
      clock,
      random: systemRandom,
      log: silentLogger,
    });
    const connection = new BrokerConnection({
      open: broker.open,
      wishes: {
        ...line.wishes,
        url: 'mqtt://broker.example',
        authorities: [],
        mqttVersion: 5,
        identity: () => ({ clientId: 'c', username: 'u', password: 'p', will: null }),
      },
      policy: defaultReconnectPolicy,
      clock,
      random: systemRandom,
      log: silentLogger,
    });
    line.use(connection);
    connection.start(end.signal);
    await clock.advance(milliseconds(1));
    const ask = () =>
      broker.deliver('holdfast/acme/K1/request', writeMessage('jobs.get', {}, { clock, random: systemRandom }).text);
    ask();
    ask();
    await clock.advance(seconds(31));
    ask();
    expect(line.traffic).toEqual({ heard: 3, waiting: 3 });
    goOn();
    await clock.advance(milliseconds(1));
    await line.settled();
    // The second one had waited for 31 s; the first was begun in time, and the third is new.
    expect(dealtWith).toEqual(['jobs.get', 'jobs.get']);
    const answers = broker.published.map(({ text }) => readMessage(Buffer.from(text), 'reply').type);
    expect(answers).toEqual(['jobs.open', 'jobs.open']);
    expect(line.traffic).toEqual({ heard: 3, waiting: 0 });
    end.abort();
  });
});

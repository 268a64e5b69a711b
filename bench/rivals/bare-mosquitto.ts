import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { milliseconds } from '../../src/platform/clock.ts';
import type { SystemClock } from '../../src/platform/system-clock.ts';
import { startOpenMosquitto } from '../../test/tools/open-mosquitto.ts';
import type { BareOrder } from './bare-mosquitto-clients.ts';

const program = fileURLToPath(new URL('./bare-mosquitto-clients.js', import.meta.url));

export interface BareMosquitto {
  /** Messages of QoS 1 a second from 50 clients in one process through the broker to one in another. */
  readonly messages: number;
  /** Connections a second, 50 at a time. */
  readonly connections: number;
}

/** What Mosquitto and MQTT.js do on this machine without anything of ours. */
export async function measureBareMosquitto(
  mosquitto: string,
  { bytes, length, clock }: { readonly bytes: number; readonly length: number; readonly clock: SystemClock },
): Promise<BareMosquitto> {
  const broker = await startOpenMosquitto(mosquitto);
  const [subscriber, publisher] = [fork(program), fork(program)];
  try {
    const { url } = broker;
    const connections = await tell(publisher, { do: 'connect', url, clients: 1000, atATime: 50 });
    await tell(subscriber, { do: 'subscribe', url });
    const begun = clock.monotonic();
    const published = await tell(publisher, {
      do: 'publish',
      url,
      clients: 50,
      window: 10,
      bytes,
      milliseconds: length,
    });
    let counted = 0;
    while (counted < published) {
      await clock.sleep(milliseconds(10));
      counted = await tell(subscriber, { do: 'counted' });
    }
    return { messages: (counted * 1000) / (clock.monotonic() - begun), connections };
  } finally {
    subscriber.kill();
    publisher.kill();
    await broker.end();
  }
}

function tell(child: ChildProcess, order: BareOrder): Promise<number> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the bare clients ended'));
    child.once('exit', ended);
    child.once('message', (answer: number) => {
      child.off('exit', ended);
      resolve(answer);
    });
    child.send(order);
  });
}

import mqtt, { type MqttClient } from 'mqtt';
import { SystemClock } from '../../src/platform/system-clock.ts';

// The processes of bare-mosquitto.ts: MQTT.js and nothing else.

export type BareOrder =
  | { readonly do: 'subscribe'; readonly url: string }
  | { readonly do: 'counted' }
  | {
      readonly do: 'publish';
      readonly url: string;
      readonly clients: number;
      readonly window: number;
      readonly bytes: number;
      readonly milliseconds: number;
    }
  | { readonly do: 'connect'; readonly url: string; readonly clients: number; readonly atATime: number };

const clock = new SystemClock();
let counted = 0;

const connected = (url: string, clientId: string): Promise<MqttClient> =>
  mqtt.connectAsync(url, { clientId, reconnectPeriod: 0, protocolVersion: 5 });

async function subscribe(url: string): Promise<number> {
  const client = await connected(url, 'subscriber');
  client.on('message', () => {
    counted += 1;
  });
  await client.subscribeAsync('bare/#', { qos: 1 });
  return 0;
}

/** How many the broker has acknowledged. */
async function publish(order: Extract<BareOrder, { do: 'publish' }>): Promise<number> {
  const { url, clients, window, bytes, milliseconds } = order;
  const payload = Buffer.alloc(bytes, 'x');
  const all = await Promise.all([...Array(clients).keys()].map((index) => connected(url, `publisher-${index}`)));
  const end = clock.monotonic() + milliseconds;
  let published = 0;
  const send = async (client: MqttClient, index: number): Promise<void> => {
    while (clock.monotonic() < end) {
      await client.publishAsync(`bare/${index}`, payload, { qos: 1 });
      published += 1;
    }
  };
  await Promise.all(all.flatMap((client, index) => Array.from({ length: window }, () => send(client, index))));
  for (const client of all) client.end(true);
  return published;
}

/** Connections a second. */
async function connect({ url, clients, atATime }: Extract<BareOrder, { do: 'connect' }>): Promise<number> {
  const begun = clock.monotonic();
  const all: MqttClient[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < clients) {
      next += 1;
      all.push(await connected(url, `client-${next}`));
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
  const took = clock.monotonic() - begun;
  for (const client of all) client.end(true);
  return (clients * 1000) / took;
}

function carryOut(order: BareOrder): Promise<number> {
  switch (order.do) {
    case 'subscribe':
      return subscribe(order.url);
    case 'counted':
      return Promise.resolve(counted);
    case 'publish':
      return publish(order);
    case 'connect':
      return connect(order);
  }
}

process.on('message', (order: BareOrder) => {
  carryOut(order).then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

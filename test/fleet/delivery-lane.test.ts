import { beforeEach, describe, expect, it } from 'vitest';
import { GatewayLine } from '../../provisioning/gateway/gateway-line.ts';
import { BrokerConnection } from '../../src/fleet/broker-connection.ts';
import { DeliveryLane } from '../../src/fleet/delivery-lane.ts';
import type { GatewayId } from '../../src/fleet/delivery-messages.ts';
import type { MessageOf } from '../../src/fleet/envelope.ts';
import { Messenger } from '../../src/fleet/messenger.ts';
import type { FleetName } from '../../src/fleet/protocol.ts';
import { defaultReconnectPolicy } from '../../src/fleet/reconnect-policy.ts';
import { topicsReadAt } from '../../src/fleet/topics.ts';
import type { JsonValue } from '../../src/platform/brand.ts';
import { seconds } from '../../src/platform/clock.ts';
import { terminalId, uuidv7 } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { seededRandom } from '../../src/platform/seeded-random.ts';
import type { DeliveryOutcome, DeliveryTask, Document } from '../../src/sync/lane.ts';
import { berlin } from '../magento/delivery/sales.ts';
import { sweepSale } from '../sweep/sales.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { MemoryBroker } from './memory-broker.ts';

const fleet = 'acme' as FleetName;
const terminal = terminalId('K1');
const document: Document = { kind: 'sale', sale: sweepSale('plain', 1) };
const confirmed: DeliveryOutcome = {
  kind: 'confirmed',
  order: { orderId: 7, orderNumber: '000000007', stock: 'shipped' },
  progress: 'done',
  answer: 'Order 000000007',
};
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

let clock: ManualClock;
let broker: MemoryBroker;
let lane: DeliveryLane;
let written: JsonValue[];
let task: DeliveryTask;
let stop: AbortController;
const random = seededRandom(5);

const world = () => ({ clock, random, log: silentLogger });

/** A gateway that does what a test says. */
function gateway() {
  const id = uuidv7(clock, random) as GatewayId;
  const offers: MessageOf<'delivery.offer'>['body'][] = [];
  const stopped: string[] = [];
  const line = new GatewayLine({
    ...world(),
    fleet,
    gateway: id,
    publisher: () => connection,
    offered: (_, { body }) => offers.push(body),
    probed: () => undefined,
    leaveAsked: () => undefined,
    stopped: (attempt) => stopped.push(attempt),
  });
  const connection = connect(id, line.wishes);
  const step = (revision: number, progress: JsonValue = null, attempt = offers.at(-1)!.attempt) =>
    line.ask(terminal, 'delivery.step', { attempt, gateway: id, revision, progress });
  const receipt = (revision: number, outcome = confirmed, attempt = offers.at(-1)!.attempt) =>
    line.ask(terminal, 'delivery.receipt', {
      attempt,
      gateway: id,
      revision,
      documentId: document.kind === 'sale' ? document.sale.saleId : '',
      outcome,
      madeDirectly: false,
      recipe: 'stock REST',
    });
  return { id, offers, stopped, step, receipt };
}

function connect(
  clientId: string,
  wishes: Pick<ConstructorParameters<typeof BrokerConnection>[0]['wishes'], 'topics' | 'message'>,
): BrokerConnection {
  const connection = new BrokerConnection({
    ...world(),
    open: broker.open,
    wishes: {
      url: 'mqtt://memory',
      authorities: [],
      // Not shared: every gateway hears every offer, as at a broker of 3.1.1.
      mqttVersion: 4,
      identity: () => ({ clientId, username: clientId, password: '', will: null }),
      ...wishes,
    },
    policy: defaultReconnectPolicy,
  });
  connection.start(new AbortController().signal);
  return connection;
}

beforeEach(async () => {
  clock = new ManualClock();
  broker = new MemoryBroker(async () => 'all');
  written = [];
  stop = new AbortController();
  task = {
    progress: 'before',
    instructions: [],
    needed: [],
    checkpoint: async (progress) => {
      written.push(progress);
    },
    signal: stop.signal,
  };
  lane = new DeliveryLane({
    ...world(),
    place: { storeCode: 'default', recipe: 'quote', shop: berlin },
    returnsBegun: () => [],
    describe: () => '',
    madeDirectly: async () => undefined,
    onReachable: async () => undefined,
  });
  const messenger: Messenger = new Messenger({
    ...world(),
    publisher: { publish: (message) => connection.publish(message) },
    address: { fleet, terminal },
  });
  const connection = connect('till', {
    topics: topicsReadAt({ fleet, terminal }),
    message: (topic, payload) => messenger.receive(topic, payload),
  });
  lane.attach(messenger);
  await turns();
});

describe('a terminal that delivers through gateways', () => {
  it('grants a document to the gateway that asks first, each step once it is written down, and believes its receipt', async () => {
    const [one, other] = [gateway(), gateway()];
    await turns();
    const delivered = lane.deliver(document, task);
    await turns();
    expect(one.offers).toMatchObject([{ document, progress: 'before' }]);
    expect(other.offers).toHaveLength(1);
    expect(await one.step(0)).toMatchObject({ bootId: clock.bootId, monotonic: clock.monotonic() });
    await expect(other.step(0)).rejects.toMatchObject({
      code: 'gateway.not-granted',
      message: 'Another gateway has it',
    });
    await one.step(1, 'first');
    // The answer was lost: granted again, written down once.
    await one.step(1, 'first');
    await one.step(2, 'second');
    expect(written).toEqual(['first', 'second']);
    await expect(one.step(4, 'fourth')).rejects.toThrow('Not the next step');
    await expect(other.receipt(2)).rejects.toMatchObject({ code: 'gateway.not-granted' });
    await expect(one.receipt(1)).rejects.toMatchObject({ code: 'gateway.not-granted' });
    await one.receipt(2);
    expect(await delivered).toEqual(confirmed);
    expect(lane.recipe).toBe('through a gateway: stock REST');
  });

  it('takes a silent gateway for gone; it gets nothing granted any more when it comes back, and writes nothing down', async () => {
    const one = gateway();
    await turns();
    const delivered = lane.deliver(document, task);
    await turns();
    await one.step(0);
    await one.step(1, 'first');
    await clock.advance(seconds(31));
    expect(await delivered).toMatchObject({
      kind: 'later',
      scope: 'document',
      code: 'gateway.silent',
      progress: 'first',
    });
    const again = lane.deliver(document, { ...task, progress: 'first' });
    await turns();
    const [late, now] = one.offers;
    await expect(one.step(2, 'late', late!.attempt)).rejects.toThrow('This attempt is over');
    await expect(one.receipt(1, confirmed, late!.attempt)).rejects.toThrow('This attempt is over');
    expect(written).toEqual(['first']);
    await one.step(0, null, now!.attempt);
    await one.receipt(0, confirmed, now!.attempt);
    expect(await again).toEqual(confirmed);
  });

  it('passes on what its journal failed with, and grants nothing then', async () => {
    const one = gateway();
    await turns();
    const failure = new Error('the disk is full');
    const delivered = lane.deliver(document, { ...task, checkpoint: () => Promise.reject(failure) });
    delivered.catch(() => undefined);
    await turns();
    await one.step(0);
    const step = one.step(1, 'first');
    step.catch(() => undefined);
    await turns();
    await clock.advance(seconds(20));
    await expect(step).rejects.toMatchObject({ code: 'gateway.not-granted' });
    await expect(delivered).rejects.toBe(failure);
  });

  it('ends when it is told to stop, at once or when the gateway has come to an end', async () => {
    const delivered = lane.deliver(document, task);
    await turns();
    stop.abort();
    expect(await delivered).toMatchObject({ kind: 'later', scope: 'lane', code: 'delivery.stopped' });

    const one = gateway();
    await turns();
    const restart = new AbortController();
    const again = lane.deliver(document, { ...task, signal: restart.signal });
    await turns();
    await one.step(0);
    restart.abort();
    await turns();
    expect(one.stopped).toEqual([one.offers.at(-1)!.attempt]);
    await one.receipt(0);
    expect(await again).toEqual(confirmed);
  });

  it('says that there is no gateway, no broker, no fleet', async () => {
    const delivered = lane.deliver(document, task);
    await turns();
    await clock.advance(seconds(45));
    expect(await delivered).toMatchObject({ kind: 'later', scope: 'lane', code: 'gateway.none' });
    broker.down = true;
    broker.cut(() => true);
    await turns();
    expect(await lane.deliver(document, task)).toMatchObject({ kind: 'later', scope: 'lane', code: 'fleet.offline' });
    expect(await lane.probe(stop.signal)).toMatchObject({ kind: 'unreachable', code: 'fleet.offline' });
  });

  it('keeps what is too large for a message to itself, for a person', async () => {
    const { sale } = document as Extract<Document, { kind: 'sale' }>;
    const huge = { ...sale, lines: Array.from({ length: 2000 }, () => sale.lines[0]!) };
    expect(await lane.deliver({ kind: 'sale', sale: huge }, task)).toMatchObject({
      kind: 'parked',
      code: 'gateway.too-large',
    });
  });

  it('sends no text that a card terminal had printed', async () => {
    const one = gateway();
    await turns();
    const { sale } = document as Extract<Document, { kind: 'sale' }>;
    const card = {
      paymentId: sale.saleId,
      outcome: 'approved',
      brand: 'Visa',
      maskedPan: '411111******1111',
      authorizationCode: null,
      terminalReference: null,
      entryMode: 'chip',
      slip: { customer: ['THANK YOU'], merchant: ['KEEP THIS'] },
    } as const;
    void lane.deliver(
      { kind: 'sale', sale: { ...sale, tenders: [{ kind: 'card', amount: sale.totals.grandTotal, card }] } },
      task,
    );
    await turns();
    expect(JSON.stringify(one.offers)).toContain('411111******1111');
    expect(JSON.stringify(one.offers)).not.toMatch(/THANK YOU|KEEP THIS/);
    stop.abort();
  });
});

describe('a gateway', () => {
  it('does nothing on a grant that comes late: whoever was stopped meanwhile may not be the only one any more', async () => {
    const one = gateway();
    await turns();
    void lane.deliver(document, task);
    await turns();
    await one.step(0);
    broker.onMessage = ({ topic }) => (topic.endsWith('/grant') ? 'lose' : 'deliver');
    const asked = one.step(1, 'first');
    asked.catch(() => undefined);
    await turns();
    await clock.advance(seconds(16));
    await expect(asked).rejects.toMatchObject({
      code: 'gateway.not-granted',
      message: 'The terminal did not answer in time',
    });
    expect(written).toEqual(['first']);
    stop.abort();
  });
});

import type { FleetAgent } from '../../src/fleet/agent.ts';
import type { Health } from '../../src/fleet/protocol.ts';
import { type Duration, milliseconds } from '../../src/platform/clock.ts';
import { MemoryDisk } from '../../src/platform/memory-disk.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { BareTerminal } from '../../test/fleet/bare-terminal.ts';
import { sampleHealth } from '../../test/fleet/sample-health.ts';
import type { Answers, Looked, Order } from './orders.ts';

// One process of many simulated terminals: the agent of a real one each, with a till behind it that only counts.

/** The system's clock, whose rests may be made shorter for all. */
class HurriedClock extends SystemClock {
  hurry = 1;

  override sleep(duration: Duration, signal?: AbortSignal): Promise<void> {
    return super.sleep(milliseconds(duration / this.hurry), signal);
  }
}

const clock = new HurriedClock();
/** For what must keep its time, whatever the hurry. */
const steadyClock = new SystemClock();
const disk = new MemoryDisk();

interface Simulated {
  readonly terminal: BareTerminal;
  agent: FleetAgent | null;
  onlineAt: number | null;
}

const all: Simulated[] = [];
let isSelling = false;

function till(): () => Promise<Health> {
  let sales = 0;
  const takenAt = new Date(clock.now()).toISOString();
  const snapshot = sampleHealth.snapshot === null ? null : { ...sampleHealth.snapshot, takenAt };
  return async () => {
    if (isSelling) sales += 1;
    const lastConfirmationAt = new Date(clock.now()).toISOString();
    return {
      ...sampleHealth,
      snapshot,
      queue: { ...sampleHealth.queue, confirmed: sales, lastReceiptCounter: sales },
      delivery: { ...sampleHealth.delivery, ...(isSelling ? { lastConfirmationAt } : {}) },
      loop: { heartbeatAge: Math.round(clock.monotonic() % 1000), attempts: sales, confirmations: sales },
    };
  };
}

/** Runs `task` for each, so many at a time. */
async function forEach<Item>(items: readonly Item[], atATime: number, task: (item: Item) => Promise<void>) {
  const waiting = [...items].reverse();
  const work = async (): Promise<void> => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await task(item);
  };
  await Promise.all(Array.from({ length: atATime }, work));
}

async function joinFleet({ count, atATime, place, claim }: Extract<Order, { do: 'enrol' }>): Promise<Answers['enrol']> {
  const took: number[] = [];
  await forEach([...Array(count).keys()], atATime, async (index) => {
    const serial = `${process.pid}-${index}`;
    const terminal = await BareTerminal.open({ place, serial, files: disk.files(serial), clock, look: till() });
    const begun = clock.monotonic();
    await terminal.enrol(claim, AbortSignal.timeout(600_000));
    took.push(clock.monotonic() - begun);
    all.push({ terminal, agent: null, onlineAt: null });
  });
  return { took };
}

async function start({ atATime }: Extract<Order, { do: 'start' }>): Promise<void> {
  await forEach(all, atATime, async (simulated) => {
    const agent = await simulated.terminal.agent();
    simulated.agent = agent;
    const online = new Promise<void>((resolve) => {
      agent.connection.onChange(({ name }) => {
        if (name !== 'online') return;
        simulated.onlineAt = clock.monotonic();
        resolve();
      });
    });
    await agent.start();
    await online;
    // As the agent itself does now: this is answered after that.
    await agent.messenger.ask('jobs.get', {}).catch(() => undefined);
  });
}

async function ask({ seconds, perSecond }: Extract<Order, { do: 'ask' }>): Promise<Answers['ask']> {
  const took: number[] = [];
  let unanswered = 0;
  const asked: Promise<void>[] = [];
  for (let count = 0; count < seconds * perSecond; count += 1) {
    const agent = all[(count * 997) % all.length]?.agent;
    const begun = clock.monotonic();
    const answered = agent?.messenger.ask('settings.get', {}).then(
      () => void took.push(clock.monotonic() - begun),
      () => {
        unanswered += 1;
      },
    );
    if (answered !== undefined) asked.push(answered);
    await steadyClock.sleep(milliseconds(1000 / perSecond));
  }
  await Promise.all(asked);
  return { took, unanswered };
}

function look(): Looked {
  return { cameOnline: all.flatMap(({ onlineAt }) => onlineAt ?? []) };
}

function weigh(): Answers['weigh'] {
  // There with --expose-gc.
  globalThis.gc?.();
  return { heap: process.memoryUsage().heapUsed };
}

async function carryOut(order: Order): Promise<Answers[Order['do']]> {
  switch (order.do) {
    case 'enrol':
      return joinFleet(order);
    case 'start':
      await start(order);
      return {};
    case 'pace':
      isSelling = order.isSelling;
      clock.hurry = order.hurry;
      return {};
    case 'watch':
      for (const simulated of all) simulated.onlineAt = null;
      return {};
    case 'ask':
      return ask(order);
    case 'look':
      return look();
    case 'weigh':
      return weigh();
    case 'end':
      setImmediate(() => process.exit(0));
      return {};
  }
}

process.on('disconnect', () => process.exit(1));
process.on('message', (order: Order) => {
  carryOut(order).then(
    (answer) => process.send?.({ answer }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});

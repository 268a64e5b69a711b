import { mqttLinks } from '../../../src/fleet/mqtt-link.ts';
import { type Clock, hours, instant, minutes, seconds } from '../../../src/platform/clock.ts';
import type { Logger } from '../../../src/platform/log.ts';
import { MemoryStoreMedium } from '../../../src/platform/memory-store.ts';
import type { Random } from '../../../src/platform/random.ts';
import { seededRandom } from '../../../src/platform/seeded-random.ts';
import { type Controller, startController } from '../controller.ts';
import { controllerConfigSchema } from '../controller-config.ts';
import { eventsOf } from '../reports-desk.ts';
import { type ControllerStore, decideAndWrite } from '../store/controller-store.ts';
import { KeyValueControllerStore } from '../store/key-value-controller-store.ts';
import { DemoTerminal } from './demo-terminal.ts';
import { DemoTill } from './demo-till.ts';

const fleet = 'demo';
export const demoUser = 'demo';
/** On this machine only, and of a fleet that is imagined. */
export const demoPassword = 'demo demo demo';

const release = '0.1.0';
/** So many join at once. */
const lanes = 6;
/** What is seen in a terminal's history when the demo begins. */
const lived = hours(24);
const historyStep = minutes(5);
const liveEvery = seconds(5);

const groups = [
  { name: 'markets', prefix: 'M', label: 'Market stalls', settings: { 'log.level': 'info' } },
  { name: 'kiosks', prefix: 'K', label: 'Self-checkouts', settings: { 'log.level': 'warn' } },
  { name: 'shops', prefix: 'S', label: 'Shops', settings: {} },
] as const;
const places = ['Fish market', 'Flower market', 'Old town', 'Harbour', 'Station', 'Castle square', 'River bank'];

export interface DemoFleet {
  readonly url: string;
  readonly controller: Controller;
  readonly terminals: readonly DemoTerminal[];
  /** Resolves when the last terminal has joined. */
  readonly complete: Promise<void>;
  stop(): Promise<void>;
}

export interface DemoWishes {
  readonly terminals: number;
  /** The same seed imagines the same fleet. */
  readonly seed: number;
  /** 0: one that is free. */
  readonly port: number;
  readonly clock: Clock;
  /** For keys and credentials, which are real. */
  readonly random: Random;
  readonly log: Logger;
}

/**
 * A controller with its embedded broker and a fleet that joins it over real connections, all of it in memory and on this machine only:
 * to see the console alive. Nothing is left behind.
 */
export async function startDemoFleet(wishes: DemoWishes): Promise<DemoFleet> {
  const { clock, random, log, port } = wishes;
  const store = new KeyValueControllerStore(new MemoryStoreMedium().open({ createIfMissing: true }), log);
  const controller = await startController({
    config: controllerConfigSchema.parse({
      fleet,
      dataDir: '/nowhere',
      http: { port },
      broker: { kind: 'embedded', port: 0 },
    }),
    version: release,
    store,
    vaultKey: random.bytes(32),
    brokerPassword: null,
    authorities: [],
    links: mqttLinks(() => true),
    clock,
    random,
    log,
  });
  await controller.signIn.addUser(demoUser, demoPassword, 'admin');
  for (const { name, label, settings } of groups) {
    const value = { name, label, settings, secrets: {} };
    await store.write([{ collection: 'groups', id: name, expected: 0, value }]);
  }
  const terminals: DemoTerminal[] = [];
  const end = new AbortController();
  const complete = joinAll(wishes, controller, store, terminals, end.signal);
  const living = (async () => {
    while (!end.signal.aborted) {
      for (const terminal of terminals) terminal.live();
      await clock.sleep(liveEvery, end.signal);
    }
  })();
  return {
    url: `http://127.0.0.1:${controller.httpPort}/`,
    controller,
    terminals,
    complete,
    async stop() {
      end.abort();
      await Promise.allSettled([complete, living]);
      await Promise.all(terminals.map((terminal) => terminal.stop()));
      await controller.stop();
      await store.close();
    },
  };
}

async function joinAll(
  { terminals: wanted, seed, clock, random }: DemoWishes,
  controller: Controller,
  store: ControllerStore,
  joined: DemoTerminal[],
  signal: AbortSignal,
): Promise<void> {
  const place = {
    fleet: controller.parts.fleet,
    url: `mqtt://127.0.0.1:${controller.brokerPort}`,
    authorities: [],
    mqttVersion: 4,
  } as const;
  const open = mqttLinks(() => true);
  const claims = await Promise.all(
    groups.map(async ({ name: group, prefix }) => {
      const of = { name: group, group, prefix, approval: 'auto', limit: null, lasts: null, by: demoUser } as const;
      const { claim, password } = await controller.parts.claims.makeBatch(of);
      return { name: claim, password };
    }),
  );
  let next = 1;
  const lane = async (): Promise<void> => {
    while (next <= wanted && !signal.aborted) {
      const number = next;
      next += 1;
      const claim = claims[number % claims.length] ?? claims[0];
      if (claim === undefined) return;
      const serial = `demo-${seed}-${number}`;
      const joining = { place, serial, claim, release, open, clock, random };
      const terminal = await DemoTerminal.join(joining, signal);
      const till = new DemoTill(
        terminal.terminal,
        release,
        chanceOf(seed, terminal.terminal),
        instant(clock.now() - lived),
      );
      await imagineDay(store, till, terminal.terminal, clock);
      await name(store, terminal.terminal, `${places[number % places.length]}, ${Math.ceil(number / places.length)}`);
      await terminal.start(till);
      joined.push(terminal);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** What happens to a terminal is the same with the same seed. */
const chanceOf = (seed: number, terminal: string): Random =>
  seededRandom([...terminal].reduce((hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0), seed));

/** The day before: told to the store as if the terminal had been there. */
async function imagineDay(store: ControllerStore, till: DemoTill, terminal: string, clock: Clock): Promise<void> {
  const now = clock.now();
  let before: ReturnType<DemoTill['health']> | Record<string, never> = {};
  let wasOnline: boolean | null = null;
  for (let at = now - lived; at <= now; at += historyStep) {
    till.advance(instant(at));
    if (till.hasInternet !== wasOnline) {
      wasOnline = till.hasInternet;
      const entry = wasOnline ? { kind: 'online', version: release } : { kind: 'lost' };
      await store.append('events', terminal, entry, instant(at));
    }
    const health = till.health();
    for (const event of eventsOf(before, health)) await store.append('events', terminal, event, instant(at));
    before = health;
  }
}

async function name(store: ControllerStore, terminal: string, label: string): Promise<void> {
  await decideAndWrite(store, async () => {
    const found = await store.get('terminals', terminal);
    if (found === null) return { changes: [], answer: null };
    const value = { ...found.value, label };
    return { changes: [{ collection: 'terminals', id: terminal, expected: found.version, value }], answer: null };
  });
}

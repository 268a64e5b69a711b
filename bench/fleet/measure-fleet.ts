import type { ClaimName, FleetName } from '../../src/fleet/protocol.ts';
import { milliseconds, seconds } from '../../src/platform/clock.ts';
import type { SystemClock } from '../../src/platform/system-clock.ts';
import { startOpenMosquitto } from '../../test/tools/open-mosquitto.ts';
import { memoryOf } from '../kit/memory.ts';
import { processorSeconds } from '../kit/processor.ts';
import { percentile } from '../kit/result.ts';
import { type ControllerProcess, startControllerProcess } from './controller-process.ts';
import { TerminalProcesses } from './terminal-processes.ts';

/** What was found with one number of terminals. Rates are a second, times milliseconds, shares of one processor. */
export interface FleetFigures {
  readonly terminals: number;
  readonly enrolment: { readonly rate: number; readonly took: readonly number[] };
  readonly selling: {
    readonly rate: number;
    readonly answered: readonly number[];
    readonly unanswered: number;
    readonly controller: number;
    readonly broker: number;
  };
  readonly flood: {
    readonly rate: number;
    /** Messages that a second of the controller's processor is good for. */
    readonly perProcessor: number;
  };
  readonly storm: { readonly half: number; readonly most: number; readonly all: number; readonly heard: number };
  readonly rollout: { readonly took: number };
  /** KiB a terminal. */
  readonly memory: {
    readonly agent: { readonly resident: number; readonly heap: number };
    readonly controller: number;
    readonly broker: number;
  };
}

export interface FleetWishes {
  readonly terminals: number;
  readonly mosquitto: string;
  /** How long the steady parts last. */
  readonly length: number;
  readonly clock: SystemClock;
  readonly progress: (words: string) => void;
}

/** Devices that join at the same time, and terminals that connect at the same time. */
const joiningAtATime = 50;
const connectingAtATime = 200;
const brokerGone = seconds(10);
/** Telemetry that is offered when the controller is flooded, a second. */
const flood = 8000;
/** A terminal looks at itself so often (telemetry-agent.ts). */
const looksEvery = 10;

/** Brings a fleet up, keeps it busy, takes its broker away, and rolls something out. */
export async function measureFleet({
  terminals,
  mosquitto,
  length,
  clock,
  progress,
}: FleetWishes): Promise<FleetFigures> {
  const broker = await startOpenMosquitto(mosquitto);
  const { url } = broker;
  const external = { kind: 'external', url, username: 'controller', passwordFile: 'broker-password' };
  const controller = await startControllerProcess(external);
  const fleet = await TerminalProcesses.start(terminals);
  const say = (words: string): void => progress(`${terminals} terminals: ${words}`);
  try {
    const before = {
      controller: memoryOf(controller.processId).resident,
      broker: memoryOf(broker.processId).resident,
    };
    const batch = { name: 'bench', prefix: 'T' };
    const made = JSON.parse(await controller.ask('POST', '/api/claims/batches', batch));
    const place = { fleet: 'acme' as FleetName, url, authorities: [], mqttVersion: 5 } as const;
    const claim = { name: made.username as ClaimName, password: String(made.password) };

    say('they join');
    const began = clock.monotonic();
    const took = await fleet.enrol(place, claim, joiningAtATime);
    const enrolment = { rate: (terminals * 1000) / (clock.monotonic() - began), took };

    say('they run');
    await fleet.run(connectingAtATime);
    await quiet(controller, clock);
    const kib = (now: number, was: number): number => ((now - was) * 1024) / terminals;
    const memory = {
      agent: await fleet.memoryOfOne(),
      controller: kib(memoryOf(controller.processId).resident, before.controller),
      broker: kib(memoryOf(broker.processId).resident, before.broker),
    };

    say('each sells all the time');
    await fleet.pace(true, 1);
    await clock.sleep(seconds(looksEvery));
    const selling = await measureSelling();

    say('more telemetry than the controller can take');
    await fleet.pace(true, Math.max(1, (flood * looksEvery) / terminals));
    // Whoever rests now rests to the end.
    await clock.sleep(seconds(looksEvery));
    const flooded = await measureFlood();
    await fleet.pace(false, 1);
    await quiet(controller, clock);

    say('the broker goes, and comes again');
    const storm = await measureStorm();
    await quiet(controller, clock);

    say('a rollout');
    const rollout = { took: await measureRollout() };
    return { terminals, enrolment, selling, flood: flooded, storm, rollout, memory };
  } finally {
    fleet.end();
    await controller.end();
    await broker.end();
  }

  /** Share of one processor that the controller and the broker take, and how soon questions are answered. */
  async function measureSelling(): Promise<FleetFigures['selling']> {
    const { heard } = await controller.traffic();
    const used = [processorSeconds(controller.processId), processorSeconds(broker.processId)] as const;
    const begun = clock.monotonic();
    const { took, unanswered } = await fleet.ask(length, 20);
    const lasted = (clock.monotonic() - begun) / 1000;
    const share = (id: number, before: number): number => (100 * (processorSeconds(id) - before)) / lasted;
    const shares = { controller: share(controller.processId, used[0]), broker: share(broker.processId, used[1]) };
    const rate = ((await controller.traffic()).heard - heard) / lasted;
    return { rate, answered: took, unanswered, ...shares };
  }

  async function measureFlood(): Promise<FleetFigures['flood']> {
    const dealtWith = async () => {
      const { heard, waiting } = await controller.traffic();
      return { messages: heard - waiting, at: clock.monotonic(), processor: processorSeconds(controller.processId) };
    };
    const first = await dealtWith();
    await clock.sleep(milliseconds(length * 500));
    const last = await dealtWith();
    const messages = last.messages - first.messages;
    return {
      rate: (messages * 1000) / (last.at - first.at),
      perProcessor: messages / (last.processor - first.processor),
    };
  }

  /** From the moment at which the broker is there again. */
  async function measureStorm(): Promise<FleetFigures['storm']> {
    await broker.stop();
    await clock.sleep(brokerGone);
    await fleet.watch();
    const begun = clock.monotonic();
    await broker.start();
    let cameOnline: readonly number[] = [];
    while (cameOnline.length < terminals) {
      await clock.sleep(seconds(1));
      ({ cameOnline } = await fleet.look());
    }
    const after = cameOnline.map((at) => at - begun);
    while ((await heardSince(begun)) < terminals) await clock.sleep(seconds(2));
    const heard = clock.monotonic() - begun;
    return { half: percentile(after, 0.5), most: percentile(after, 0.99), all: Math.max(...after), heard };
  }

  /** Terminals of which the controller has heard since then. */
  async function heardSince(moment: number): Promise<number> {
    const lines = (await controller.ask('GET', '/metrics')).split('\n');
    const ago = (clock.monotonic() - moment) / 1000;
    const heard = lines.filter((line) => line.startsWith('holdfast_terminal_last_heard_seconds{'));
    return heard.filter((line) => Number(line.split(' ').at(-1)) < ago).length;
  }

  async function measureRollout(): Promise<number> {
    const begun = clock.monotonic();
    const wishes = { label: 'bench', job: { kind: 'sync-now' }, steps: [1, 10, 50] };
    await controller.ask('POST', '/api/rollouts', wishes);
    for (;;) {
      await clock.sleep(milliseconds(500));
      const [rollout] = JSON.parse(await controller.ask('GET', '/api/rollouts')).rollouts;
      if (rollout.state === 'done') return clock.monotonic() - begun;
      if (rollout.state !== 'running') throw new Error(`the rollout is ${rollout.state}: ${rollout.words}`);
    }
  }
}

/** Until nothing waits at the controller any more. */
async function quiet(controller: ControllerProcess, clock: SystemClock): Promise<void> {
  for (let calm = 0; calm < 2; ) {
    await clock.sleep(seconds(1));
    calm = (await controller.traffic()).waiting < 20 ? calm + 1 : 0;
  }
}

import { findProgram } from '../test/tools/needs.ts';
import { type FleetFigures, measureFleet } from './fleet/measure-fleet.ts';
import { type BenchContext, bench } from './kit/bench.ts';
import { type Row, row, type Table, times, value } from './kit/result.ts';
import { measureBareMosquitto } from './rivals/bare-mosquitto.ts';

/**
 * Many terminals on one broker and one controller, all on this machine: the agent of a real terminal each, with a till behind it that
 * only counts. Beside it what Mosquitto and MQTT.js do with nothing of ours. `npm run bench -- fleet 1000 10000`.
 */
/** As long as a report of a terminal that has sold something. */
const reportBytes = 700;

async function measure({ quick, numbers, clock, progress }: BenchContext): Promise<readonly Table[]> {
  const mosquitto = findProgram('mosquitto');
  if (mosquitto === undefined) throw new Error('The fleet is measured with Mosquitto: install Debian’s mosquitto.');
  const sizes = numbers.length > 0 ? numbers : quick ? [200] : [1000, 10_000];
  const length = quick ? 10 : 30;
  progress('Mosquitto alone');
  const bare = await measureBareMosquitto(mosquitto, { bytes: reportBytes, length: length * 200, clock });
  const measured: FleetFigures[] = [];
  for (const terminals of sizes) {
    measured.push(await measureFleet({ terminals, mosquitto, length, clock, progress }));
  }
  return [rates(bare, measured), load(measured), outage(measured), memory(measured)];
}

const named = ({ terminals }: FleetFigures, words: string): string => `${terminals} terminals: ${words}`;

function rates(bare: Awaited<ReturnType<typeof measureBareMosquitto>>, measured: readonly FleetFigures[]): Table {
  const connections = row('bare Mosquitto: connections', value(bare.connections, '/s'));
  const messages = row('bare Mosquitto: messages to one reader', value(bare.messages, '/s'));
  const rows = measured.flatMap((figures) => [
    row(named(figures, 'joined the fleet'), value(figures.enrolment.rate, '/s'), connections),
    row(named(figures, 'reports taken in, flooded'), value(figures.flood.rate, '/s'), messages),
    row(named(figures, 'reports a second of processor'), value(figures.flood.perProcessor, '/s'), messages),
    row(
      named(figures, 'came back, the most of a storm'),
      value((figures.terminals * 990) / figures.storm.most, '/s'),
      connections,
    ),
    row(named(figures, 'jobs of a rollout done'), value((figures.terminals * 1000) / figures.rollout.took, '/s')),
  ]);
  return {
    id: 'rates',
    title: 'What a fleet gets done',
    rows: [connections, messages, ...rows],
    notes: [
      'Joining: keys, request, grant, sign-in with it, confirmation; durable at the controller at each step.',
      'Terminals, broker and controller share the processors, so the terminals’ work is in every figure but that a second of processor.',
    ],
  };
}

function load(measured: readonly FleetFigures[]): Table {
  const rows = measured.flatMap((figures): Row[] => [
    row(named(figures, 'a question answered'), times(figures.selling.answered)),
    row(named(figures, 'reports'), value(figures.selling.rate, '/s')),
    row(named(figures, 'controller, of one processor'), value(figures.selling.controller, '%')),
    row(named(figures, 'broker, of one processor'), value(figures.selling.broker, '%')),
  ]);
  const unanswered = measured.reduce((sum, { selling }) => sum + selling.unanswered, 0);
  return {
    id: 'load',
    title: 'While every terminal sells something every ten seconds',
    rows,
    notes: [unanswered === 0 ? 'Every question was answered.' : `${unanswered} questions were NOT answered.`],
  };
}

function outage(measured: readonly FleetFigures[]): Table {
  const rows = measured.flatMap((figures) => [
    row(named(figures, 'joining, one of 50 at a time'), times(figures.enrolment.took)),
    row(named(figures, 'half are back'), value(figures.storm.half / 1000, 's')),
    row(named(figures, '99 of 100 are back'), value(figures.storm.most / 1000, 's')),
    row(named(figures, 'all are back'), value(figures.storm.all / 1000, 's')),
    row(named(figures, 'the controller has heard all again'), value(figures.storm.heard / 1000, 's')),
    row(named(figures, 'a rollout in four steps'), value(figures.rollout.took / 1000, 's')),
  ]);
  return {
    id: 'times',
    title: 'How long it takes: joining; coming back after the broker was away for 10 s; a rollout to all',
    rows,
    notes: [
      'After 10 s most terminals try again within the next 16 s, some within 32 or 64, each at a moment of its own, so that they do not come all at once.',
    ],
  };
}

function memory(measured: readonly FleetFigures[]): Table {
  const rows = measured.flatMap(({ terminals, memory: taken }) => [
    row(`${terminals} terminals: agent, MQTT.js and its files`, value(taken.agent.resident, 'KiB')),
    row(`${terminals} terminals: of it, JavaScript’s heap`, value(taken.agent.heap, 'KiB')),
    row(`${terminals} terminals: controller`, value(taken.controller, 'KiB')),
    row(`${terminals} terminals: Mosquitto`, value(taken.broker, 'KiB')),
  ]);
  return { id: 'memory', title: 'Memory for one terminal more', rows, notes: [] };
}

await bench({ name: 'fleet', title: 'A fleet of thousands' }, measure);

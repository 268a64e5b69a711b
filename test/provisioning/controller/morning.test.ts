import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fleetChecklist } from '../../../provisioning/controller/fleet-checklist.ts';
import { deskRoutes } from '../../../provisioning/controller/routes/desks.ts';
import { exitCode } from '../../../src/cli/exit-code.ts';
import type { Health } from '../../../src/fleet/protocol.ts';
import { type Duration, hours, minutes } from '../../../src/platform/clock.ts';
import { sampleHealth } from '../../fleet/sample-health.ts';
import { AskedController, SmallFleet, toldCase } from './small-fleet.ts';

let fleet: SmallFleet;
let controller: AskedController;
beforeEach(async () => {
  fleet = await SmallFleet.open();
  controller = await AskedController.open(fleet, deskRoutes(fleet), 'viewer');
});
afterEach(() => controller.close());

const holdfast = (...args: string[]) => controller.holdfast(fleet.clock, 'fleet', ...args);
const before = (age: Duration): number => fleet.clock.now() - age;
const lost = (age: Duration) => ({ presence: { state: 'lost', session: null, since: before(age) } }) as const;
const waiting: Partial<Health> = { queue: { ...sampleHealth.queue, waiting: 3 } };
const parked: Partial<Health> = {
  checklist: {
    at: '2026-11-23T08:59:00.000Z',
    verdict: 'fail',
    lines: [
      {
        check: 'orders-synced',
        verdict: 'fail',
        words: '1 wait, 1 are refused',
        nextStep: 'docs/runbooks/order-parked.md',
      },
      { check: 'journal-copies', verdict: 'ok', words: 'both are whole', nextStep: null },
    ],
  },
};

describe('the checklist of a fleet', () => {
  it('is quiet and exits with 0 when every terminal is well', async () => {
    await fleet.add('K1');
    await fleet.add('K2');
    expect(await holdfast('checklist')).toEqual({ code: exitCode.done, out: '2 of 2 terminals are ok.\n', err: '' });
  });

  it('names the worst terminal first, with the line that is to be worked on, and exits with the worst', async () => {
    await fleet.add('K1');
    await fleet.add('K2', {}, lost(hours(2)));
    const { code, out } = await holdfast('checklist');
    expect(code).toBe(exitCode.attention);
    expect(out).toMatch(/K2 +attention +in-touch +lost for 120 min|K2 +attention +in-touch +lost for 2 h/);
    await fleet.add('K10', parked);
    const worse = await holdfast('checklist');
    expect(worse.code).toBe(exitCode.failed);
    expect(worse.out.indexOf('K10')).toBeLessThan(worse.out.indexOf('K2'));
    expect(worse.out).toMatch(
      /K10 +fail +orders-synced +1 wait, 1 are refused +docs\/runbooks\/order-parked.md +60 s ago/,
    );
    expect(worse.out).not.toContain('journal-copies');
    expect((await holdfast('checklist', '--all')).out).toContain('journal-copies');
    expect(JSON.parse((await holdfast('checklist', '--json')).out)).toMatchObject({
      verdict: 'fail',
      terminals: [{ terminal: 'K10', verdict: 'fail' }, { terminal: 'K2' }, { terminal: 'K1', verdict: 'ok' }],
    });
  });

  it('looks at one group only where it is asked to', async () => {
    await fleet.add('K1', parked);
    await fleet.add('K2', {}, {}, { group: 'market' });
    expect((await holdfast('checklist', '--group', 'market')).code).toBe(exitCode.done);
  });

  const inTouch = () => fleetChecklist(fleet.view, {}, fleet.clock.now())[0]?.lines[0];

  it('says what is known last of a terminal that is away, and how bad that is', async () => {
    await fleet.add('K1', waiting, lost(hours(3)));
    expect(inTouch()).toMatchObject({ verdict: 'attention', words: expect.stringContaining('3 sales are on it') });
    await fleet.add('K1', waiting, lost(hours(30)));
    expect(inTouch()).toMatchObject({ verdict: 'fail', nextStep: expect.stringContaining('terminal-dead.md') });
    await fleet.add('K1', {}, { lastHeard: before(minutes(16)) });
    expect(inTouch()).toMatchObject({ verdict: 'fail', words: 'connected, but has said nothing for 16 min' });
    await fleet.add('K1', {}, { presence: { state: 'never', session: null, since: 0 }, lastHeard: null });
    expect(inTouch()).toMatchObject({ verdict: 'attention', words: 'has never reported' });
  });

  it('counts no old lines as of now', async () => {
    const lines = () => fleetChecklist(fleet.view, {}, fleet.clock.now())[0]?.lines.map(({ words }) => words);
    await fleet.add('K1');
    await fleet.clock.advance(minutes(65));
    await fleet.add('K1', { ...sampleHealth });
    expect(lines()).toEqual(['connected', 'what follows was so 66 min ago', 'none is open']);
    await fleet.add('K1', { checklist: null });
    expect(lines()).toEqual(['connected', 'it has not looked yet']);
    await fleet.forget('K1', 'checklist');
    expect(lines()).toEqual(['connected', 'release 0.1.0 tells no checklist from afar']);
  });
});

it('the cases of a fleet are listed, each with its terminal', async () => {
  await fleet.add('K1', { cases: { open: 2, list: [toldCase('order-missing:a', { state: 'in-hand', owner: 'Jo' })] } });
  const { code, out } = await holdfast('cases');
  expect(code).toBe(exitCode.done);
  expect(out).toMatch(/K1 +order-missing:a .*in-hand \(Jo\)/);
  expect(out).toContain('And 1 more, which their terminals list.');
  expect((await holdfast('parked')).out).toBe('Magento refuses nothing.\n');
});

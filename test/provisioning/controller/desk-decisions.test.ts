import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noAccounts } from '../../../provisioning/controller/broker-accounts.ts';
import { DeviceDesk } from '../../../provisioning/controller/device-desk.ts';
import { FleetCaseDesk } from '../../../provisioning/controller/fleet-case-desk.ts';
import { JobsDesk } from '../../../provisioning/controller/jobs-desk.ts';
import { deskDecisionRoutes } from '../../../provisioning/controller/routes/desk-decisions.ts';
import { exitCode } from '../../../src/cli/exit-code.ts';
import { terminalId } from '../../../src/platform/ids.ts';
import { seededRandom } from '../../../src/platform/seeded-random.ts';
import { AskedController, SmallFleet, toldCase } from './small-fleet.ts';

let fleet: SmallFleet;
let controller: AskedController;
let cases: FleetCaseDesk;
const routes = () => {
  const jobs = new JobsDesk({ ...fleet.parts, random: seededRandom(1) });
  return deskDecisionRoutes({ ...fleet.parts, cases, jobs });
};
beforeEach(async () => {
  fleet = await SmallFleet.open();
  cases = new FleetCaseDesk(fleet.parts);
  controller = await AskedController.open(fleet, routes());
});
afterEach(() => controller.close());

const holdfast = (...args: string[]) => controller.holdfast(fleet.clock, 'fleet', ...args);
const orders = async () => (await fleet.store.list('jobs')).map(({ value }) => value.job);

describe('what is decided from afar', () => {
  it('about a terminal’s case is brought to it, under the name of who asked', async () => {
    await fleet.add('K1', { cases: { open: 1, list: [toldCase('order-missing:a')] } });
    const { code, out } = await holdfast(
      'case',
      'close',
      'K1',
      'order-missing:a',
      '--outcome',
      'explained',
      '--words',
      'a test',
    );
    expect(code, out).toBe(exitCode.done);
    expect(out).toContain('K1 is told');
    const wish = { step: 'close', outcome: 'explained', words: 'a test', by: 'ann (fleet)' };
    expect(await orders()).toEqual([{ kind: 'act-on-case', caseId: 'order-missing:a', wish }]);
    const shown = await holdfast('case', 'show', 'K1', 'order-missing:a');
    expect(shown.out).toMatch(/kept by +terminal[\s\S]*can end as +corrected/);
    expect((await holdfast('case', 'show', 'K1', 'order-missing:b')).err).toContain('There is no case order-missing:b');
  });

  it('about a case that the controller keeps is done at once, and stands in its history', async () => {
    const K7 = await fleet.add('K7');
    const evidence = { missing: 1, receipts: ['K7-00000001'] };
    const words = 'K7: one receipt is not in Magento';
    await cases.report(K7, { kind: 'terminal-gone', subject: 'd1', words, evidence, receiptNumber: null });
    await holdfast('case', 'take', 'K7', 'terminal-gone:d1');
    const refused = await holdfast('case', 'close', 'K7', 'terminal-gone:d1', '--outcome', 'refunded', '--words', 'x');
    expect(refused).toMatchObject({ code: exitCode.failed, err: expect.stringContaining('corrected, explained') });
    const closed = await holdfast(
      'case',
      'close',
      'K7',
      'terminal-gone:d1',
      '--outcome',
      'written-off',
      '--words',
      'burnt',
    );
    expect(closed.out).toBe('Done.\n');
    const { out } = await holdfast('case', 'show', 'K7', 'terminal-gone:d1');
    expect(out).toMatch(/state +closed/);
    expect(out).toMatch(/ann \(fleet\) looks after it\n.*ann \(fleet\): closed, written-off: burnt/);
    expect(await orders()).toEqual([]);
  });

  it('about what Magento refuses is brought to the terminal', async () => {
    await fleet.add('K1');
    await holdfast('decide', 'K1', 'K1-00000004', 'map-sku', '--from', 'A', '--to', 'B');
    const decision = { kind: 'map-sku', from: 'A', to: 'B', by: 'ann (fleet)' };
    expect(await orders()).toEqual([{ kind: 'decide-parked', document: 'K1-00000004', decision }]);
    expect(await holdfast('decide', 'K1', 'K1-00000004', 'cancel')).toMatchObject({ code: exitCode.failed });
    expect(await holdfast('decide', 'K1', 'K1-00000004', 'burn')).toMatchObject({ code: exitCode.failed });
    expect(await orders()).toHaveLength(1);
  });

  it('is not kept for a terminal that nobody is any more', async () => {
    await fleet.add('K1', { cases: { open: 1, list: [toldCase('order-missing:a')] } });
    await new DeviceDesk({ ...fleet.parts, accounts: noAccounts }).revoke(terminalId('K1'), 'ann', 'stolen');
    await fleet.seen();
    const told = await holdfast('case', 'note', 'K1', 'order-missing:a', '--words', 'x');
    expect(told.err).toContain('No device is K1 now');
    expect((await holdfast('decide', 'K1', 'K1-00000004', 'retry')).err).toContain('terminal-dead.md');
    expect(await orders()).toEqual([]);
  });

  it('needs the role operator', async () => {
    await fleet.add('K1');
    const viewer = await AskedController.open(fleet, routes(), 'viewer');
    const refused = await viewer.holdfast(fleet.clock, 'fleet', 'decide', 'K1', 'K1-00000004', 'retry');
    await viewer.close();
    expect(refused.err).toContain('needs the role "operator"');
    expect(await orders()).toEqual([]);
  });
});

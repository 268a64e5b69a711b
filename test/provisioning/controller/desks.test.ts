import { beforeEach, describe, expect, it } from 'vitest';
import { FleetCaseDesk } from '../../../provisioning/controller/fleet-case-desk.ts';
import { fleetCases, fleetParked } from '../../../provisioning/controller/fleet-desks.ts';
import type { ParkedDocument } from '../../../src/fleet/desk-sections.ts';
import { terminalId } from '../../../src/platform/ids.ts';
import { SmallFleet, toldCase } from './small-fleet.ts';

let fleet: SmallFleet;
beforeEach(async () => {
  fleet = await SmallFleet.open();
});

describe('the cases of a fleet', () => {
  it('are those of all terminals, oldest first, each with its terminal', async () => {
    const older = toldCase('order-missing:b', { openedAt: '2026-11-20T08:00:00.000Z' });
    await fleet.add('K1', { cases: { open: 1, list: [toldCase('order-missing:a')] } }, {}, { group: 'market' });
    await fleet.add('K2', { cases: { open: 61, list: [older] } });
    const { cases, unlisted } = fleetCases(fleet.view, {});
    expect(cases.map(({ caseId, terminals }) => [caseId, ...terminals])).toEqual([
      ['order-missing:b', 'K2'],
      ['order-missing:a', 'K1'],
    ]);
    expect(unlisted).toBe(60);
    expect(fleetCases(fleet.view, { group: 'market' }).cases.map(({ caseId }) => caseId)).toEqual(['order-missing:a']);
    expect(fleetCases(fleet.view, { terminal: 'K2' }).cases.map(({ caseId }) => caseId)).toEqual(['order-missing:b']);
  });

  it('are one where several terminals of a shop see the same, and two in two shops', async () => {
    const cases = { open: 1, list: [toldCase('stock-differs:COFFEE')] };
    await fleet.add('K1', { cases });
    await fleet.add('K2', { cases });
    await fleet.add('K3', { cases, shop: { address: 'https://other.example', store: 'default' } });
    expect(fleetCases(fleet.view, {}).cases.map(({ terminals }) => terminals)).toEqual([['K1', 'K2'], ['K3']]);
  });

  it('hold those that the controller keeps for a terminal that is gone, until they are closed', async () => {
    const K7 = await fleet.add('K7');
    const desk = new FleetCaseDesk(fleet);
    const finding = {
      kind: 'order-doubled',
      subject: 'K7-00000001',
      words: 'receipt K7-00000001 is in Magento twice',
      evidence: { orderNumbers: ['1', '2'] },
      receiptNumber: 'K7-00000001',
    } as const;
    await desk.report(K7, finding);
    await desk.report(K7, finding);
    const own = () => fleetCases(fleet.view, {}).cases;
    await expect
      .poll(own)
      .toMatchObject([{ caseId: 'order-doubled:K7-00000001', keptBy: 'controller', state: 'open' }]);
    const id = 'order-doubled:K7-00000001';
    expect((await desk.openOf(K7)).map(({ history }) => history.length)).toEqual([1]);
    await desk.act(K7, id, { step: 'take', by: 'ann', owner: 'bob' });
    await expect.poll(own).toMatchObject([{ state: 'in-hand', owner: 'bob' }]);
    const bad = desk.act(K7, id, { step: 'close', by: 'ann', outcome: 'refunded', words: 'no' });
    await expect(bad).rejects.toMatchObject({ code: 'case.wrong-outcome' });
    await desk.act(K7, id, { step: 'close', by: 'ann', outcome: 'corrected', words: 'the younger one is cancelled' });
    await expect.poll(own).toEqual([]);
    await expect(desk.act(terminalId('K8'), id, { step: 'note', by: 'ann', words: 'x' })).rejects.toMatchObject({
      code: 'fleet.no-such-case',
    });
  });
});

it('what Magento refuses anywhere is listed, oldest first, with what was decided', async () => {
  const parked = (receiptNumber: string, soldAt: string): ParkedDocument => ({
    documentId: receiptNumber,
    kind: 'sale',
    receiptNumber,
    soldAt,
    total: '39.97',
    currency: 'EUR',
    step: 'the order',
    reason: 'the article is gone',
    attempts: 1,
    decided: ['the coupon is left out, the price stays as sold'],
  });
  await fleet.add('K1', { parked: { count: 3, list: [parked('K1-00000002', '2026-11-23T08:00:00.000Z')] } });
  await fleet.add('K2', { parked: { count: 1, list: [parked('K2-00000009', '2026-11-22T08:00:00.000Z')] } });
  const found = fleetParked(fleet.view, {});
  expect(found.parked.map(({ terminal, receiptNumber }) => [terminal, receiptNumber])).toEqual([
    ['K2', 'K2-00000009'],
    ['K1', 'K1-00000002'],
  ]);
  expect(found.unlisted).toBe(2);
});

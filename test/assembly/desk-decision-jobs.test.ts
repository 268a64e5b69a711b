import { expect, it } from 'vitest';
import { deskDecisionJobs } from '../../src/assembly/desk-decision-jobs.ts';
import type { ControlHandlers } from '../../src/control/handlers.ts';
import type { JobId } from '../../src/fleet/protocol.ts';
import { declinedCase, sampleHandlers } from '../control/sample-answers.ts';

const calls: string[] = [];
const sample = sampleHandlers(calls);
const authorities: unknown[] = [];
const control: Pick<ControlHandlers, 'actOnCase' | 'decideParked'> = {
  actOnCase: (caseId, wish) => sample.actOnCase(caseId, wish),
  decideParked: (name, decision, authority) => {
    authorities.push(authority);
    return sample.decideParked(name, decision);
  },
};
const jobs = deskDecisionJobs(control);
const context = { jobId: 'j' as JobId, signal: new AbortController().signal, tell: () => undefined };

it('does what somebody of the fleet decided, by the rules of the terminal', async () => {
  const wish = { step: 'note', by: 'ann (fleet)', words: 'called the bank' };
  const { words } = await jobs['act-on-case'].run({ kind: 'act-on-case', caseId: declinedCase.caseId, wish }, context);
  expect(words).toBe('The case is in-hand');
  expect(calls.at(-1)).toBe('case note ann (fleet) called the bank');
  const decision = { kind: 'retry', by: 'ann (fleet)' };
  await jobs['decide-parked'].run({ kind: 'decide-parked', document: 'K1-00000001', decision }, context);
  expect(calls.at(-1)).toBe('decide retry ann (fleet)');
  // Its controller has said that this person may: they need not be of the till's staff.
  expect(authorities).toEqual(['fleet']);
});

it('rejects what this release does not know, and what is not there', async () => {
  const rejected = { code: 'fleet.job-rejected' };
  const unknown = { kind: 'burn', by: 'ann (fleet)' };
  const burn = jobs['decide-parked'].run(
    { kind: 'decide-parked', document: 'K1-00000001', decision: unknown },
    context,
  );
  await expect(burn).rejects.toMatchObject(rejected);
  const wish = { step: 'note', by: 'ann (fleet)' };
  await expect(jobs['act-on-case'].run({ kind: 'act-on-case', caseId: 'x:y', wish }, context)).rejects.toMatchObject(
    rejected,
  );
  const decision = { kind: 'retry', by: 'ann (fleet)' };
  const gone = jobs['decide-parked'].run({ kind: 'decide-parked', document: 'K1-00000099', decision }, context);
  await expect(gone).rejects.toMatchObject(rejected);
});

import { beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/reconciliation/case.ts';
import { CaseDesk } from '../../src/reconciliation/case-desk.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { MemoryJournal } from '../tools/memory-journal.ts';

const declined: Finding = {
  kind: 'payment-declined',
  subject: '019a0000-0000-7000-8000-000000000001',
  words: 'declined',
  evidence: { amount: 2610 },
  receiptNumber: 'K1-00000007',
};

let journal: MemoryJournal;
let desk: CaseDesk;
beforeEach(() => {
  journal = new MemoryJournal(new ManualClock());
  desk = new CaseDesk(journal);
});

const id = `payment-declined:${declined.subject}`;
const steps = (): readonly unknown[] => desk.find(id)?.history.map(({ change }) => change.step) ?? [];

describe('the case desk', () => {
  it('opens one case, however many find the same difference at once', async () => {
    await Promise.all([desk.report(declined), desk.report(declined), desk.report({ ...declined, words: 'again' })]);
    expect(steps()).toEqual(['opened']);
    expect(desk.open().map(({ caseId }) => caseId)).toEqual([id]);
  });

  it('ends a case when its difference is gone, and only an open one', async () => {
    await desk.settle('payment-declined', declined.subject, 'corrected', 'it was paid after all');
    expect(desk.find(id)).toBeUndefined();
    await desk.report(declined);
    await desk.settle('payment-declined', declined.subject, 'corrected', 'it was paid after all');
    await desk.settle('payment-declined', declined.subject, 'corrected', 'it was paid after all');
    expect(steps()).toEqual(['opened', 'closed']);
    expect(desk.open()).toEqual([]);
    expect(journal.openSubjects('case')).toEqual([]);
  });

  it('keeps a closed case out of the open ones until what is seen changes', async () => {
    await desk.report(declined);
    await desk.act(id, { step: 'close', by: 'Mara', outcome: 'written-off', words: 'moved away' });
    await desk.report(declined);
    expect(desk.open()).toEqual([]);
    await desk.act(id, { step: 'note', by: 'Mara', words: 'a remark leaves it closed' });
    expect(journal.openSubjects('case')).toEqual([]);
    await desk.report({ ...declined, evidence: { amount: 2610, chargedBack: true } });
    expect(desk.open().map(({ standing }) => standing.state)).toEqual(['open']);
    expect((await desk.newest(5)).map(({ caseId }) => caseId)).toEqual([id]);
  });

  it('knows no other cases', async () => {
    const wish = { step: 'take', by: 'Mara', owner: 'Mara' } as const;
    await expect(desk.act('order-missing:1', wish)).rejects.toThrow('There is no case order-missing:1');
  });
});

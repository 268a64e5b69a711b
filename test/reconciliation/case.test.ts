import { describe, expect, it } from 'vitest';
import {
  type Case,
  type CaseChange,
  caseId,
  caseOf,
  changeForFinding,
  changeForWish,
  type Finding,
  isOpen,
} from '../../src/reconciliation/case.ts';

const declined: Finding = {
  kind: 'payment-declined',
  subject: '019a0000-0000-7000-8000-000000000001',
  words: 'EUR 26.10 of receipt K1-00000007 was declined: insufficient funds',
  evidence: { amount: 2610, code: '05' },
  receiptNumber: 'K1-00000007',
};

function told(...changes: CaseChange[]): Case {
  const found = caseOf(changes.map((change, index) => ({ at: `2026-11-29T10:0${index}:00.000Z`, change })));
  if (found === undefined) throw new Error('no case');
  return found;
}

const opened: CaseChange = { version: 1, step: 'opened', ...declined };
const closed: CaseChange = { version: 1, step: 'closed', by: 'Mara', outcome: 'paid-otherwise', words: 'paid in cash' };

describe('a case', () => {
  it('has the same id for the same difference', () => {
    expect(told(opened).caseId).toBe(caseId('payment-declined', declined.subject));
    expect(() => caseId('order-missing', 'with a space')).toThrow(/reference/);
  });

  it('is opened by a finding once, and not again by the same evidence in another order or other words', () => {
    expect(changeForFinding(undefined, declined)).toEqual(opened);
    const again = { ...declined, words: 'said otherwise', evidence: { code: '05', amount: 2610 } };
    expect(changeForFinding(told(opened), again)).toBeNull();
    expect(changeForFinding(told(opened, closed), again)).toBeNull();
  });

  it('opens again after it was closed when what is seen has changed', () => {
    const worse = { ...declined, evidence: { amount: 2610, code: '05', chargedBack: true } };
    const change = changeForFinding(told(opened, closed), worse);
    expect(change?.step).toBe('seen-again');
    const reopened = told(opened, closed, change as CaseChange);
    expect(reopened.standing).toEqual({ state: 'open' });
    expect(reopened.finding.evidence).toEqual(worse.evidence);
    expect(reopened.history).toHaveLength(3);
  });

  it('stays with its owner when it is seen again', () => {
    const taken: CaseChange = { version: 1, step: 'taken', by: 'Mara', owner: 'Jo' };
    const change = changeForFinding(told(opened, taken), { ...declined, evidence: 'other' }) as CaseChange;
    expect(told(opened, taken, change).standing).toEqual({ state: 'in-hand', owner: 'Jo' });
  });

  it('ends only with an outcome of its kind and with words', () => {
    const close = { step: 'close', by: 'Mara', words: 'paid in cash' } as const;
    expect(() => changeForWish(told(opened), { ...close, outcome: 'corrected' })).toThrow(/can’t end as "corrected"/);
    expect(() => changeForWish(told(opened), { ...close, outcome: 'written-off', words: ' ' })).toThrow(/Say why/);
    const change = changeForWish(told(opened), { ...close, outcome: 'paid-otherwise' });
    expect(isOpen(told(opened, change))).toBe(false);
  });

  it('takes only notes and reopening once it is closed', () => {
    const found = told(opened, closed);
    expect(() => changeForWish(found, { step: 'take', by: 'Mara', owner: 'Mara' })).toThrow(/closed/);
    expect(changeForWish(found, { step: 'note', by: 'Mara', words: 'receipt found' }).step).toBe('noted');
    const reopened = changeForWish(found, { step: 'reopen', by: 'Mara', words: 'the note was false' });
    expect(told(opened, closed, reopened).standing).toEqual({ state: 'open' });
    expect(() => changeForWish(told(opened), { step: 'reopen', by: 'Mara', words: 'why' })).toThrow(/not closed/);
  });

  it('is nothing without its opening', () => {
    expect(caseOf([{ at: '2026-11-29T10:00:00.000Z', change: closed }])).toBeUndefined();
    expect(caseOf([])).toBeUndefined();
  });
});

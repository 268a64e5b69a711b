import { expect, it } from 'vitest';
import { withoutAddresses } from '../../src/assembly/without-addresses.ts';
import { status } from '../control/sample-answers.ts';

it('keep a customer’s e-mail address to the till, and the rest of its status whole', () => {
  const oldestUnconfirmed = { name: 'customer ada.byron@example.com', soldAt: '2026-11-23T08:00:00.000Z' };
  const attention = [
    { severity: 'warning', words: 'Refused: customer ada.byron@example.com, twice', nextStep: '' },
  ] as const;
  const sent = withoutAddresses({ ...status, oldestUnconfirmed, attention });
  expect(JSON.stringify(sent)).not.toContain('@');
  expect(sent).toEqual({
    ...JSON.parse(JSON.stringify(status)),
    oldestUnconfirmed: { ...oldestUnconfirmed, name: 'customer (e-mail address)' },
    attention: [{ severity: 'warning', words: 'Refused: customer (e-mail address), twice', nextStep: '' }],
  });
});

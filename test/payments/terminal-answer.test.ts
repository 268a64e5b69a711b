import { expect, it } from 'vitest';
import type { PaymentOutcome } from '../../drivers/payment-terminal/payment-terminal.ts';
import { eventOfAnswer } from '../../src/payments/terminal-answer.ts';
import { instant } from '../../src/platform/clock.ts';

const card = {
  brand: 'girocard',
  maskedPan: '************4111',
  authorizationCode: '100471',
  terminalReference: '28004869-000471',
  entryMode: 'chip',
} as const;
const at = instant('2026-11-23T09:00:00Z');

it('keeps of a terminal’s answer what may be kept, and the slips that the till has to print', () => {
  const slip = { customer: ['KUNDENBELEG'], merchant: ['HÄNDLERBELEG'] };
  // A driver that hands over more than its type says.
  const answer = { kind: 'approved', card: { ...card, cvv: '123' }, slip: { ...slip, raw: 'x' } } as PaymentOutcome;
  const event = eventOfAnswer('p-1', answer, at);
  expect(event).toMatchObject({ kind: 'approved', card: { paymentId: 'p-1', outcome: 'approved', ...card, slip } });
  expect(JSON.stringify(event)).not.toMatch(/cvv|raw/);
  expect(eventOfAnswer('p-1', { kind: 'approved', card }, at)).not.toHaveProperty('card.slip');
});

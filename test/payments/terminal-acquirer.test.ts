import { expect, test } from 'vitest';
import type { ForwardStatus, HostState, PaymentTerminal } from '../../drivers/payment-terminal/payment-terminal.ts';
import { money } from '../../src/money/money.ts';
import type { Acquirer } from '../../src/payments/acquirer.ts';
import { noReferences } from '../../src/payments/payment.ts';
import { createTerminalAcquirer } from '../../src/payments/terminal-acquirer.ts';
import { instant } from '../../src/platform/clock.ts';

const payment = {
  paymentId: '0190b0c0-0000-7000-8000-000000000001',
  amount: money('12.50'),
  currency: 'EUR',
  references: noReferences,
  takenAt: instant('2026-03-02T12:00:00Z'),
};
const signal = new AbortController().signal;
const blob = Uint8Array.of(1);

const terminal = (host: HostState, forward?: ForwardStatus): PaymentTerminal =>
  ({
    offline: { obeysRequest: true, host: () => host, onHostChange: () => () => {} },
    ...(forward === undefined ? {} : { forwarding: { forward: async () => forward } }),
  }) as unknown as PaymentTerminal; // only what is asked of it here

const own: Acquirer = {
  name: 'own',
  forward: async () => ({ kind: 'forwarded', psp: 'own' }),
  lookUp: async () => ({ kind: 'approved', psp: 'own', authorizationCode: null }),
};

test('a terminal that can tell is asked, and what a reader handed out goes to the acquirer itself', async () => {
  const acquirer = createTerminalAcquirer('x', terminal('unknown', { kind: 'stored' }), own);
  expect(await acquirer.forward(payment, null, signal)).toEqual({ kind: 'stored' });
  expect(await acquirer.forward(payment, blob, signal)).toEqual({ kind: 'forwarded', psp: 'own' });
  expect(await acquirer.lookUp(payment, signal)).toMatchObject({ kind: 'approved' });
  expect('outcomesSince' in acquirer).toBe(false);
});

test('a terminal that uploads by itself has done so once it reaches its bank; before that nobody can tell', async () => {
  const asked = (host: HostState) => createTerminalAcquirer('x', terminal(host), null).forward(payment, null, signal);
  expect(await asked('reachable')).toEqual({ kind: 'forwarded', psp: null });
  expect(await asked('unreachable')).toEqual({ kind: 'not-told' });
  expect(await asked('unknown')).toEqual({ kind: 'not-told' });
});

test('without a terminal nothing is forwarded', async () => {
  expect(await createTerminalAcquirer('x', null, null).forward(payment, null, signal)).toMatchObject({
    kind: 'unreachable',
  });
});

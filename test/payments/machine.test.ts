import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance, type Payment, type StateName, takenOf, transitions } from '../../src/payments/payment.ts';
import type { EventKind } from '../../src/payments/payment-event.ts';
import { receive } from '../../src/payments/receive.ts';
import { instant } from '../../src/platform/clock.ts';
import { anEvent, approved, eventKinds, happened, requestedPayment } from './sample-payments.ts';

const states = Object.keys(transitions) as readonly StateName[];

describe('transitions that compile', () => {
  test('a stored payment is forwarded, approved and settled, and keeps its card', () => {
    const stored = advance(requestedPayment(), happened('stored'));
    const forwarded = advance(stored, { ...happened('forwarded'), psp: 'PSP-1' });
    const sure = advance(forwarded, { ...happened('issuer-approved'), psp: null, authorizationCode: '654321' });
    const paid = advance(sure, happened('settled'));
    expect([stored.state, forwarded.state, sure.state, paid.state]).toEqual([
      'stored',
      'forwarded',
      'approved-online',
      'settled',
    ]);
    expect(paid.is).toMatchObject({
      how: 'stored',
      references: { psp: 'PSP-1' },
      card: { authorizationCode: '654321' },
    });
    expect(paid.taken).toEqual(['e-forwarded', 'e-issuer-approved', 'e-settled']);
  });

  test('wrong ones do not compile', () => {
    const declined = advance(requestedPayment(), happened('declined'));
    // @ts-expect-error nothing can happen to a declined payment
    expect(() => advance(declined, happened('settled'))).toThrow(TypeError);
    // @ts-expect-error a payment that was asked for can't be settled before a card was taken
    expect(() => advance(requestedPayment(), happened('settled'))).toThrow(TypeError);
    const unknown = advance(requestedPayment(), happened('silent'));
    // @ts-expect-error what nobody knows is asked about, not forwarded
    expect(() => advance(unknown, happened('forwarded'))).toThrow(TypeError);
  });
});

/** Every list of events in any order, with repetitions: as webhooks, files and terminals deliver them. */
const deliveries = fc.array(fc.record({ kind: fc.constantFrom(...eventKinds), id: fc.integer({ min: 1, max: 4 }) }), {
  maxLength: 14,
});

function play(list: readonly { readonly kind: EventKind; readonly id: number }[]): {
  readonly path: readonly Payment[];
  readonly told: readonly string[];
} {
  const path: Payment[] = [requestedPayment()];
  const told: string[] = [];
  for (const { kind, id } of list) {
    const now = path.at(-1) ?? requestedPayment();
    const received = receive(now, anEvent(kind, `${kind}-${id}`));
    told.push(received.kind);
    if (received.kind === 'advanced') path.push(received.payment);
  }
  return { path, told };
}

describe('whatever arrives', () => {
  test('leads only along the table, keeps amount, key and card, and takes no event twice', () => {
    fc.assert(
      fc.property(deliveries, (list) => {
        const { path } = play(list);
        for (const [index, payment] of path.entries()) {
          const before = path[index - 1];
          if (before === undefined) continue;
          expect(Object.values(transitions[before.state])).toContain(payment.state);
          expect([payment.paymentId, payment.amount]).toEqual([before.paymentId, before.amount]);
          expect(new Set(payment.taken).size).toBe(payment.taken.length);
          const [was, is] = [takenOf(before), takenOf(payment)];
          if (was !== null) expect(is?.card.maskedPan).toBe(was.card.maskedPan);
          if (was !== null) expect(is?.takenAt).toBe(was.takenAt);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('delivered twice at any distance, it leads to the same end as delivered once', () => {
    fc.assert(
      fc.property(deliveries, fc.nat(13), (list, from) => {
        const once = play(list);
        const twice = play([...list, ...list.slice(from)]);
        const advancedOnce = new Set(once.path.at(-1)?.taken);
        for (const [index, { kind, id }] of list.slice(from).entries()) {
          // What had advanced it the first time never advances it again.
          if (advancedOnce.has(`${kind}-${id}`)) expect(twice.told[list.length + index]).toBe('repeated');
        }
      }),
      { numRuns: 300 },
    );
  });

  test('once a card was taken, no news brings a payment back to where none was', () => {
    fc.assert(
      fc.property(deliveries, (list) => {
        const { path } = play(list);
        const first = path.findIndex((payment) => takenOf(payment) !== null);
        if (first >= 0) for (const payment of path.slice(first)) expect(takenOf(payment)).not.toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  test('money that moved without us knowing is a case, not a shrug', () => {
    const cancelled = advance(requestedPayment(), happened('cancelled'));
    expect(receive(cancelled, happened('settled'))).toMatchObject({ kind: 'impossible' });
    expect(receive(cancelled, approved())).toMatchObject({ kind: 'impossible' });
    const settled = advance(advance(requestedPayment(), approved()), happened('settled'));
    expect(receive(settled, { ...happened('settled'), eventId: 'other', reference: 'row-2' })).toMatchObject({
      kind: 'impossible',
      words: expect.stringContaining('settled twice'),
    });
    expect(receive(settled, { ...happened('settled'), eventId: 'other' })).toEqual({ kind: 'repeated' });
  });

  test('old news is told from contradictions, for every state and event', () => {
    const table = states.flatMap((state) =>
      eventKinds.map((kind) => {
        const payment = { ...anyIn(state), taken: [] } as Payment;
        return `${state} + ${kind}: ${receive(payment, anEvent(kind, 'x')).kind}`;
      }),
    );
    expect(table.filter((line) => line.endsWith('impossible'))).toMatchSnapshot();
  });
});

/** A payment in each state, by the shortest way there. */
function anyIn(state: StateName): Payment {
  const ways: Payment[] = [requestedPayment()];
  for (const payment of ways) {
    if (payment.state === state) return payment;
    for (const kind of Object.keys(transitions[payment.state]) as EventKind[]) {
      const received = receive(payment, anEvent(kind, `${ways.length}`, instant(ways.length)));
      if (received.kind === 'advanced' && !ways.some((each) => each.state === received.payment.state)) {
        ways.push(received.payment);
      }
    }
  }
  throw new Error(`no way leads to ${state}`);
}

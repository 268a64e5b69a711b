import type { PaymentsStatus } from '../control/payments-protocol.ts';
import type { TerminalStatus } from '../control/protocol.ts';

type Items = TerminalStatus['attention'];

/** What a person should look at about cards. `unresolved`: the till itself says already that one is without an answer. */
export function paymentsAttention(status: PaymentsStatus, unresolved: boolean): Items {
  return [...windowAttention(status), ...(unresolved ? [] : unknownAttention(status))];
}

function windowAttention({ window, stored, headRoom }: PaymentsStatus): Items {
  const kept = `${stored.count} card payment(s) of ${stored.total} altogether are stored`;
  const nextStep = 'Connect the till to the internet, then run "holdfast payments forward".';
  switch (window) {
    case 'open':
      return [];
    case 'soon':
      return [
        { severity: 'warning', words: `${kept}; they must be forwarded until ${headRoom.windowEndsAt}.`, nextStep },
      ];
    case 'urgent':
      return [
        { severity: 'alarm', words: `${kept}; they must be forwarded until ${headRoom.windowEndsAt}.`, nextStep },
      ];
    case 'over':
      return [
        {
          severity: 'alarm',
          words: `${kept}, longer than the acquirer allows; it need not pay them any more.`,
          nextStep,
        },
      ];
  }
}

function unknownAttention({ unknown }: PaymentsStatus): Items {
  if (unknown === 0) return [];
  return [
    {
      severity: 'warning',
      words: `${unknown} card payment(s) are without an answer.`,
      nextStep: 'If the card terminal is gone for good, look at the acquirer’s page, then "holdfast payments resolve".',
    },
  ];
}

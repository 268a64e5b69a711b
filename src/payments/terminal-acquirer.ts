import type { ForwardStatus, PaymentTerminal } from '../../drivers/payment-terminal/payment-terminal.ts';
import type { Acquirer, ForwardedPayment } from './acquirer.ts';

/**
 * The acquirer of terminals that keep what they took and upload it themselves (Adyen, ZVT, SumUp). What they handed out for the
 * till to forward, and all questions afterwards, go to the acquirer's own interface where there is one; without it a payment's end
 * is told by webhooks and settlement reports.
 */
export function createTerminalAcquirer(name: string, terminal: PaymentTerminal | null, own: Acquirer | null): Acquirer {
  const keptThere = async (payment: ForwardedPayment): Promise<ForwardStatus> => {
    const { paymentId, amount, references } = payment;
    if (terminal === null) return { kind: 'unreachable', reason: 'there is no card terminal' };
    if (terminal.forwarding !== undefined) return terminal.forwarding.forward({ paymentId, amount, references });
    // A terminal that uploads by itself does so as soon as it reaches its bank.
    return terminal.offline?.host() === 'reachable' ? { kind: 'forwarded', psp: null } : { kind: 'not-told' };
  };
  const acquirer: Acquirer = {
    name,
    forward: (payment, blob, signal) =>
      blob === null || own === null ? keptThere(payment) : own.forward(payment, blob, signal),
    lookUp: (payment, signal) => (own === null ? keptThere(payment) : own.lookUp(payment, signal)),
  };
  const outcomesSince = own?.outcomesSince?.bind(own);
  return outcomesSince === undefined ? acquirer : { ...acquirer, outcomesSince };
}

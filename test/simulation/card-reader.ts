import type {
  CardDetails,
  ForwardStatus,
  PaymentOutcome,
  PaymentRequest,
  PaymentTerminal,
} from '../../drivers/payment-terminal/payment-terminal.ts';
import { type Money, zero } from '../../src/money/money.ts';
import type { Chance } from './chance.ts';
import type { SimulatedTime } from './time.ts';

/** What terminal and bank know of one payment. */
export interface CardPayment {
  readonly amount: Money;
  /** `stored`, `chip`: taken without the bank. */
  state: 'asking' | 'approved' | 'stored' | 'chip' | 'declined' | 'cancelled';
  /** What the bank has decided about one that was taken without it; null: it has not heard of it. */
  bank: 'undecided' | 'approved' | 'declined' | null;
  readonly details: CardDetails;
}

/** How the card terminal and its lines are at the moment; shares of the payments. */
export interface CardTrouble {
  /** It can't be asked: neither payments nor what became of them. */
  readonly away: boolean;
  readonly repliesLost: number;
}

export const noCardTrouble: CardTrouble = { away: false, repliesLost: 0 };

/** The card terminal, with a battery of its own, and the bank behind it: the only ones who know what was charged. */
export class CardReader {
  trouble: CardTrouble = noCardTrouble;
  readonly payments = new Map<string, CardPayment>();
  /** Payments that were asked for although they had been asked for before: a card would have been charged twice. */
  askedTwice = 0;
  readonly #time: SimulatedTime;
  readonly #chance: Chance;
  readonly #listeners = new Set<() => void>();
  #bankAway = false;

  constructor(time: SimulatedTime, chance: Chance) {
    this.#time = time;
    this.#chance = chance;
  }

  /** Whether the terminal can't reach the bank. */
  get bankAway(): boolean {
    return this.#bankAway;
  }

  set bankAway(away: boolean) {
    this.#bankAway = away;
    for (const listener of this.#listeners) listener();
  }

  /** Everything that was taken from cards. */
  get taken(): Money {
    let sum: number = zero;
    for (const payment of this.payments.values()) if (isTaken(payment)) sum += payment.amount;
    return sum as Money; // a sum of amounts
  }

  driver(alive: () => boolean): Pick<PaymentTerminal, 'pay' | 'cancel' | 'status' | 'offline' | 'forwarding'> {
    const listeners = this.#listeners;
    return {
      pay: (request, onProgress) => this.#pay(request, (words) => alive() && onProgress(words)),
      cancel: async (paymentId) => {
        const payment = this.payments.get(paymentId);
        if (!this.trouble.away && payment?.state === 'asking') payment.state = 'cancelled';
      },
      status: (paymentId) => this.#status(paymentId),
      offline: {
        obeysRequest: true,
        host: () => (this.#bankAway ? 'unreachable' : 'reachable'),
        onHostChange(listener) {
          const told = (): void => {
            if (alive()) listener();
          };
          listeners.add(told);
          return () => listeners.delete(told);
        },
      },
      forwarding: { forward: ({ paymentId }) => this.#forward(paymentId) },
    };
  }

  async #pay(
    { paymentId, amount, offline }: PaymentRequest,
    onProgress: (words: string) => void,
  ): Promise<PaymentOutcome> {
    if (this.payments.has(paymentId)) this.askedTwice += 1;
    if (this.trouble.away) {
      await this.#time.sleep(2_000);
      return { kind: 'unknown', reason: 'no answer from the card terminal' };
    }
    const payment: CardPayment = { amount, state: 'asking', bank: null, details: this.#details() };
    this.payments.set(paymentId, payment);
    onProgress('Tap card');
    await this.#time.sleep(this.#chance.between(1_500, 9_000));
    if (payment.state === 'asking') payment.state = this.#decide(offline);
    await this.#time.sleep(this.#chance.between(20, 1_200));
    if (this.#chance.happens(this.trouble.repliesLost)) return { kind: 'unknown', reason: 'the reply was lost' };
    return outcomeOf(payment);
  }

  #decide(offline: PaymentRequest['offline']): CardPayment['state'] {
    if (!this.#bankAway) return this.#chance.weighed({ approved: 85, declined: 12, cancelled: 3 });
    return offline === 'forbidden' ? 'declined' : this.#chance.weighed({ stored: 75, chip: 15, declined: 10 });
  }

  async #status(paymentId: string): Promise<PaymentOutcome | { readonly kind: 'not-found' }> {
    await this.#time.sleep(this.#chance.between(50, 1_000));
    if (this.trouble.away) return { kind: 'unknown', reason: 'no answer from the card terminal' };
    const payment = this.payments.get(paymentId);
    return payment === undefined ? { kind: 'not-found' } : outcomeOf(payment);
  }

  /** The terminal uploads what it took; asked again, it tells how it stands. */
  async #forward(paymentId: string): Promise<ForwardStatus> {
    await this.#time.sleep(this.#chance.between(50, 3_000));
    const payment = this.payments.get(paymentId);
    if (this.trouble.away) return { kind: 'unreachable', reason: 'no answer from the card terminal' };
    if (payment === undefined || !isTaken(payment)) return { kind: 'not-found' };
    if (this.#bankAway) return { kind: 'unreachable', reason: 'the bank is out of reach' };
    let { bank } = payment;
    if (bank === null || bank === 'undecided') {
      bank = this.#chance.weighed({ approved: 60, declined: 15, undecided: 25 });
      payment.bank = bank;
    }
    if (this.#chance.happens(this.trouble.repliesLost)) return { kind: 'unreachable', reason: 'the reply was lost' };
    switch (bank) {
      case 'undecided':
        return { kind: 'forwarded', psp: `PSP-${paymentId}` };
      case 'approved':
        return { kind: 'approved', psp: `PSP-${paymentId}`, authorizationCode: payment.details.authorizationCode };
      case 'declined':
        return { kind: 'declined', reason: 'not enough money' };
    }
  }

  #details(): CardDetails {
    return {
      brand: this.#chance.pick(['girocard', 'Visa', 'Mastercard']),
      maskedPan: `541333******${this.#chance.whole(1000, 9999)}`,
      authorizationCode: String(this.#chance.whole(100_000, 999_999)),
      terminalReference: String(this.payments.size + 1),
      entryMode: this.#chance.pick(['contactless', 'chip']),
    };
  }
}

/** Whether a card was charged, or will be unless its bank says no. */
export const isTaken = ({ state }: CardPayment): boolean =>
  state === 'approved' || state === 'stored' || state === 'chip';

function outcomeOf({ state, details }: CardPayment): PaymentOutcome {
  switch (state) {
    case 'approved':
      return { kind: 'approved', card: details };
    case 'stored':
      return { kind: 'stored', card: details };
    case 'chip':
      return { kind: 'approved-offline', card: details };
    case 'declined':
    case 'cancelled':
      return { kind: state, reason: state };
    case 'asking':
      return { kind: 'unknown', reason: 'the card terminal is still asking' };
  }
}

import type {
  CardDetails,
  PaymentOutcome,
  PaymentRequest,
  PaymentTerminal,
} from '../../drivers/payment-terminal/payment-terminal.ts';
import { type Money, zero } from '../../src/money/money.ts';
import type { Chance } from './chance.ts';
import type { SimulatedTime } from './time.ts';

/** What the acquirer knows of one payment. */
export interface CardPayment {
  readonly amount: Money;
  state: 'asking' | 'approved' | 'declined' | 'cancelled';
  readonly details: CardDetails;
}

/** How the card terminal and its line are at the moment; shares of the payments. */
export interface CardTrouble {
  /** It can't be asked: neither payments nor what became of them. */
  readonly away: boolean;
  readonly repliesLost: number;
}

export const noCardTrouble: CardTrouble = { away: false, repliesLost: 0 };

/** The card terminal, with a battery of its own, and the acquirer behind it: the only ones who know what was charged. */
export class CardReader {
  trouble: CardTrouble = noCardTrouble;
  readonly payments = new Map<string, CardPayment>();
  /** Payments that were asked for although they had been asked for before: a card would have been charged twice. */
  askedTwice = 0;
  readonly #time: SimulatedTime;
  readonly #chance: Chance;

  constructor(time: SimulatedTime, chance: Chance) {
    this.#time = time;
    this.#chance = chance;
  }

  /** Everything that was taken from cards. */
  get taken(): Money {
    let sum: number = zero;
    for (const { state, amount } of this.payments.values()) if (state === 'approved') sum += amount;
    return sum as Money; // a sum of amounts
  }

  driver(alive: () => boolean): Pick<PaymentTerminal, 'pay' | 'cancel' | 'status'> {
    return {
      pay: (request, onProgress) => this.#pay(request, (words) => alive() && onProgress(words)),
      cancel: async (paymentId) => {
        const payment = this.payments.get(paymentId);
        if (!this.trouble.away && payment?.state === 'asking') payment.state = 'cancelled';
      },
      status: (paymentId) => this.#status(paymentId),
    };
  }

  async #pay({ paymentId, amount }: PaymentRequest, onProgress: (words: string) => void): Promise<PaymentOutcome> {
    if (this.payments.has(paymentId)) this.askedTwice += 1;
    if (this.trouble.away) {
      await this.#time.sleep(2_000);
      return { kind: 'unknown', reason: 'no answer from the card terminal' };
    }
    const payment: CardPayment = { amount, state: 'asking', details: this.#details() };
    this.payments.set(paymentId, payment);
    onProgress('Tap card');
    await this.#time.sleep(this.#chance.between(1_500, 9_000));
    if (payment.state === 'asking') {
      payment.state = this.#chance.weighed({ approved: 85, declined: 12, cancelled: 3 });
    }
    await this.#time.sleep(this.#chance.between(20, 1_200));
    if (this.#chance.happens(this.trouble.repliesLost)) return { kind: 'unknown', reason: 'the reply was lost' };
    return outcomeOf(payment);
  }

  async #status(paymentId: string): Promise<PaymentOutcome | { readonly kind: 'not-found' }> {
    await this.#time.sleep(this.#chance.between(50, 1_000));
    if (this.trouble.away) return { kind: 'unknown', reason: 'no answer from the card terminal' };
    const payment = this.payments.get(paymentId);
    return payment === undefined ? { kind: 'not-found' } : outcomeOf(payment);
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

function outcomeOf({ state, details }: CardPayment): PaymentOutcome {
  switch (state) {
    case 'approved':
      return { kind: 'approved', card: details };
    case 'declined':
    case 'cancelled':
      return { kind: state, reason: state };
    case 'asking':
      return { kind: 'unknown', reason: 'the card terminal is still asking' };
  }
}

import { HoldfastError } from '../../../src/platform/errors.ts';
import * as commands from './commands.ts';
import { currencyNumber } from './currencies.ts';
import { registrationNeeds } from './messages.ts';
import type { ZvtSession } from './session.ts';
import type { StatusInformation } from './status-information.ts';
import { refusalOf, terminalTrouble } from './words.ts';

export interface Registration {
  /** The terminal's cashier password, six digits. */
  readonly password: commands.Password;
  /** ISO 4217 code. */
  readonly currency: string;
  readonly printing: commands.Printing;
  /** Width of the till's paper, when the till prints. */
  readonly columns: number;
}

const neededStep = { initialisation: 0x51, diagnosis: 0xc2, activation: 0xe4 } as const;

/**
 * Tells the terminal that a till is there (PA00P015, 06 00). Resolves with what it still needs before it takes cards, in words; null:
 * nothing. Throws `zvt.not-registered`.
 */
export async function register(session: ZvtSession, till: Registration): Promise<string | null> {
  const { password, currency, printing, columns } = till;
  const number = currencyNumber(currency) ?? 0;
  const end = await session.run(commands.registration(password, number, printing, columns));
  if (end.kind !== 'completed') {
    // It may still wait for a card that nobody hands goods over for any more.
    if (end.kind === 'refused') await session.tell(commands.abort());
    const words = end.kind === 'lost' ? end.reason : refusalOf(end.code).words;
    throw new HoldfastError('zvt.not-registered', words, {
      remedy: 'retry',
      hint: 'Is it on, set to ZVT, and is devices.paymentTerminal.password its cashier password?',
    });
  }
  const needs = registrationNeeds(end.data);
  return needs === 'nothing' ? null : terminalTrouble(neededStep[needs]);
}

/** What the terminal booked last, by its receipt (PA00P015, 06 20); null: it has none, or does not say. */
export async function lastTransaction(
  session: ZvtSession,
  password: commands.Password,
): Promise<StatusInformation | null> {
  let last: StatusInformation | null = null;
  const end = await session.run(commands.repeatReceipt(password), {
    report: async (information) => {
      last = information;
      return null;
    },
  });
  return end.kind === 'completed' ? last : null;
}

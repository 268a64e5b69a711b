import type { RegisterFacts } from './facts.ts';
import type { PersonInput } from './input.ts';
import type { OpenSale } from './open-sale.ts';
import { isEmail } from './receipt-mail.ts';
import type { MailingMode, RegisterState } from './state.ts';
import type { Step } from './step-tools.ts';
import { atRest, go, refuse, tell } from './step-tools.ts';
import { edited, nothingTyped } from './typing.ts';

/** The last sale's receipt by e-mail: the address is asked for; its customer's own stands there already. */
export function beginMailing(state: RegisterState, sale: OpenSale | null, facts: RegisterFacts): Step {
  const rest = atRest(state, sale);
  if (!facts.settings.mailReceipts) return tell(state, { key: 'no-mail-receipts' }, rest);
  const last = facts.lastSale();
  if (last === null) return tell(state, { key: 'no-receipt' }, rest);
  const text = { ...nothingTyped(true), text: last.email ?? '' };
  return go(state, { kind: 'mailing', sale, receiptNumber: last.receiptNumber, text });
}

export function stepMailing(state: RegisterState, mode: MailingMode, input: PersonInput): Step {
  const text = edited(mode.text, input);
  if (text !== null) return go(state, { ...mode, text });
  switch (input.kind) {
    case 'back':
      return go(state, atRest(state, mode.sale));
    case 'scan':
      return answer(state, mode, input.code);
    case 'confirm':
      return answer(state, mode, mode.text.text);
    default:
      return refuse(state);
  }
}

function answer(state: RegisterState, { receiptNumber, sale }: MailingMode, text: string): Step {
  const to = text.trim().toLowerCase();
  if (!isEmail(to)) return tell(state, { key: 'bad-email' });
  const afterwards = atRest(state, sale);
  return go(state, { kind: 'recording', afterwards }, { kind: 'mail-receipt', receiptNumber, to });
}

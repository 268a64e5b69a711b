import type { CustomerKey } from '../platform/ids.ts';
import type { RegisterFacts } from './facts.ts';
import type { PersonInput } from './input.ts';
import type { OpenSale } from './open-sale.ts';
import { setCustomer } from './particulars.ts';
import { isEmail } from './receipt-mail.ts';
import type { CustomerDraft, NewCustomerMode, RegisterState } from './state.ts';
import type { Step } from './step-tools.ts';
import { atRest, go, refuse, tell } from './step-tools.ts';
import { edited, nothingTyped } from './typing.ts';

/** What is asked of a new customer, in this order; only the telephone may be left out. */
const questions = ['email', 'firstname', 'lastname', 'phone'] as const;
type Question = (typeof questions)[number];

const nothingKnown: CustomerDraft = { email: '', firstname: '', lastname: '', phone: '' };

/** A customer whom nobody knows yet; what was looked for is not asked again. */
export function beginNewCustomer(state: RegisterState, sale: OpenSale | null, looked: string): Step {
  return ask(state, sale, { ...nothingKnown, ...meantBy(looked) }, 'email');
}

function meantBy(text: string): Partial<CustomerDraft> {
  if (isEmail(text)) return { email: text.toLowerCase() };
  if (text.includes('@')) return {};
  if (/^\+?[\d ]{5,}$/.test(text)) return { phone: text };
  return /\d/.test(text) ? {} : { lastname: asName(text) };
}

/** Asks the first question from `from` on that has no answer. */
function ask(state: RegisterState, sale: OpenSale | null, draft: CustomerDraft, from: Question): Step {
  const left = questions.slice(questions.indexOf(from)).find((question) => draft[question] === '');
  const question = left ?? 'phone';
  const text = { ...nothingTyped(question !== 'phone'), text: draft[question] };
  return go(state, { kind: 'new-customer', sale, draft, question, text });
}

export function stepNewCustomer(
  state: RegisterState,
  mode: NewCustomerMode,
  input: PersonInput,
  facts: RegisterFacts,
): Step {
  const text = edited(mode.text, input);
  if (text !== null) return go(state, { ...mode, text });
  switch (input.kind) {
    case 'back':
      return go(state, atRest(state, mode.sale));
    case 'scan':
      return answer(state, mode, input.code.trim(), facts);
    case 'confirm':
      return answer(state, mode, mode.text.text.trim(), facts);
    default:
      return refuse(state);
  }
}

function answer(state: RegisterState, mode: NewCustomerMode, text: string, facts: RegisterFacts): Step {
  const { question, sale } = mode;
  switch (question) {
    case 'email': {
      const email = text.toLowerCase();
      if (!isEmail(email)) return tell(state, { key: 'bad-email' });
      // Magento tells customers apart by it: whoever has it is who it is.
      const known = facts.findCustomers(email).find((customer) => customer.email.toLowerCase() === email);
      if (known) return setCustomer({ ...state, mode: atRest(state, sale) }, sale, known, facts);
      return ask(state, sale, { ...mode.draft, email }, 'firstname');
    }
    case 'firstname':
    case 'lastname': {
      if (text === '') return refuse(state);
      const draft = { ...mode.draft, [question]: asName(text) };
      return ask(state, sale, draft, question === 'firstname' ? 'lastname' : 'phone');
    }
    case 'phone': {
      const draft = { ...mode.draft, phone: text };
      return go(
        state,
        { kind: 'recording', afterwards: atRest(state, sale) },
        { kind: 'save-customer', customerKey: facts.freshId as CustomerKey, draft },
      );
    }
  }
}

/** The keypad writes in capitals; names are written otherwise. */
function asName(text: string): string {
  return text === text.toUpperCase()
    ? text
        .toLowerCase()
        .replace(/(^|[\s-])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase())
    : text;
}

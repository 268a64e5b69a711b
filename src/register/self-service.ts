import type { RegisterFacts } from './facts.ts';
import type { PersonInput } from './input.ts';
import { canBeGivenUp } from './kiosk-face.ts';
import { setCustomer } from './particulars.ts';
import type { RegisterState } from './state.ts';
import type { Step } from './step-tools.ts';
import { atRest, go, refuse, tell } from './step-tools.ts';

/** What only a kiosk does to the register, by itself or for a customer who has no menus. */
export type SelfServiceInput = Extract<PersonInput, { kind: 'abandon-sale' | 'identify-customer' }>;

export const isSelfService = (input: PersonInput): input is SelfServiceInput =>
  input.kind === 'abandon-sale' || input.kind === 'identify-customer';

export function stepSelfService(state: RegisterState, input: SelfServiceInput, facts: RegisterFacts): Step {
  const { mode } = state;
  if (input.kind === 'abandon-sale') return canBeGivenUp(state) ? go(state, atRest(state, null)) : refuse(state);
  if (mode.kind !== 'selling' && mode.kind !== 'paying') return refuse(state);
  if (mode.kind === 'paying' && mode.tenders.length > 0) return tell(state, { key: 'finish-payment' });
  // A customer must be meant for certain: by the whole number or address, or as the only one.
  const wanted = input.text.trim().toLowerCase();
  const found = facts.findCustomers(input.text);
  const exact = found.filter(({ id, email }) => email.toLowerCase() === wanted || String(id) === wanted);
  const [customer, ...others] = exact.length > 0 ? exact : found;
  if (customer === undefined || others.length > 0) return tell(state, { key: 'nothing-found', text: input.text });
  return setCustomer(state, mode.sale, customer, facts);
}

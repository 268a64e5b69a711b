import type { ReceiptNumber } from '../platform/ids.ts';
import type { RegisterFacts } from './facts.ts';
import type { PersonInput } from './input.ts';
import {
  canBeGivenUp,
  type HelpReason,
  isTelling,
  type KioskFace,
  type KioskKey,
  type KioskMessage,
  type KioskSettings,
  needsAgeCheck,
  whyStaff,
} from './kiosk-face.ts';
import type { SaleItem } from './open-sale.ts';
import { isEmail } from './receipt-mail.ts';
import { type RegisterState, saleInHand } from './state.ts';
import { edited, nothingTyped } from './typing.ts';

/** What happens at a kiosk. Keys come from {@link KioskFace.who}'s own keypad; staff's go to the register as at a stall. */
export type KioskEvent =
  | { readonly kind: 'key'; readonly key: KioskKey }
  /** A key while an address is typed, as it writes. */
  | { readonly kind: 'spell'; readonly input: PersonInput }
  | { readonly kind: 'scan'; readonly code: string }
  | { readonly kind: 'misread' }
  /** The register has moved on by itself or was moved. */
  | { readonly kind: 'settled' }
  /** Nobody has done anything for as long as `patience` says. */
  | { readonly kind: 'time-up' }
  /** Leave that was asked for: who gave it, or null. */
  | { readonly kind: 'leave'; readonly by: string | null };

export type KioskEffect =
  | { readonly kind: 'call-help'; readonly reason: HelpReason }
  | { readonly kind: 'end-help' }
  /** Ask for a PIN or a badge. Answer: `leave`. */
  | { readonly kind: 'ask-leave'; readonly approvalId: string }
  | { readonly kind: 'print'; readonly receiptNumber: ReceiptNumber }
  /** Make the wish for it by e-mail durable; where that fails, print it. */
  | { readonly kind: 'mail'; readonly receiptNumber: ReceiptNumber; readonly to: string }
  | { readonly kind: 'no-receipt'; readonly receiptNumber: ReceiptNumber }
  | { readonly kind: 'beep' };

export interface KioskFacts {
  /** As the register's. */
  readonly freshId: string;
  readonly goods: RegisterFacts['goods'];
  readonly badge: RegisterFacts['badge'];
  readonly findCustomers: RegisterFacts['findCustomers'];
  readonly lastSale: RegisterFacts['lastSale'];
  /** Whether a person must see the customer before it is sold. */
  readonly restricted: (item: SaleItem) => boolean;
  /** Whether anybody is known who could give leave. */
  readonly staffKnown: boolean;
  readonly settings: KioskSettings;
}

/** What one event made of the kiosk; the inputs go to the register, one after the other. */
export interface KioskStep {
  readonly face: KioskFace;
  readonly inputs: readonly PersonInput[];
  readonly effects: readonly KioskEffect[];
}

/**
 * The kiosk: it stands between a customer and the register, so that four keys and a scanner are enough, nobody can do what only
 * staff may, and a sale for which money has moved is never given up. Pure and total, as the register is.
 */
export function stepKiosk(face: KioskFace, register: RegisterState, event: KioskEvent, facts: KioskFacts): KioskStep {
  switch (event.kind) {
    case 'key':
      return pressed(fresh(face), register, event.key, facts);
    case 'spell':
      return spelt(fresh(face), event.input);
    case 'scan':
      return scanned(fresh(face), register, event.code, facts);
    case 'misread':
      return stay(fresh(face), [{ kind: 'scan-misread' }]);
    case 'settled':
      return settled(face, register, facts);
    case 'time-up':
      return timeUp(face, register);
    case 'leave':
      return leaveAnswered(face, register, event.by);
  }
}

const stay = (
  face: KioskFace,
  inputs: readonly PersonInput[] = [],
  effects: readonly KioskEffect[] = [],
): KioskStep => ({ face, inputs, effects });

/** Somebody is there: what was told or asked by itself is answered by that. */
const fresh = (face: KioskFace): KioskFace => ({ ...face, message: null });

const tell = (face: KioskFace, message: KioskMessage): KioskStep =>
  stay({ ...face, message }, [], message === 'helpComing' ? [] : [{ kind: 'beep' }]);

function call(face: KioskFace, reason: HelpReason, message: KioskMessage | null): KioskStep {
  const effects: readonly KioskEffect[] = face.help === reason ? [] : [{ kind: 'call-help', reason }];
  return stay({ ...face, help: reason, message }, [], effects);
}

function pressed(face: KioskFace, register: RegisterState, key: KioskKey, facts: KioskFacts): KioskStep {
  if (key === 'other') return stay(face, [], [{ kind: 'beep' }]);
  if (key === 'language' && face.question === 'receipt' && mayMail(facts)) return mailWanted(face, facts);
  if (key === 'language')
    return stay({ ...face, language: (face.language + 1) % Math.max(1, facts.settings.languages) });
  if (key === 'help') return helpPressed(face, facts);
  if (face.question === 'still-there') {
    const here: KioskFace = { ...face, question: null };
    return key === 'yes' ? stay(here) : giveUp(here, register);
  }
  if (face.question === 'receipt') return receiptAnswered(face, key === 'yes');
  return key === 'yes' ? yes(face, register, facts) : no(face, register);
}

/** Once calls somebody; once more is for who came: it asks for a PIN or a badge. */
function helpPressed(face: KioskFace, facts: KioskFacts): KioskStep {
  if (face.help === null) return call(face, 'asked', 'helpComing');
  if (!facts.staffKnown) return tell(face, 'staffOnly');
  const approvalId = facts.freshId;
  return stay({ ...face, leave: approvalId }, [], [{ kind: 'ask-leave', approvalId }]);
}

function yes(face: KioskFace, register: RegisterState, facts: KioskFacts): KioskStep {
  const { mode } = register;
  switch (mode.kind) {
    case 'selling':
      if (mode.completed !== null) return stay({ ...face, language: 0, mailTo: null }, [{ kind: 'erase' }]);
      if (face.toWeigh) return stay(face);
      if (mode.sale === null || mode.sale.lines.length === 0) return tell(face, 'scanFirst');
      if (needsAgeCheck(register, face, facts.restricted)) return call(face, 'age', 'ageCheck');
      return stay(face, [{ kind: 'pay' }, { kind: 'pay-card' }]);
    case 'paying':
      return stay(face, [{ kind: 'pay-card' }]);
    case 'card-unknown':
      return stay(face, [{ kind: 'ask-again' }]);
    case 'unsaved':
      return stay(face, [{ kind: 'try-again' }]);
    case 'card':
    case 'saving':
    case 'recording':
      return stay(face);
    case 'closed':
    case 'signing-in':
      return stay(face, [], [{ kind: 'beep' }]);
    default:
      return call(face, 'goods', 'helpComing');
  }
}

function no(face: KioskFace, register: RegisterState): KioskStep {
  const { mode } = register;
  switch (mode.kind) {
    case 'selling':
      if (mode.completed !== null) return stay({ ...face, language: 0, mailTo: null }, [{ kind: 'erase' }]);
      if (face.toWeigh) return stay({ ...face, toWeigh: false });
      if (mode.sale === null || mode.sale.lines.length === 0) return giveUp(face, register);
      return face.undone ? tell(face, 'onlyLast') : stay({ ...face, undone: true }, [{ kind: 'take-back' }]);
    case 'paying':
      return mode.tenders.length === 0 ? stay(face, [{ kind: 'back' }]) : call(face, 'payment', 'helpComing');
    case 'card':
      return stay(face, [{ kind: 'cancel-card' }]);
    case 'card-unknown':
    case 'unsaved':
    case 'saving':
    case 'recording':
      return stay(face);
    case 'closed':
    case 'signing-in':
      return stay(face, [], [{ kind: 'beep' }]);
    default:
      // A list or a question that only staff can answer: the article is left out.
      return stay(face, [{ kind: 'back' }]);
  }
}

function scanned(face: KioskFace, register: RegisterState, code: string, facts: KioskFacts): KioskStep {
  if (register.approval !== null) return stay(face, [{ kind: 'scan', code }]);
  if (facts.badge(code) !== null) {
    const came = staffCame(face, register);
    // It also says who sells from now on, where the till waits for that.
    return register.mode.kind === 'signing-in' ? { ...came, inputs: [{ kind: 'scan', code }] } : came;
  }
  const here: KioskFace = { ...face, question: face.question === 'still-there' ? null : face.question };
  if (asksForReceipt(here) && mayMail(facts)) {
    const to = addressOf(code, facts);
    if (to !== null) return mailed(here, to);
  }
  const { mode } = register;
  if (mode.kind === 'selling' || (mode.kind === 'paying' && mode.tenders.length === 0)) {
    const next: KioskFace = {
      ...here,
      question: null,
      undone: false,
      mailTo: asksForReceipt(here) ? null : here.mailTo,
    };
    const before = unanswered(here);
    const ended: readonly PersonInput[] = mode.kind === 'selling' && mode.completed !== null ? [{ kind: 'erase' }] : [];
    if (mayMail(facts) && isStrangersAddress(code, facts)) {
      return stay({ ...next, mailTo: written(code), message: 'addressNoted' }, ended, before);
    }
    if (isWeighed(code, facts)) {
      return stay({ ...next, toWeigh: true }, ended, before);
    }
    const inputs: readonly PersonInput[] = isCustomerCode(code, facts)
      ? [{ kind: 'identify-customer', text: code }]
      : [{ kind: 'scan', code }];
    return stay(next, inputs, before);
  }
  if (mode.kind === 'closed' || mode.kind === 'signing-in') return stay(here, [], [{ kind: 'beep' }]);
  return tell(here, whyStaff(register, face) === null ? 'pleaseFinish' : 'helpComing');
}

/** A customer's card or e-mail: nothing that is sold has that code. */
function isCustomerCode(code: string, { goods, findCustomers }: KioskFacts): boolean {
  return goods.scanned(code).kind === 'unknown' && (code.includes('@') || findCustomers(code).length === 1);
}

/** Sold by weight, with nothing in the code that says how much. */
function isWeighed(code: string, { goods }: KioskFacts): boolean {
  const found = goods.scanned(code);
  return (
    found.kind === 'item' &&
    found.item.decimalQuantity &&
    found.quantity === undefined &&
    found.labelPrice === undefined
  );
}

/** With a badge at hand: the age is seen, or the keypad is opened. */
function staffCame(face: KioskFace, register: RegisterState): KioskStep {
  const ended: readonly KioskEffect[] = face.help === null ? [] : [{ kind: 'end-help' }];
  const calm: KioskFace = { ...face, help: null, question: null, message: null, leave: null, toWeigh: false };
  if (face.help === 'age') {
    const saleId = saleInHand(register.mode)?.saleId ?? null;
    return stay({ ...calm, checkedSale: saleId, message: 'ageChecked' }, [], ended);
  }
  const next = face.who === 'staff' ? toCustomers(calm, register) : { ...calm, who: 'staff' as const };
  return stay(next, [], [...unanswered(face), ...ended]);
}

/** Whoever stands there now has the sale in hand, or nothing. */
const toCustomers = (face: KioskFace, { mode }: RegisterState): KioskFace => ({
  ...face,
  who: 'customer',
  message: null,
  mailTo: saleInHand(mode) === null ? null : face.mailTo,
});

function leaveAnswered(face: KioskFace, register: RegisterState, by: string | null): KioskStep {
  if (by === null) return stay({ ...face, leave: null });
  return staffCame({ ...face, who: 'customer' }, register);
}

const asksForReceipt = ({ question }: KioskFace): boolean => question === 'receipt' || question === 'address';

/** A receipt that was offered and not answered is not printed. */
function unanswered(face: KioskFace): readonly KioskEffect[] {
  if (!asksForReceipt(face) || face.askedAbout === null) return [];
  return [{ kind: 'no-receipt', receiptNumber: face.askedAbout }];
}

function receiptAnswered(face: KioskFace, wanted: boolean): KioskStep {
  const { askedAbout } = face;
  const done: KioskFace = { ...face, question: null, mailTo: null };
  if (askedAbout === null) return stay(done);
  return stay(done, [], [{ kind: wanted ? 'print' : 'no-receipt', receiptNumber: askedAbout }]);
}

const mayMail = ({ settings }: KioskFacts): boolean => settings.mail && settings.receipt === 'ask';

const written = (code: string): string => code.trim().toLowerCase();

/** Where the code says that a receipt goes: an address, or the card of one customer who has one. */
function addressOf(code: string, { goods, findCustomers }: KioskFacts): string | null {
  if (isEmail(written(code))) return written(code);
  if (goods.scanned(code).kind !== 'unknown') return null;
  const [customer, ...others] = findCustomers(code);
  return (others.length === 0 && customer?.email) || null;
}

/** An address that no customer has: that of a guest, who may want the receipt sent there. */
const isStrangersAddress = (code: string, { findCustomers }: KioskFacts): boolean =>
  isEmail(written(code)) && findCustomers(written(code)).length === 0;

/** By e-mail: to the address that was scanned, or the customer's own; else it is asked for. */
function mailWanted(face: KioskFace, { lastSale }: KioskFacts): KioskStep {
  const last = lastSale();
  const own = last !== null && last.receiptNumber === face.askedAbout ? last.email : null;
  const to = face.mailTo ?? own;
  return to === null ? stay({ ...face, question: 'address', address: nothingTyped(true) }) : mailed(face, to);
}

function spelt(face: KioskFace, input: PersonInput): KioskStep {
  const address = edited(face.address, input);
  if (address !== null) return stay({ ...face, address });
  if (input.kind !== 'confirm') return stay({ ...face, question: 'receipt' });
  const to = written(face.address.text);
  return isEmail(to) ? mailed(face, to) : tell(face, 'badAddress');
}

function mailed(face: KioskFace, to: string): KioskStep {
  const { askedAbout } = face;
  const done: KioskFace = { ...face, question: null, mailTo: null };
  if (askedAbout === null) return stay(done);
  return stay({ ...done, message: 'mailComing' }, [], [{ kind: 'mail', receiptNumber: askedAbout, to }]);
}

/** The register has moved: somebody may be wanted, or no longer; a sale may be complete. */
function settled(face: KioskFace, register: RegisterState, facts: KioskFacts): KioskStep {
  const { mode } = register;
  if (mode.kind === 'selling' && mode.completed !== null && mode.completed.receiptNumber !== face.askedAbout) {
    const { receiptNumber } = mode.completed;
    const next: KioskFace = { ...face, who: 'customer', message: null, undone: false, askedAbout: receiptNumber };
    const calm: readonly KioskEffect[] = face.help === 'payment' ? [{ kind: 'end-help' }] : [];
    const help = face.help === 'payment' ? null : face.help;
    switch (facts.settings.receipt) {
      case 'ask':
        return stay({ ...next, help, question: 'receipt' }, [], calm);
      case 'never':
        return stay({ ...next, help }, [], [...calm, { kind: 'no-receipt', receiptNumber }]);
      case 'always':
        return stay({ ...next, help }, [], calm);
    }
  }
  if (face.who === 'staff') return stay(face);
  // What staff began to type is nothing that a customer could see or take back.
  if (mode.kind === 'selling' && (mode.typed !== '' || mode.multiplier !== null)) {
    return stay(face, [{ kind: 'erase' }, { kind: 'erase' }]);
  }
  const why = whyStaff(register, face);
  if (why !== null) return face.help === why ? stay(face) : call(face, why, null);
  // What somebody was called for by itself is over by itself.
  if (face.help === 'goods' || face.help === 'payment' || face.help === 'leave') {
    return stay({ ...face, help: null }, [], [{ kind: 'end-help' }]);
  }
  if (face.help === 'age' && !needsAgeCheck(register, face, facts.restricted)) {
    return stay({ ...face, help: null }, [], [{ kind: 'end-help' }]);
  }
  if (face.help === null && needsAgeCheck(register, face, facts.restricted)) return call(face, 'age', 'ageCheck');
  return stay(face);
}

function timeUp(face: KioskFace, register: RegisterState): KioskStep {
  const { mode } = register;
  if (register.approval !== null) return stay({ ...face, leave: null }, [{ kind: 'back' }]);
  if (face.who === 'staff') return stay(toCustomers(face, register));
  if (asksForReceipt(face)) return receiptAnswered(face, false);
  if (face.question === 'still-there') return giveUp({ ...face, question: null }, register);
  if (mode.kind === 'selling' && mode.completed !== null) {
    return stay({ ...face, language: 0, message: null, mailTo: null }, [{ kind: 'erase' }]);
  }
  const atRest = mode.kind === 'selling' || mode.kind === 'paying' || mode.kind === 'closed';
  if (atRest && isTelling(face, register)) return stay({ ...face, message: null }, [{ kind: 'erase' }]);
  const sale = saleInHand(mode);
  if (sale === null || (sale.lines.length === 0 && canBeGivenUp(register))) return giveUp(face, register);
  if (canBeGivenUp(register)) return stay({ ...face, question: 'still-there', message: null }, [], [{ kind: 'beep' }]);
  // Money has moved: this sale is somebody's, and staff must see whose.
  return call(face, 'payment', 'helpComing');
}

/** Nobody is there any more: the goods stay here, and the next customer begins anew. */
function giveUp(face: KioskFace, register: RegisterState): KioskStep {
  const rest: KioskFace = {
    ...face,
    language: 0,
    question: null,
    message: null,
    toWeigh: false,
    undone: false,
    mailTo: null,
  };
  const inHand = saleInHand(register.mode) !== null;
  return stay(rest, inHand && canBeGivenUp(register) ? [{ kind: 'abandon-sale' }] : []);
}

import { unreachable } from '../platform/brand.ts';
import { askFromOutside, giveUpAsking, staffChecked, stepApproval, stepSigningIn } from './approval.ts';
import { stepAskingPrice, stepSerialNumber } from './asking.ts';
import { cardAnswered, cardRefused, paymentFound, stepCard, stepCardUnknown } from './card.ts';
import { stepCounting } from './counting.ts';
import { stepDiscount, stepNewPrice } from './discount-questions.ts';
import type { RegisterFacts } from './facts.ts';
import { withHeld } from './held.ts';
import type { PersonInput, RegisterInput, WorldInput } from './input.ts';
import { stepMailing } from './mailing.ts';
import { stepAmount, stepLine, stepList, stepText, stepVoid } from './menus.ts';
import { stepNewCustomer } from './new-customers.ts';
import { stepReference, stepTenders } from './other-tenders.ts';
import { setCustomer } from './particulars.ts';
import { stepPaying } from './paying.ts';
import { stepRefunding } from './refunding.ts';
import { stepRestock, stepReturning, stepReturnQuantity } from './returning.ts';
import { saleNotSaved, saleSaved, saveAgainByItself, stepUnsaved } from './saving.ts';
import { isSelfService, stepSelfService } from './self-service.ts';
import { stepSelling } from './selling.ts';
import { serviceAnswered, stepServiceInfo, stepShutDown } from './service.ts';
import { closeShift, moveCash, openShift, stepClosed } from './shift.ts';
import type { Mode, RegisterState } from './state.ts';
import { saleInHand, settling } from './state.ts';
import type { Step } from './step-tools.ts';
import { atRest, go, lookAfterCard, tell } from './step-tools.ts';
import { voiceAsked } from './voice-referral.ts';
import { notWeighed, stepWeighing, weighed } from './weighing.ts';

/**
 * The register: one input and the facts of the moment give the next state and what is to be done. Pure and total: every
 * input has an answer in every state, and a refused one leaves the sale as it was.
 */
export function step(state: RegisterState, input: RegisterInput, facts: RegisterFacts): Step {
  return isFromWorld(input) ? stepWorld(state, input, facts) : stepPerson({ ...state, notice: null }, input, facts);
}

const worldKinds: Readonly<Record<WorldInput['kind'], true>> = {
  'card-progress': true,
  'voice-asked': true,
  'card-answered': true,
  'card-not-asked': true,
  'card-refused': true,
  'look-after-card': true,
  'held-found': true,
  'payment-found': true,
  weighed: true,
  'not-weighed': true,
  'sale-saved': true,
  'sale-not-saved': true,
  'receipt-done': true,
  'receipt-not-printed': true,
  'reprint-begun': true,
  'no-receipt': true,
  'drawer-not-opened': true,
  'customer-saved': true,
  'mail-wished': true,
  'exchange-broken': true,
  'staff-checked': true,
  'service-answered': true,
  'shift-opened': true,
  'shift-closed': true,
  'cash-moved': true,
  'not-recorded': true,
};

function isFromWorld(input: RegisterInput): input is WorldInput {
  return Object.hasOwn(worldKinds, input.kind);
}

function stepPerson(state: RegisterState, input: PersonInput, facts: RegisterFacts): Step {
  const { mode } = state;
  if (input.kind === 'scan-misread') return tell(state, { key: 'misread' });
  if (input.kind === 'ask-approval') return askFromOutside(state, input, facts);
  if (state.approval !== null) {
    if (isShiftCommand(input)) return tell(state, { key: 'busy' });
    if (input.kind !== 'cancel-card') return stepApproval(state, state.approval, input, facts);
    // The till is stopping: nobody is asked any more.
    const given = giveUpAsking(state, state.approval);
    const then = stepPerson(given.state, input, facts);
    return { ...then, effects: [...given.effects, ...then.effects] };
  }
  if (isShiftCommand(input)) return stepShiftCommand(state, mode, input);
  if (isSelfService(input)) return stepSelfService(state, input, facts);
  switch (mode.kind) {
    case 'closed':
      return stepClosed(state, mode, input);
    case 'selling':
      return stepSelling(state, mode, input, facts);
    case 'menu':
    case 'choosing':
      return stepList(state, mode, input, facts);
    case 'line':
      return stepLine(state, mode, input, facts);
    case 'weighing':
      return stepWeighing(state, mode, input, facts);
    case 'asking-text':
      return stepText(state, mode, input, facts);
    case 'asking-amount':
      return stepAmount(state, mode, input, facts);
    case 'confirming-void':
      return stepVoid(state, mode, input, facts);
    case 'refunding':
      return stepRefunding(state, mode, input, facts);
    case 'returning':
      return stepReturning(state, mode, input, facts);
    case 'return-quantity':
      return stepReturnQuantity(state, mode, input);
    case 'restock':
      return stepRestock(state, mode, input, facts);
    case 'new-customer':
      return stepNewCustomer(state, mode, input, facts);
    case 'mailing':
      return stepMailing(state, mode, input);
    case 'signing-in':
      return stepSigningIn(state, mode, input, facts);
    case 'asking-price':
      return stepAskingPrice(state, mode, input, facts);
    case 'serial-number':
      return stepSerialNumber(state, mode, input, facts);
    case 'discount':
      return stepDiscount(state, mode, input, facts);
    case 'new-price':
      return stepNewPrice(state, mode, input, facts);
    case 'counting':
      return stepCounting(state, mode, input, facts);
    case 'choosing-tender':
      return stepTenders(state, mode, input, facts);
    case 'tender-reference':
      return stepReference(state, mode, input, facts);
    case 'service-info':
      return stepServiceInfo(state, mode, input);
    case 'confirming-shut-down':
      return stepShutDown(state, mode, input);
    case 'paying':
      return stepPaying(state, mode, input, facts);
    case 'card':
      return stepCard(state, mode, input);
    case 'card-unknown':
      return stepCardUnknown(state, mode, input);
    case 'unsaved':
      return stepUnsaved(state, mode, input, facts);
    case 'saving':
    case 'recording':
      return tell(state, { key: 'busy' });
  }
}

type ShiftCommand = Extract<PersonInput, { kind: 'open-shift' | 'close-shift' | 'move-cash' }>;

const isShiftCommand = (input: PersonInput): input is ShiftCommand =>
  input.kind === 'open-shift' || input.kind === 'close-shift' || input.kind === 'move-cash';

/** A command from outside the keypad: taken only where no question or payment is open. */
function stepShiftCommand(state: RegisterState, mode: Mode, input: ShiftCommand): Step {
  if (mode.kind !== 'closed' && mode.kind !== 'selling' && mode.kind !== 'signing-in') {
    return tell(state, { key: 'busy' });
  }
  switch (input.kind) {
    case 'open-shift':
      return openShift(state, input.float, input.cashier);
    case 'close-shift':
      return closeShift(state, input.counted);
    case 'move-cash':
      return moveCash(state, input.direction, input.amount, input.reason);
    default:
      return unreachable(input);
  }
}

function stepWorld(state: RegisterState, input: WorldInput, facts: RegisterFacts): Step {
  const { mode } = state;
  switch (input.kind) {
    case 'card-progress':
      if (mode.kind !== 'card' || mode.payment.paymentId !== input.paymentId) return go(state, mode);
      return go(state, { ...mode, words: input.words });
    case 'voice-asked':
      return voiceAsked(state, input);
    case 'card-answered':
      return cardAnswered(state, input.paymentId, input.answer);
    case 'card-not-asked':
      if (mode.kind !== 'card' || mode.payment.paymentId !== input.paymentId) return go(state, mode);
      return tell(state, { key: 'card-unavailable', code: input.code }, settling(mode.sale, mode.tenders));
    case 'card-refused':
      if (mode.kind !== 'card' || mode.payment.paymentId !== input.paymentId) return go(state, mode);
      return tell(state, cardRefused(input.because), settling(mode.sale, mode.tenders));
    case 'look-after-card':
      return mode.kind === 'unsaved' ? saveAgainByItself(state, mode) : go(state, mode, ...lookAfterCard(state));
    case 'held-found': {
      const held = state.held.length === 0 ? input.held : input.held.reduce(withHeld, state.held);
      return tell({ ...state, held }, { key: 'held', count: held.length });
    }
    case 'payment-found':
      return paymentFound(state, input);
    case 'weighed':
      return weighed(state, input.weighingId, input.weight, facts);
    case 'not-weighed':
      return notWeighed(state, input.weighingId, input.problem);
    case 'sale-saved':
      return saleSaved(state, input);
    case 'sale-not-saved':
      return saleNotSaved(state, input.saleId, input.code);
    case 'receipt-done':
    case 'receipt-not-printed':
      return receiptOutcome(state, input);
    case 'reprint-begun':
      return tell(state, { key: 'reprinting', receiptNumber: input.receiptNumber });
    case 'no-receipt':
    case 'drawer-not-opened':
      return tell(state, { key: input.kind });
    case 'exchange-broken':
      return tell(state, { key: 'exchange-broken', receiptNumber: input.receiptNumber, amount: input.amount });
    case 'customer-saved': {
      const rest = afterRecording(mode);
      return setCustomer({ ...state, mode: rest }, saleInHand(rest), input.customer, facts);
    }
    case 'mail-wished': {
      const { receiptNumber, again } = input;
      return tell(state, { key: again ? 'mail-waits' : 'mail-follows', receiptNumber }, afterRecording(mode));
    }
    case 'service-answered':
      return serviceAnswered(state, input);
    case 'staff-checked':
      return staffChecked(state, input.checkId, input.answer, facts);
    case 'shift-opened': {
      const open: RegisterState = { ...state, shiftOpen: true };
      return tell(open, { key: 'shift-opened', float: input.float }, atRest(open, null), ...lookAfterCard(state));
    }
    case 'shift-closed':
      return go({ ...state, shiftOpen: false }, { kind: 'closed', typed: '', last: input.shift });
    case 'cash-moved': {
      const { direction, amount } = input;
      return tell(state, { key: 'cash-moved', direction, amount }, afterRecording(mode), {
        kind: 'open-drawer',
        explained: true,
      });
    }
    case 'not-recorded':
      return tell(state, { key: 'not-recorded', code: input.code }, afterRecording(mode));
  }
}

const afterRecording = (mode: Mode): Mode => (mode.kind === 'recording' ? mode.afterwards : mode);

/** On the display of the sale it belongs to, else as a notice: a receipt that is missing must not go unnoticed. */
function receiptOutcome(
  state: RegisterState,
  input: Extract<WorldInput, { kind: 'receipt-done' | 'receipt-not-printed' }>,
): Step {
  const { mode } = state;
  const { receiptNumber } = input;
  if (mode.kind === 'selling' && mode.completed !== null && mode.completed.receiptNumber === receiptNumber) {
    const receipt =
      input.kind === 'receipt-done'
        ? ({ kind: input.printed ? 'printed' : 'none' } as const)
        : ({ kind: 'not-printed', reason: input.reason } as const);
    const shown: Mode = { ...mode, completed: { ...mode.completed, receipt } };
    return input.kind === 'receipt-done' ? go(state, shown) : go(state, shown, { kind: 'beep' });
  }
  return input.kind === 'receipt-done' ? go(state, mode) : tell(state, { key: 'not-printed', reason: input.reason });
}

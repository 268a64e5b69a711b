import type { ReceiptNumber, SaleId } from '../platform/ids.ts';
import type { OpenSale } from './open-sale.ts';
import { type RegisterState, saleInHand } from './state.ts';
import { nothingTyped, type TypedText } from './typing.ts';

/** Who stands at a kiosk, and what is being asked or told; beside the register, which knows the sale. Plain data. */
export interface KioskFace {
  /** Staff has the whole keypad, as at a stall; a customer four keys. */
  readonly who: 'customer' | 'staff';
  /** Index of the language among those that are offered. */
  readonly language: number;
  /** `address`: where the receipt goes by e-mail. */
  readonly question: 'receipt' | 'address' | 'still-there' | null;
  /** Why a person is wanted; null: nobody is. */
  readonly help: HelpReason | null;
  /** Told until the next key or scan. */
  readonly message: KioskMessage | null;
  /** The sale in which somebody has seen that the customer is old enough. */
  readonly checkedSale: SaleId | null;
  /** An article waits for staff to weigh it; it is not in the sale. */
  readonly toWeigh: boolean;
  /** The last article was taken back: only what is scanned next can be. */
  readonly undone: boolean;
  /** An e-mail address that was scanned for the receipt. */
  readonly mailTo: string | null;
  /** One that is being typed. */
  readonly address: TypedText;
  /** The last sale that the customer was asked about. */
  readonly askedAbout: ReceiptNumber | null;
  /** Leave of the staff that is being asked for. */
  readonly leave: string | null;
}

export type HelpReason =
  /** The customer wants somebody. */
  | 'asked'
  /** Something that is not for everybody's age. */
  | 'age'
  /** Goods that a customer can't put in alone: weighed, with variants, with a serial number. */
  | 'goods'
  /** A payment that is neither done nor not. */
  | 'payment'
  /** Leave was asked for by something else. */
  | 'leave'
  /** The kiosk can't sell. */
  | 'closed';

export type KioskMessage =
  | 'helpComing'
  | 'onlyLast'
  | 'scanFirst'
  | 'ageCheck'
  | 'ageChecked'
  | 'staffOnly'
  | 'addressNoted'
  | 'badAddress'
  | 'mailComing'
  | 'pleaseFinish';

/** The keys of a customer; `other` are those that only staff has. */
export type KioskKey = 'yes' | 'no' | 'language' | 'help' | 'other';

export interface KioskSettings {
  /** How many languages are offered; 0 is the one to begin with. */
  readonly languages: number;
  /** Whether the customer is asked for a receipt, always gets one, or never. */
  readonly receipt: 'ask' | 'always' | 'never';
  /** Whether it may go by e-mail, where the customer is asked. */
  readonly mail: boolean;
  /** Seconds without a key or scan, until it is asked whether somebody is still there. */
  readonly idleAfter: number;
  /** Seconds to answer that, before the sale is given up. */
  readonly warnFor: number;
  /** Seconds that staff's keypad stays open without a key. */
  readonly staffFor: number;
  /** Seconds to answer whether a receipt is wanted; then none is printed. */
  readonly receiptFor: number;
  /** Seconds that the thanks stay, and what is told beside. */
  readonly thanksFor: number;
}

export const newFace: KioskFace = {
  who: 'customer',
  language: 0,
  question: null,
  help: null,
  message: null,
  checkedSale: null,
  toWeigh: false,
  undone: false,
  mailTo: null,
  address: nothingTyped(true),
  askedAbout: null,
  leave: null,
};

/** Whether nothing but goods in a sale would be lost: no money has moved or may have moved. */
export function canBeGivenUp({ mode, approval }: RegisterState): boolean {
  if (approval !== null) return false;
  switch (mode.kind) {
    case 'selling':
    case 'menu':
    case 'choosing':
    case 'line':
    case 'weighing':
    case 'asking-price':
    case 'serial-number':
    case 'discount':
    case 'new-price':
    case 'asking-text':
    case 'mailing':
    case 'confirming-void':
    case 'service-info':
      return true;
    case 'paying':
    case 'choosing-tender':
    case 'tender-reference':
      return mode.tenders.length === 0;
    default:
      return false;
  }
}

/** Why it can't go on with a customer alone; null: it can. */
export function whyStaff({ mode, approval }: RegisterState, { leave, toWeigh }: KioskFace): HelpReason | null {
  if (approval !== null) {
    const ours = approval.action.kind === 'outside' && approval.action.approvalId === leave;
    return ours ? null : 'leave';
  }
  switch (mode.kind) {
    case 'selling':
      return toWeigh ? 'goods' : null;
    case 'paying':
    case 'card':
    case 'saving':
    case 'recording':
    case 'closed':
    case 'signing-in':
      return null;
    case 'card-unknown':
    case 'unsaved':
      return 'payment';
    case 'choosing-tender':
    case 'tender-reference':
      return mode.tenders.length > 0 ? 'payment' : 'goods';
    default:
      return 'goods';
  }
}

/** The goods of a sale that need somebody to look at the customer, until somebody has. */
export function needsAgeCheck(
  { mode }: RegisterState,
  face: KioskFace,
  restricted: (line: OpenSale['lines'][number]['item']) => boolean,
): boolean {
  const sale = saleInHand(mode);
  if (sale === null || sale.saleId === face.checkedSale) return false;
  return sale.lines.some(({ item }) => restricted(item));
}

/** Whether something is told that hides what it is about, until it has been read. */
export const isTelling = (face: KioskFace, { notice }: RegisterState): boolean =>
  face.message !== null || notice !== null;

/** Somebody was there who has no goods yet. */
const isBegun = ({ toWeigh, language, mailTo }: KioskFace): boolean => toWeigh || language !== 0 || mailTo !== null;

/** Seconds from the last key, scan or change until `time-up`; null: whatever it is takes its own time. */
export function patience(face: KioskFace, register: RegisterState, settings: KioskSettings): number | null {
  const { mode, approval } = register;
  if (approval !== null) return settings.staffFor;
  if (face.who === 'staff') return settings.staffFor;
  if (face.question === 'receipt') return settings.receiptFor;
  if (face.question === 'address') return settings.idleAfter;
  if (face.question === 'still-there') return settings.warnFor;
  switch (mode.kind) {
    case 'selling':
      if (mode.completed !== null || isTelling(face, register)) return settings.thanksFor;
      return mode.sale !== null || isBegun(face) ? settings.idleAfter : null;
    case 'card':
    case 'card-unknown':
    case 'saving':
    case 'unsaved':
    case 'recording':
      return null;
    case 'closed':
    case 'signing-in':
      if (isTelling(face, register)) return settings.thanksFor;
      return face.language !== 0 ? settings.idleAfter : null;
    case 'paying':
      return isTelling(face, register) ? settings.thanksFor : settings.idleAfter;
    default:
      return settings.idleAfter;
  }
}

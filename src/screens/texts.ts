import type { CurrencyFormat, Money } from '../money/money.ts';
import { format } from '../money/money.ts';
import type { ReasonTopic } from '../register/facts.ts';
import type { MenuItem } from '../register/lists.ts';
import type { Notice, NoticeKey } from '../register/notice.ts';
import { noBreak } from './layout.ts';
import { type PhraseBook, translate } from './phrase-book.ts';

/**
 * Everything a display says in one language. Labels and hints fit 16 columns, entries of a menu 13; notices are wrapped. Plain
 * data, so that a language can come from a file (src/languages); `{name}` in a notice stands for the value of that name.
 */
export interface Texts {
  readonly labels: Labels;
  readonly menu: Readonly<Record<MenuItem, string>>;
  readonly notices: Readonly<Record<NoticeTextKey, string>>;
  /** Reasons to choose from where the configuration names none, with "|" between them. */
  readonly reasons: Readonly<Record<ReasonTopic, string>>;
  /** What a customer reads at a kiosk; those that fit no row are wrapped. */
  readonly kiosk: Readonly<Record<KioskTextKey, string>>;
  /** What a `{problem}` (an error's code), a `{reason}` or a `{device}` (a device's English words) is called; else it stands as it is. */
  readonly problems: PhraseBook;
}

/** A notice that has different words for different values of one of its fields has a text for each: `shift-busy.sale`. */
export type NoticeTextKey =
  | Exclude<NoticeKey, 'shift-busy' | 'cash-moved' | 'card-refused'>
  | `shift-busy.${Extract<Notice, { key: 'shift-busy' }>['because']}`
  | `card-refused.${Extract<Notice, { key: 'card-refused' }>['because']}`
  | `cash-moved.${Extract<Notice, { key: 'cash-moved' }>['direction']}`;

export function noticeTextKey(notice: Notice): NoticeTextKey {
  switch (notice.key) {
    case 'shift-busy':
      return `shift-busy.${notice.because}`;
    case 'cash-moved':
      return `cash-moved.${notice.direction}`;
    case 'card-refused':
      return `card-refused.${notice.because}`;
    default:
      return notice.key;
  }
}

type MoneyFieldOf<Told> = Told extends unknown
  ? { [Key in keyof Told]-?: NonNullable<Told[Key]> extends Money ? Key : never }[keyof Told]
  : never;

/** Every field of a notice that is an amount; the type sees to it that none is missing. */
const moneyFields: Readonly<Record<Extract<MoneyFieldOf<Notice>, string>, true>> = {
  amount: true,
  discount: true,
  float: true,
  price: true,
  limit: true,
  room: true,
};

/** The words for a notice. */
export function noticeText(notice: Notice, texts: Texts, currency: CurrencyFormat): string {
  return withValues(texts.notices[noticeTextKey(notice)], notice, texts, currency);
}

/** A text with the values of a notice in it. */
export function withValues(text: string, notice: Notice, texts: Texts, currency: CurrencyFormat): string {
  const values: Readonly<Record<string, unknown>> = { ...notice };
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name === 'problem' ? 'code' : name];
    if (typeof value === 'number') {
      // Money is a number, too: which fields are amounts is told by their names.
      if (Object.hasOwn(moneyFields, name)) return format(value as Money, currency).replaceAll(' ', noBreak);
      return String(value).replace('.', currency.decimalSeparator);
    }
    const words = String(value ?? '');
    return name === 'problem' || name === 'reason' || name === 'device' ? translate(texts.problems, words) : words;
  });
}

export type KioskTextKey =
  | 'attract'
  | 'nextLanguage'
  | 'payHint'
  | 'tapCard'
  | 'payAgain'
  | 'stillThere'
  | 'yesNo'
  | 'receiptQuestion'
  | 'mailHint'
  | 'scanAddress'
  | 'takeGoods'
  | 'noPaper'
  | 'outOfOrder'
  | 'pleaseWait'
  | 'staffComing'
  | 'helpComing'
  | 'onlyLast'
  | 'scanFirst'
  | 'ageCheck'
  | 'ageChecked'
  | 'staffOnly'
  | 'addressNoted'
  | 'badAddress'
  | 'mailComing'
  | 'pleaseFinish'
  | 'notSold'
  | 'scanAgain'
  | 'removed'
  | 'welcomeBack'
  | 'cardNotKnown'
  | 'notPaid'
  | 'notCharged'
  | 'partPaid'
  | 'lowStock';

export type Labels = Readonly<Record<LabelKey, string>>;

export type LabelKey =
  | 'shiftClosed'
  | 'openHint'
  | 'float'
  | 'expected'
  | 'difference'
  | 'notCounted'
  | 'ready'
  | 'online'
  | 'offline'
  | 'addHint'
  | 'storageLow'
  | 'storageFull'
  | 'payHint'
  | 'articles'
  | 'total'
  | 'discount'
  | 'lineHint'
  | 'quantity'
  | 'weighing'
  | 'nothingOnScale'
  | 'scaleMoving'
  | 'scaleOverload'
  | 'scaleUnderZero'
  | 'noScale'
  | 'weighAgainHint'
  | 'nameQuestion'
  | 'customerQuestion'
  | 'couponQuestion'
  | 'letters'
  | 'digits'
  | 'textHint'
  | 'cashIn'
  | 'cashOut'
  | 'amountQuestion'
  | 'countQuestion'
  | 'countHint'
  | 'voidQuestion'
  | 'yesNo'
  | 'waiting'
  | 'parked'
  | 'held'
  | 'toPay'
  | 'paid'
  | 'cash'
  | 'tenderHint'
  | 'cashHint'
  | 'card'
  | 'cancelHint'
  | 'cancelling'
  | 'callBank'
  | 'voiceHint'
  | 'cardUnknown'
  | 'cardUnknownHint'
  | 'asking'
  | 'saving'
  | 'unsaved'
  | 'unsavedHint'
  | 'unsavedCardHint'
  | 'change'
  | 'printing'
  | 'printed'
  | 'noReceipt'
  | 'signIn'
  | 'pinHint'
  | 'checkingPin'
  | 'approval'
  | 'priceHint'
  | 'newPrice'
  | 'newPriceHint'
  | 'serialHint'
  | 'discountPercentHint'
  | 'discountAmountHint'
  | 'piecesHint'
  | 'referenceHint'
  | 'mainMenu'
  | 'withoutReceipt'
  | 'offlineCard'
  | 'lastContact'
  | 'never'
  | 'disk'
  | 'paper'
  | 'clock'
  | 'clockUnsure'
  | 'network'
  | 'fine'
  | 'claimQuestion'
  | 'shutDownQuestion'
  | 'receiptQuestion'
  | 'receiptHint'
  | 'refund'
  | 'refundHint'
  | 'refundCardHint'
  | 'evenHint'
  | 'returnCount'
  | 'restockQuestion'
  | 'restockHint'
  | 'broughtBack'
  | 'notFinal'
  | 'bankDecides'
  | 'sendCards'
  | 'cardsLate'
  | 'cardsStored'
  | 'cardsLeft'
  | 'newCustomer'
  | 'emailQuestion'
  | 'firstnameQuestion'
  | 'lastnameQuestion'
  | 'phoneQuestion'
  | 'stopped'
  // What the customer reads
  | 'welcome'
  | 'closed'
  | 'thanks'
  | 'pleaseWait';

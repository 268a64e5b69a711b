import type { Money } from '../money/money.ts';
import type { MenuItem } from '../register/lists.ts';
import type { Notice, NoticeKey } from '../register/notice.ts';
import { textsDe } from './texts-de.ts';
import { textsEn } from './texts-en.ts';

export type Language = 'en' | 'de';

/** Everything a display says in one language. Labels and hints fit 16 columns; notices are wrapped. */
export interface Texts {
  readonly labels: Labels;
  readonly menu: Readonly<Record<MenuItem, string>>;
  readonly notices: {
    readonly [Key in NoticeKey]: (notice: Extract<Notice, { key: Key }>, money: (amount: Money) => string) => string;
  };
}

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
  | 'stopped'
  // What the customer reads
  | 'welcome'
  | 'closed'
  | 'thanks'
  | 'pleaseWait';

export const textsOf: Readonly<Record<Language, Texts>> = { en: textsEn, de: textsDe };

/** The words for a notice. */
export function noticeText(notice: Notice, texts: Texts, money: (amount: Money) => string): string {
  // Each notice is handed to the function of its own key; TypeScript can't see that the two belong together.
  const words = texts.notices[notice.key] as (notice: Notice, money: (amount: Money) => string) => string;
  return words(notice, money);
}

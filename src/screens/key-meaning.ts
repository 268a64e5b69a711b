import type { PersonInput } from '../register/input.ts';
import type { RegisterState, SellingMode } from '../register/state.ts';
import type { Digit } from '../register/typing.ts';

/** The keys of a till's keypad by what is written on them; a keypad driver gives these. */
export type TillKey = Digit | '.' | 'times' | 'clear' | 'enter' | 'total' | 'menu';

/** What a key means at this moment (docs/keypad.md); null: nothing. */
export function keyMeaning({ mode, approval }: RegisterState, key: TillKey): PersonInput | null {
  // Leave is asked for: the keys answer that, whatever else is going on.
  if (approval !== null) return whileTyping(approval.typed, key, { kind: 'confirm' }, { kind: 'back' });
  switch (mode.kind) {
    case 'selling':
      return whileSelling(mode, key);
    case 'closed':
      if (key === 'menu') return { kind: 'open-menu' };
      if (key === 'total') return { kind: 'pay' };
      return whileTyping(mode.typed, key, { kind: 'confirm' }, { kind: 'erase' });
    case 'menu':
    case 'choosing':
      return inList(key);
    case 'choosing-tender':
      return inList(key);
    case 'line':
      if (key === 'times') return { kind: 'discount' };
      if (key === 'total') return { kind: 'new-price' };
      return whileTyping(mode.typed, key, { kind: 'confirm' }, { kind: 'back' });
    case 'asking-amount':
    case 'counting':
      if (key === 'total') return { kind: 'count-pieces' };
      return whileTyping(mode.typed, key, { kind: 'confirm' }, { kind: 'back' });
    case 'discount':
      if (key === 'times') return { kind: 'toggle-unit' };
      return whileTyping(mode.typed, key, { kind: 'confirm' }, { kind: 'back' });
    case 'weighing':
    case 'asking-price':
    case 'new-price':
      return whileTyping(mode.typed, key, { kind: 'confirm' }, { kind: 'back' });
    case 'signing-in':
      return whileTyping(mode.typed, key, { kind: 'confirm' }, { kind: 'erase' });
    case 'asking-text':
    case 'serial-number':
    case 'tender-reference':
    case 'new-customer':
    case 'mailing':
      return whileSpelling(mode.text.text, key);
    case 'confirming-void':
    case 'confirming-shut-down':
      return enterOrClear(key, { kind: 'confirm' }, { kind: 'back' });
    case 'service-info':
      if (key === 'total') return { kind: 'scroll', by: 1 };
      return key === 'times' ? { kind: 'scroll', by: -1 } : { kind: 'back' };
    case 'refunding':
      if (key === 'times') return { kind: 'pay-card' };
      return enterOrClear(key, { kind: 'pay-cash' }, { kind: 'back' });
    case 'returning':
      return key === '0' ? { kind: 'return-all' } : inList(key);
    case 'return-quantity':
      return whileTyping(mode.typed, key, { kind: 'confirm' }, { kind: 'back' });
    case 'restock':
      if (key === 'times') return { kind: 'not-restocked' };
      return enterOrClear(key, { kind: 'confirm' }, { kind: 'back' });
    case 'paying':
      if (key === 'times') return { kind: 'pay-card' };
      if (key === 'total') return { kind: 'next-quick-amount' };
      if (key === 'menu') return { kind: 'open-menu' };
      return whileTyping(mode.typed, key, { kind: 'pay-cash' }, { kind: 'back' });
    case 'card':
      if (mode.voice !== null) return whileSpelling(mode.voice.text.text, key);
      return key === 'clear' ? { kind: 'cancel-card' } : null;
    case 'card-unknown':
      return enterOrClear(key, { kind: 'ask-again' }, { kind: 'set-aside' });
    case 'unsaved':
      return enterOrClear(key, { kind: 'try-again' }, { kind: 'give-back' });
    case 'saving':
    case 'recording':
      return null;
  }
}

function whileSelling({ typed, multiplier, completed, sale }: SellingMode, key: TillKey): PersonInput | null {
  const nothingTyped = typed === '' && multiplier === null;
  switch (key) {
    case 'enter':
      if (typed !== '') return { kind: 'add-typed' };
      if (multiplier !== null) return { kind: 'change-last' };
      return sale === null ? { kind: 'erase' } : { kind: 'show-lines' };
    case 'times':
      return typed === '' ? { kind: 'repeat-last' } : { kind: 'multiply' };
    case 'clear':
      return nothingTyped && completed === null ? { kind: 'take-back' } : { kind: 'erase' };
    case 'total':
      return completed === null ? { kind: 'pay' } : { kind: 'erase' };
    case 'menu':
      return { kind: 'open-menu' };
    default:
      return { kind: 'type', character: key };
  }
}

/** Digits are typed, ENTER answers, CLEAR takes the digits back and then does `otherwise`. */
function whileTyping(typed: string, key: TillKey, answer: PersonInput, otherwise: PersonInput): PersonInput | null {
  if (key === 'enter') return answer;
  if (key === 'clear') return typed === '' ? otherwise : { kind: 'erase' };
  return isDigit(key) || key === '.' ? { kind: 'type', character: key } : null;
}

/** Keys as they write a text. */
export function whileSpelling(text: string, key: TillKey): PersonInput {
  switch (key) {
    case 'enter':
    case 'total':
      return { kind: 'confirm' };
    case 'clear':
      return text === '' ? { kind: 'back' } : { kind: 'erase' };
    case 'menu':
      return { kind: 'back' };
    case 'times':
      return { kind: 'switch-letters' };
    case '.':
      return { kind: 'next-letter' };
    default:
      return { kind: 'tap', digit: key };
  }
}

function inList(key: TillKey): PersonInput | null {
  switch (key) {
    case 'enter':
      return { kind: 'choose-shown' };
    case 'total':
      return { kind: 'scroll', by: 1 };
    case 'times':
      return { kind: 'scroll', by: -1 };
    case 'clear':
    case 'menu':
      return { kind: 'back' };
    default:
      return isDigit(key) ? { kind: 'choose', number: key === '0' ? 10 : Number(key) } : null;
  }
}

function enterOrClear(key: TillKey, enter: PersonInput, clear: PersonInput): PersonInput | null {
  if (key === 'enter') return enter;
  return key === 'clear' ? clear : null;
}

const isDigit = (key: TillKey): key is Digit => /^\d$/.test(key);

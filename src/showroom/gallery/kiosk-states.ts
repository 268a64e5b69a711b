import { type KioskFace, newFace } from '../../register/kiosk-face.ts';
import type { Notice } from '../../register/notice.ts';
import type { RegisterState } from '../../register/state.ts';
import { initialState } from '../../register/state.ts';
import { isForCustomers } from '../../screens/kiosk-view.ts';
import { notices } from './notices.ts';
import { SampleRegister } from './sample-register.ts';
import { states } from './states.ts';

/** Everything that a customer can meet at a kiosk: the face before the register. */
export interface KioskScene {
  readonly face: KioskFace;
  readonly register: RegisterState;
}

const at = (keys: string): RegisterState => new SampleRegister().press(keys).state;
const known = (name: string): RegisterState => {
  const state = states[name];
  if (state === undefined) throw new TypeError(`the gallery has no state "${name}"`);
  return { ...state, notice: null };
};
const scene = (register: RegisterState, change: Partial<KioskFace> = {}): KioskScene => ({
  face: { ...newFace, ...change },
  register,
});
const told = (notice: Notice): KioskScene => scene({ ...at('1 enter'), notice });

/** By what it is; the names of messages and notices are theirs. */
export const kioskScenes: Readonly<Record<string, KioskScene>> = {
  'kiosk: closed': scene(initialState(false)),
  'kiosk: attract': scene(at('clear')),
  'kiosk: known customer, no goods': scene(known('customer without goods')),
  'kiosk: scanning': scene(at('1 enter')),
  'kiosk: scanning, several of one': scene(at('3 times 1 enter')),
  'kiosk: scanning, long name': scene(at('7 enter')),
  'kiosk: weighed goods': scene(at('1 enter'), { toWeigh: true, help: 'goods' }),
  'kiosk: variants': scene(known('variants'), { help: 'goods' }),
  'kiosk: paying': scene(at('7 enter total')),
  'kiosk: card': scene(at('7 enter total times')),
  'kiosk: card, the terminal speaks': scene(known('card, the terminal speaks')),
  'kiosk: card, cancelling': scene(known('card, cancelling')),
  'kiosk: card unknown': scene(known('card unknown'), { help: 'payment' }),
  'kiosk: saving': scene(known('saving')),
  'kiosk: unsaved': scene(known('unsaved, cash'), { help: 'payment' }),
  'kiosk: receipt?': scene(known('completed, printing'), { question: 'receipt' }),
  'kiosk: receipt by e-mail': scene(known('completed, printing'), { question: 'address' }),
  'kiosk: receipt by e-mail, typed': scene(known('completed, printing'), {
    question: 'address',
    address: { text: 'erika@example.c', letters: true, tapped: null },
  }),
  'kiosk: no e-mail address': scene(known('completed, printing'), { question: 'address', message: 'badAddress' }),
  'kiosk: e-mail noted': scene(at('1 enter'), { message: 'addressNoted' }),
  'kiosk: e-mail is coming': scene(known('completed, printing'), { message: 'mailComing' }),
  'kiosk: thanks': scene(known('completed, printed')),
  'kiosk: paper out': scene(known('completed, paper out')),
  'kiosk: still there?': scene(at('7 enter'), { question: 'still-there' }),
  'kiosk: PIN or badge': scene(known('leave asked for'), { help: 'asked', leave: 'x' }),
  'kiosk: staff': scene(at('7 enter'), { who: 'staff' }),
  'kiosk: help is coming': scene(at('1 enter'), { help: 'asked', message: 'helpComing' }),
  'kiosk: only the last': scene(at('1 enter'), { message: 'onlyLast' }),
  'kiosk: scan first': scene(at('clear'), { message: 'scanFirst' }),
  'kiosk: age': scene(at('1 enter'), { help: 'age', message: 'ageCheck' }),
  'kiosk: age seen': scene(at('1 enter'), { message: 'ageChecked' }),
  'kiosk: staff only': scene(at('clear'), { message: 'staffOnly' }),
  'kiosk: finish first': scene(at('7 enter total'), { message: 'pleaseFinish' }),
  ...Object.fromEntries(
    Object.values(notices)
      .filter(isForCustomers)
      .map((notice) => [`kiosk, notice: ${notice.key}`, told(notice)]),
  ),
};

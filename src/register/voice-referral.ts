import type { PersonInput, WorldInput } from './input.ts';
import type { CardMode, RegisterState } from './state.ts';
import type { Step } from './step-tools.ts';
import { go, refuse, tell } from './step-tools.ts';
import { edited, nothingTyped } from './typing.ts';

type Referred = CardMode & { readonly voice: NonNullable<CardMode['voice']> };

export const isReferred = (mode: CardMode): mode is Referred => mode.voice !== null;

/** The bank wants to be called about the card that is being asked for; about any other nobody is asked. */
export function voiceAsked(state: RegisterState, asked: Extract<WorldInput, { kind: 'voice-asked' }>): Step {
  const { mode } = state;
  const { paymentId, phones, merchantId } = asked;
  if (mode.kind !== 'card' || mode.payment.paymentId !== paymentId || mode.cancelling) {
    return go(state, mode, { kind: 'answer-voice', paymentId, code: null });
  }
  const voice = { phones, merchantId, text: nothingTyped(false) };
  return go(state, { ...mode, voice }, { kind: 'beep' });
}

/** The code that the bank gave by telephone is typed; C with nothing typed: it gave none, and the card is declined. */
export function stepReferred(state: RegisterState, mode: Referred, input: PersonInput): Step {
  const { voice, payment } = mode;
  const text = edited(voice.text, input);
  if (text !== null) return go(state, { ...mode, voice: { ...voice, text } });
  const answered = (code: string | null): Step =>
    go(state, { ...mode, voice: null, words: null }, { kind: 'answer-voice', paymentId: payment.paymentId, code });
  switch (input.kind) {
    case 'back':
      return answered(null);
    case 'confirm':
      return /^[A-Z0-9]{1,6}$/i.test(voice.text.text)
        ? answered(voice.text.text)
        : tell(state, { key: 'bad-voice-code' });
    default:
      return refuse(state);
  }
}

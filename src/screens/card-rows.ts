import type { CardMode, VoiceQuestion } from '../register/state.ts';
import type { Row } from './layout.ts';
import { translate } from './phrase-book.ts';
import type { Labels, Texts } from './texts.ts';

/** What a card terminal says meanwhile; null: nothing. */
export const cardWords = (words: string | null, { problems }: Texts): string | null =>
  words === null ? null : translate(problems, words);

/** A card is being asked for. `amount`: the row that says what it is to pay. */
export function askedCardRows(
  { voice, cancelling, words }: CardMode,
  amount: Row,
  texts: Texts,
  tall: boolean,
): readonly Row[] {
  const { labels } = texts;
  if (voice !== null) return voiceRows(voice, amount, labels, tall);
  const said = cancelling ? labels.cancelling : (cardWords(words, texts) ?? (tall ? '' : labels.cancelHint));
  return [amount, { text: said }, ...(tall ? [{}, { text: labels.cancelHint }] : [])];
}

/** Whom to call, and the code that they give. */
function voiceRows(
  { phones, merchantId, text }: VoiceQuestion,
  amount: Row,
  labels: Labels,
  tall: boolean,
): readonly Row[] {
  const shop = merchantId === null ? [] : [`ID ${merchantId}`];
  const call: Row = { text: [labels.callBank, phones.join(' / '), ...shop].join(' ') };
  const code: Row = {
    ...(text.text === '' ? { text: labels.voiceHint } : { typed: `${text.text}_` }),
    right: text.letters ? labels.letters : labels.digits,
  };
  return tall ? [amount, call, {}, code] : [call, code];
}

/** A card that a test lets a terminal's frames carry in full. */
export interface SeededCard {
  readonly number: string;
  /** Track 2, without sentinels. */
  readonly track: string;
}

/** What somebody who looked for the card would look for: the number however it is written, and the track. */
function formsOf({ number, track }: SeededCard): readonly (readonly [form: string, bytes: Buffer])[] {
  const groups = (separator: string): Buffer => Buffer.from(number.replace(/(.{4})(?=.)/g, `$1${separator}`));
  const even = number.length % 2 === 0 ? number : `${number}f`;
  const discretionary = track.slice(number.length + 1);
  // Without the ends of a Base64 text, which depend on what stands beside it.
  const base64 = (lead: number): Buffer =>
    Buffer.from(
      Buffer.from(' '.repeat(lead) + number)
        .toString('base64')
        .slice(4, -4),
    );
  return [
    ['the number', Buffer.from(number)],
    ['the number in groups', groups(' ')],
    ['the number with dashes', groups('-')],
    ['the number in UTF-16', Buffer.from(number, 'utf16le')],
    ['the number packed in nibbles', Buffer.from(even, 'hex')],
    ['the number in hexadecimal', Buffer.from(Buffer.from(number).toString('hex'))],
    ['the number in Base64', base64(0)],
    ['the number in Base64, shifted by one', base64(1)],
    ['the number in Base64, shifted by two', base64(2)],
    ['the middle of the number', Buffer.from(number.slice(5, -3))],
    ['the track', Buffer.from(discretionary)],
    [
      'the track packed in nibbles',
      Buffer.from(discretionary.padEnd(discretionary.length + (discretionary.length % 2), '0'), 'hex'),
    ],
  ];
}

/** Where card data is: a line a hit, which does not repeat it. Empty is what must be. */
export function cardDataIn(evidence: ReadonlyMap<string, Uint8Array>, cards: readonly SeededCard[]): readonly string[] {
  const hits: string[] = [];
  for (const [place, bytes] of evidence) {
    const looked = Buffer.from(bytes);
    for (const [index, card] of cards.entries()) {
      for (const [form, wanted] of formsOf(card)) {
        if (looked.includes(wanted)) hits.push(`${place}: ${form} of card ${index + 1}`);
      }
    }
  }
  return hits;
}

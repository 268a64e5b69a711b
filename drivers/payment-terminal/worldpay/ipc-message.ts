import { decimal, type Money } from '../../../src/money/money.ts';
import { maskedNumber, withoutCardData } from '../card-data.ts';
import type { CardDetails, VoiceReferral } from '../payment-terminal.ts';

/**
 * The socket protocol of Worldpay's IPC (Worldpay Total, "IPC Integration Attributes", "IPC Console Message to Socket
 * Interface"): numbered attributes, `number=value` a line, ended by `99=0`. The numbers in answers are those of Worldpay's own test
 * harness. What neither of them says is not used here (docs/payments-worldpay.md).
 */
export type Attributes = ReadonlyMap<number, string>;

const end = '99=0';
const sale = '0';

/** A sale on the request port; amounts are in main units. `reference`: at most 30 of `A–Z a–z 0–9 - _`. */
export function saleRequest(reference: string, amount: Money): Uint8Array {
  return encode([
    [1, reference],
    [2, sale],
    [3, decimal(amount)],
  ]);
}

/** The operator's answer to a question on the message port; `code` null: rejected. */
export function referralAnswer(requestType: string, code: string | null): Uint8Array {
  return code === null
    ? encode([
        [2, requestType],
        [3, '1'],
      ])
    : encode([
        [2, requestType],
        [3, '0'],
        [4, code],
      ]);
}

function encode(attributes: readonly (readonly [number, string])[]): Uint8Array {
  return new TextEncoder().encode(`${attributes.map(([name, value]) => `${name}=${value}\n`).join('')}${end}\n`);
}

/** Longer than any message of IPC; what grows beyond it is not its protocol. */
const longestMessage = 16 * 1024;

/**
 * Cuts what a port sends into messages. On the message port `99=0` follows without a line's end ("info:PlsInsSwpCrd99=0"), so it
 * is looked for anywhere; nothing of IPC's attributes ends in it otherwise.
 */
export class MessageSplitter {
  #held = '';
  readonly #decoder = new TextDecoder();

  split(bytes: Uint8Array): readonly string[] {
    this.#held += this.#decoder.decode(bytes, { stream: true });
    const messages = this.#held.split(end);
    this.#held = messages.pop() ?? '';
    if (this.#held.length > longestMessage) this.#held = '';
    return messages.map((message) => message.trim()).filter((message) => message !== '');
  }
}

/** The numbered attributes of a message; empty for one of words ("info:…"). */
export function attributesOf(message: string): Attributes {
  const attributes = new Map<number, string>();
  for (const line of message.split('\n')) {
    const [, name, value = ''] = /^\s*(\d{1,3})=(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined) attributes.set(Number(name), value);
  }
  return attributes;
}

/** The name of a progress message, e.g. `PlsInsSwpCrd`; null: it is none. */
export function progressOf(message: string): string | null {
  const [, name = ''] = /^info:\s*(\S+)/.exec(message) ?? [];
  return name === '' ? null : name;
}

/** What the customer should read; null: nothing new for them. */
export function progressWords(name: string): string | null {
  return words[name.replace(/\.+$/, '')] ?? null;
}

const words: Readonly<Record<string, string>> = {
  PlsInsSwpCrd: 'Present card',
  PlsInsCrd: 'Present card',
  EntPin: 'Enter PIN',
  ChpWt: 'Please wait',
  PlsWt: 'Please wait',
  Connecting: 'Connecting',
  Authorising: 'Authorising',
};

/** A question that IPC asks the operator when the issuer wants to be called. */
export interface IpcReferral extends VoiceReferral {
  readonly requestType: string;
}

/** null: no question, or another one than for a voice authorisation. */
export function referralOf(message: Attributes): IpcReferral | null {
  const requestType = message.get(2);
  const phones = message.get(12) ?? '';
  const merchantId = message.get(11) ?? null;
  if (requestType === undefined || (phones === '' && merchantId === null)) return null;
  return {
    requestType,
    words: withoutCardData(message.get(3) ?? '', 80),
    merchantId,
    phones: phones
      .split(',')
      .map((phone) => phone.trim())
      .filter((phone) => phone !== ''),
  };
}

export type IpcResult =
  /** `gateway`: Worldpay's central reference (PGTR); null: IPC took it in its central service's place. */
  | {
      readonly kind: 'approved';
      readonly card: CardDetails;
      readonly gateway: string | null;
      readonly reference: string | null;
    }
  | { readonly kind: 'declined' | 'cancelled'; readonly reason: string }
  | { readonly kind: 'unclear'; readonly reason: string };

/** Attributes of an answer that are looked at; card number and track data among the others never leave this function. */
const answers = { entryMode: 1, result: 3, code: 4, number: 5, label: 6, gateway: 28, reference: 98 } as const;

/**
 * `referred`: an authorisation code was given by voice; then only a plain approval ends it, because IPC may have a result of its
 * own for that case.
 */
export function readResult(message: Attributes, referred: boolean): IpcResult {
  const text = message.get(answers.result) ?? '';
  if (!/^\d{1,3}$/.test(text)) return { kind: 'unclear', reason: 'Worldpay’s answer has no result' };
  switch (Number(text)) {
    case 1:
    case 2:
      return {
        kind: 'approved',
        card: {
          brand: withoutCardData(message.get(answers.label) ?? '', 24) || 'Card',
          maskedPan: maskedNumber(message.get(answers.number) ?? ''),
          authorizationCode: withoutCardData(message.get(answers.code) ?? '', 12) || null,
          terminalReference: idOrNull(message.get(answers.gateway)),
          entryMode: entryModes[message.get(answers.entryMode) ?? ''] ?? 'unknown',
        },
        gateway: idOrNull(message.get(answers.gateway)),
        reference: idOrNull(message.get(answers.reference)),
      };
    case 5:
      return { kind: 'declined', reason: 'declined without network' };
    case 9:
    case 19:
      return { kind: 'cancelled', reason: 'cancelled at the card terminal' };
    case 42:
      return { kind: 'cancelled', reason: 'the card terminal is busy' };
    // In between, or authorised already: not the end, or not of this request.
    case 3:
    case 13:
    case 14:
    case 15:
    case 18:
    case 47:
    case 48:
      return { kind: 'unclear', reason: `Worldpay’s result ${text} does not say how it ended` };
    default:
      return referred
        ? { kind: 'unclear', reason: `Worldpay’s result ${text} after a telephone authorisation` }
        : { kind: 'declined', reason: `declined (${text})` };
  }
}

const entryModes: Readonly<Record<string, CardDetails['entryMode']>> = {
  '1': 'keyed',
  '01': 'keyed',
  '2': 'magnetic-stripe',
  '02': 'magnetic-stripe',
  '5': 'chip',
  '05': 'chip',
};

const idOrNull = (text: string | undefined): string | null =>
  text !== undefined && /^[\w-]{1,60}$/.test(text) ? text : null;

import type { Apdu } from './apdu.ts';
import { fieldOf, readFields, tlvLength, variableLength } from './fields.ts';
import { containerOf, readStatusInformation, type StatusInformation } from './status-information.ts';
import { type CharacterSet, readableText } from './text.ts';
import { readTlv, type TlvObject, tlvAll, tlvAt } from './tlv.ts';

/** Lines of a card slip that the till prints. */
export interface SlipLines {
  readonly of: 'merchant' | 'customer' | 'administration' | 'unknown';
  readonly lines: readonly string[];
  /** The slip ends here. */
  readonly last: boolean;
}

/** The terminal's answer to a command. */
export interface TerminalReply {
  readonly kind: 'reply';
  readonly accepted: boolean;
  readonly code: number;
}

export interface IntermediateStatus {
  readonly kind: 'intermediate-status';
  readonly code: number;
  /** Minutes within which the next message comes; null: as usual. */
  readonly timeout: number | null;
  /** What the terminal shows itself; empty: it did not say. */
  readonly words: string;
}

/** What a terminal says of its own accord and wants answered, without card data. */
export type TerminalReport =
  | { readonly kind: 'status-information'; readonly information: StatusInformation }
  | IntermediateStatus
  | { readonly kind: 'completion'; readonly data: Uint8Array }
  | { readonly kind: 'abort'; readonly code: number; readonly words: string }
  | { readonly kind: 'print'; readonly slip: SlipLines }
  /** Well formed, but nothing that a till does for its card terminal. */
  | { readonly kind: 'unsupported'; readonly control: number }
  /** A known message that makes no sense. */
  | { readonly kind: 'malformed'; readonly control: number };

export const control = {
  positive: 0x8000,
  statusInformation: 0x040f,
  intermediateStatus: 0x04ff,
  completion: 0x060f,
  abort: 0x061e,
  printLine: 0x06d1,
  printBlock: 0x06d3,
} as const;

/** Longest line of a slip; longer ones are cut. */
const longestLine = 64;

export function readMessage(apdu: Apdu, characterSet: CharacterSet = 'cp437'): TerminalReply | TerminalReport {
  const { data } = apdu;
  const malformed: TerminalReport = { kind: 'malformed', control: apdu.control };
  const responseClass = apdu.control >>> 8;
  if (responseClass === 0x80) return { kind: 'reply', accepted: true, code: 0 };
  if (responseClass === 0x84) {
    // 84 00 is a positive answer too (PA00P016, 5.2.3).
    const code = apdu.control & 0xff;
    return { kind: 'reply', accepted: code === 0, code };
  }
  switch (apdu.control) {
    case control.statusInformation: {
      const information = readStatusInformation(data);
      return information === null ? malformed : { kind: 'status-information', information };
    }
    case control.intermediateStatus:
      return readIntermediateStatus(data, characterSet) ?? malformed;
    case control.completion:
      return { kind: 'completion', data };
    case control.abort: {
      const [code] = data;
      if (code === undefined) return malformed;
      return { kind: 'abort', code, words: extendedError(data.subarray(1)) };
    }
    case control.printLine:
      return { kind: 'print', slip: readPrintLine(data, characterSet) };
    case control.printBlock: {
      const slip = readPrintBlock(data, characterSet);
      return slip === null ? malformed : { kind: 'print', slip };
    }
    default:
      return { kind: 'unsupported', control: apdu.control };
  }
}

function readIntermediateStatus(data: Uint8Array, characterSet: CharacterSet): IntermediateStatus | null {
  const [code, minutes] = data;
  if (code === undefined) return null;
  // The container comes with and without a timeout before it, and its own number could be one: its length tells.
  const container = [1, 2].map((at) => data.subarray(at)).find(isContainer);
  const fields = container === undefined ? [] : (readFields(container) ?? []);
  const lines = tlvAll(containerOf(fields), 0x07).flatMap(({ value }) =>
    readableText(value, 120, characterSet).split(/\s{2,}/),
  );
  return {
    kind: 'intermediate-status',
    code,
    timeout: minutes === undefined || container?.length === data.length - 1 ? null : bcdMinutes(minutes),
    words: lines.filter((line) => line !== '').join(' '),
  };
}

function isContainer(bytes: Uint8Array): boolean {
  const extent = bytes[0] === 0x06 ? tlvLength(bytes.subarray(1)) : null;
  return extent !== null && 1 + extent.header + extent.length === bytes.length;
}

const bcdMinutes = (byte: number): number | null => (byte >>> 4) * 10 + (byte & 0x0f) || null;

/** Tag 1F17 of an abort. */
function extendedError(rest: Uint8Array): string {
  // Result code 6F is followed by a currency without a number of its own.
  const fields = readFields(rest[0] === 0x06 ? rest : rest.subarray(2)) ?? [];
  const text = tlvAt(containerOf(fields), 0x1f17)?.value;
  return text === undefined ? '' : readableText(text, 80);
}

/** 06 D1 (PA00P015, 3.5): attribute and text; `FF` and a number are line feeds. */
function readPrintLine(data: Uint8Array, characterSet: CharacterSet): SlipLines {
  const [attribute = 0, feeds = 1] = data;
  if (attribute === 0xff) return { of: 'unknown', lines: Array(Math.min(feeds, 9)).fill(''), last: false };
  return { of: 'unknown', lines: [line(data.subarray(1), characterSet)], last: isLast(attribute) };
}

/** 06 D3 (PA00P015, 3.6): a container with print texts (25), which hold attributes (09) and lines (07). */
function readPrintBlock(data: Uint8Array, characterSet: CharacterSet): SlipLines | null {
  const fields = readFields(data);
  const container = fields === null ? undefined : fieldOf(fields, 0x06);
  const tlv = container === undefined ? null : readTlv(container);
  if (tlv === null) return null;
  const [declared] = tlvAll(tlv, 0x14)[0]?.value ?? [];
  const letters = declared === 0x01 ? 'latin1' : characterSet;
  const [type] = tlvAt(tlv, 0x1f07)?.value ?? [];
  const texts = tlv.find(({ tag }) => tag === 0x25)?.children ?? [];
  return {
    of: type === undefined ? 'unknown' : (slipTypes[type] ?? 'unknown'),
    lines: texts.filter(({ tag }) => tag === 0x07).map(({ value }) => line(value, letters)),
    last: lastAttribute([...texts, ...tlv]),
  };
}

const slipTypes: Readonly<Record<number, SlipLines['of']>> = { 1: 'merchant', 2: 'customer', 3: 'administration' };

const lastAttribute = (objects: readonly TlvObject[]): boolean =>
  objects.some(({ tag, value }) => tag === 0x09 && isLast(value[0] ?? 0));

/** `1xxx xxxx`, but neither 80 (reserved) nor FF (line feeds). */
const isLast = (attribute: number): boolean => attribute > 0x80 && attribute < 0xff;

/** Keeps the spaces in front, which is how terminals centre. */
function line(bytes: Uint8Array, characterSet: CharacterSet): string {
  const indent = bytes.findIndex((byte) => byte !== 0x20);
  const text = withoutExpiry(readableText(bytes, longestLine, characterSet));
  return text === '' ? '' : `${' '.repeat(Math.min(Math.max(indent, 0), longestLine))}${text}`.slice(0, longestLine);
}

/** Old slips say until when a card is valid. */
const withoutExpiry = (text: string): string =>
  /g.{1,2}ltig|valid|exp/i.test(text) ? text.replace(/\b\d{2} ?[/.-] ?\d{2}(\d{2})?\b/g, '**/**') : text;

/** What the terminal says of itself at the end of a status enquiry (PA00P015, 2.56.5); null when it says nothing. */
export function terminalStatusOf(completion: Uint8Array): number | null {
  // A software version may stand in front, LLLVAR.
  const version = (completion[0] ?? 0) >= 0xf0 && completion.length > 1 ? variableLength(completion, 3) : null;
  return completion[version === null ? 0 : version.header + version.length] ?? null;
}

/** The status byte of a completed registration (PA00P015, table 3): what the terminal needs before it takes cards. */
export function registrationNeeds(completion: Uint8Array): 'nothing' | 'initialisation' | 'diagnosis' | 'activation' {
  const [status = 0] = fieldOf(readFields(completion) ?? [], 0x19) ?? [];
  if ((status & 0x04) !== 0) return 'activation';
  if ((status & 0x01) !== 0) return 'initialisation';
  return (status & 0x02) !== 0 ? 'diagnosis' : 'nothing';
}

import { ByteReader } from './byte-reader.ts';
import type { Command, Decoded } from './command.ts';

/** What begins with `byte`, which the reader is behind; null when that is no command. */
export type ReadCommand = (byte: number, reader: ByteReader) => Command | null;

/**
 * Splits a stream of bytes into commands, whatever pieces it comes in. Any bytes are survived: what is not understood becomes an
 * `unknown` command of one byte, and decoding goes on behind it.
 */
export class CommandStream {
  readonly #read: ReadCommand;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(read: ReadCommand) {
    this.#read = read;
  }

  push(bytes: Uint8Array): Decoded[] {
    const all = Buffer.concat([this.#rest, bytes]);
    const decoded: Decoded[] = [];
    let at = 0;
    while (at < all.length) {
      const reader = new ByteReader(all, at);
      const command = this.#next(reader);
      if (reader.short) break;
      decoded.push({ command, bytes: all.subarray(at, reader.at) });
      at = reader.at;
    }
    this.#rest = all.subarray(at);
    return decoded;
  }

  /** Bytes of a command whose end has not come yet. */
  get pending(): number {
    return this.#rest.length;
  }

  #next(reader: ByteReader): Command {
    const start = reader.at;
    const byte = reader.byte();
    const command = this.#read(byte, reader);
    if (command !== null || reader.short) return command ?? { kind: 'unknown', byte, words: 'unfinished' };
    const words = `not a command: ${[...reader.since(start)].map(hex).join(' ')}`;
    reader.at = start + 1;
    return { kind: 'unknown', byte, words };
  }
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

/** Bytes that a printer prints, in every language. */
export const isText = (byte: number): boolean => byte >= 0x20 && byte !== 0x7f;

export function readText(first: number, reader: ByteReader): Command {
  const bytes = [first];
  for (let next = reader.peek(); next !== undefined && isText(next); next = reader.peek()) bytes.push(reader.byte());
  return { kind: 'text', bytes: Uint8Array.from(bytes) };
}

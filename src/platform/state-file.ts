import { type Adapter, Low } from 'lowdb';
import type { z } from 'zod';
import type { JsonValue } from './brand.ts';
import { crc32c } from './crc32c.ts';
import type { DurableFiles } from './durable-files.ts';
import { messageOf } from './errors.ts';
import type { Logger } from './log.ts';

/** A small document that outlives the process and must not be lost: two copies, each whole or not there. */
export interface StateFile<State> {
  readonly value: State;
  /** Resolves when it is durable. Throws `store.disk-full`, `store.read-only`, `store.failed`; the value is then as before. */
  save(value: State): Promise<void>;
}

/** Far more than any state needs. */
const longest = 4 * 1024 * 1024;

/** The copy before the present one. */
export const previousOf = (name: string): string => `${name}.previous`;

/**
 * Opens `name` by lowdb, with an adapter that writes durably. A copy that is damaged, or not as `schema` wants it, is set aside under
 * another name and the one before it counts; where there is none either, `fallback` does, and the log says so.
 */
export async function openStateFile<State extends JsonValue>(
  files: DurableFiles,
  name: string,
  schema: z.ZodType<State>,
  fallback: State,
  log: Logger,
): Promise<StateFile<State>> {
  const low = new Low<State>(new TwoCopies(files, name, schema, log), fallback);
  await low.read();
  let writing: Promise<unknown> = Promise.resolve();
  return {
    get value() {
      return low.data;
    },
    save(value) {
      const saved = writing.then(async () => {
        const before = low.data;
        low.data = value;
        try {
          await low.write();
        } catch (error) {
          low.data = before;
          throw error;
        }
      });
      writing = saved.catch(() => undefined);
      return saved;
    },
  };
}

class TwoCopies<State extends JsonValue> implements Adapter<State> {
  readonly #files: DurableFiles;
  readonly #name: string;
  readonly #schema: z.ZodType<State>;
  readonly #log: Logger;
  /** The present copy as it lies on the medium, when it is good. */
  #present: Uint8Array | null = null;

  constructor(files: DurableFiles, name: string, schema: z.ZodType<State>, log: Logger) {
    this.#files = files;
    this.#name = name;
    this.#schema = schema;
    this.#log = log;
  }

  async read(): Promise<State | null> {
    const there = new Set((await this.#files.list()).map((file) => file.name));
    for (const name of [this.#name, previousOf(this.#name)]) {
      if (!there.has(name)) continue;
      const bytes = await this.#files.read(name, 0, longest);
      try {
        const state = this.#schema.parse(parseState(Buffer.from(bytes).toString('utf8')));
        if (name === this.#name) this.#present = bytes;
        return state;
      } catch (error) {
        this.#log.error({ file: name, place: this.#files.place, error: messageOf(error) }, 'a state file is damaged');
        await this.#files.rename(name, `${name}.damaged`);
      }
    }
    return null;
  }

  async write(state: State): Promise<void> {
    const bytes = Buffer.from(stateText(state));
    if (this.#present !== null) await this.#files.replace(previousOf(this.#name), this.#present);
    await this.#files.replace(this.#name, bytes);
    this.#present = bytes;
  }
}

/** One line with the checksum of the other. */
function stateText(state: JsonValue): string {
  const text = JSON.stringify(state);
  return `${checksumOf(text)}\n${text}\n`;
}

/** The state in a file's text; throws where the text is not whole. What is in it is not checked. */
export function parseState(text: string): unknown {
  const [checksum, line] = text.split('\n');
  if (line === undefined || checksum !== checksumOf(line)) throw new Error('the checksum is wrong');
  return JSON.parse(line);
}

const checksumOf = (text: string): string => `crc32c ${crc32c(Buffer.from(text)).toString(16).padStart(8, '0')}`;

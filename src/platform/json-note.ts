import type { z } from 'zod';
import type { JsonValue } from './brand.ts';
import type { DurableFiles } from './durable-files.ts';
import { messageOf } from './errors.ts';
import type { Logger } from './log.ts';

/** One small value that outlives the process, in a file of its own that is replaced whole. */
export interface JsonNote<Value> {
  readonly value: Value;
  /** Resolves when it is durable. Throws `store.disk-full`, `store.read-only`, `store.failed`; the value is then as before. */
  save(value: Value): Promise<void>;
}

/** Far more than any note needs. */
const longestNote = 1024 * 1024;

/**
 * Reads `name`. A file that is not there, or that can't be read as `schema`, counts as `fallback`: for what may be forgotten at
 * the price of an inconvenience, never for what only this file knows.
 */
export async function openJsonNote<Value extends JsonValue>(
  files: DurableFiles,
  name: string,
  schema: z.ZodType<Value>,
  fallback: Value,
  log: Logger,
): Promise<JsonNote<Value>> {
  let value = fallback;
  try {
    const there = (await files.list()).some((file) => file.name === name);
    if (there) {
      const text = Buffer.from(await files.read(name, 0, longestNote)).toString('utf8');
      value = schema.parse(JSON.parse(text));
    }
  } catch (error) {
    log.warn({ name, place: files.place, error: messageOf(error) }, 'a note can’t be read and is begun anew');
  }
  return {
    get value() {
      return value;
    },
    async save(changed) {
      await files.replace(name, Buffer.from(`${JSON.stringify(changed)}\n`));
      value = changed;
    },
  };
}

import { z } from 'zod';
import type { DurableFiles } from '../platform/durable-files.ts';
import { releaseNameSchema } from './manifest.ts';

/*
 * Three small files decide which release runs. The launcher, which on an installed machine runs as root before every start, writes
 * its note beside the releases; the till, which may not touch those, writes its wish (the order) and what it found out by running
 * (the verdict) into its own data folder. Each is replaced whole.
 */

const id = z.string().min(1).max(64);
const words = z.string().max(500);

/** What the till wants: another release in its place. It is withdrawn when the launcher's note tells how it ended. */
export const orderSchema = z.object({
  version: z.literal(1),
  orderId: id,
  release: releaseNameSchema,
  by: z.string().max(100),
  orderedAt: z.iso.datetime(),
  /** The new release has to reach the fleet (or Magento, for a terminal on its own) before it counts as good. */
  contact: z.enum(['required', 'not-needed']),
  /** What the release before could do just then, and the new one must be able to as well. */
  before: z.object({
    devices: z.array(z.string().max(60)).max(60),
    /** There was a copy of the shop to sell from. */
    snapshot: z.boolean(),
    /** Both copies of the journal were written. */
    journal: z.boolean(),
  }),
});
export type Order = z.infer<typeof orderSchema>;

/** What a release that is on trial came to; written by itself, once. */
export const verdictSchema = z.object({
  version: z.literal(1),
  orderId: id,
  release: releaseNameSchema,
  verdict: z.enum(['good', 'bad']),
  words,
});
export type Verdict = z.infer<typeof verdictSchema>;

/** How an order ended. */
export const outcomeSchema = z.object({
  orderId: id,
  release: releaseNameSchema,
  how: z.enum(['committed', 'rolled-back', 'refused', 'superseded']),
  words,
});
export type Outcome = z.infer<typeof outcomeSchema>;

export const noteSchema = z.object({
  version: z.literal(1),
  /** The release that has proven itself. */
  committed: releaseNameSchema,
  /** The one before it, to go back to; null: none. */
  previous: releaseNameSchema.nullable(),
  /** A release on trial in place of the committed one; null: none. */
  trial: z
    .object({
      orderId: id,
      release: releaseNameSchema,
      /** How often it has been started. */
      starts: z.int().min(0),
    })
    .nullable(),
  /** Of the order before; null: there was none. */
  last: outcomeSchema.nullable(),
});
export type LauncherNote = z.infer<typeof noteSchema>;

/** What the till wants unpacked beside the release that runs, before it orders anything. */
export const wantedSchema = z.object({ version: z.literal(1), orderId: id, release: releaseNameSchema });
/** How the unpacking went; `failed`: why not. */
export const shelvingSchema = z.object({ version: z.literal(1), orderId: id, failed: words.nullable() });
export type Shelving = z.infer<typeof shelvingSchema>;

/** The launcher's notes, beside the releases. */
export const noteFile = 'updates.json';
export const shelvingFile = 'shelving.json';
/** In the folder `updates` of the till's data. */
export const wantedFile = 'wanted.json';
export const orderFile = 'order.json';
export const verdictFile = 'verdict.json';

/** Far more than any of them needs. */
const longest = 256 * 1024;

/** Null: there is none, or it can't be read: then it has never been. */
export async function readState<Value>(
  files: DurableFiles,
  name: string,
  schema: z.ZodType<Value>,
): Promise<Value | null> {
  try {
    const text = Buffer.from(await files.read(name, 0, longest)).toString('utf8');
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export async function writeState(files: DurableFiles, name: string, value: unknown): Promise<void> {
  await files.replace(name, Buffer.from(`${JSON.stringify(value, null, 2)}\n`));
}

import { z } from 'zod';
import type { PriceSettings } from '../../pricing/price-book.ts';
import { format } from '../layout.ts';
import { recordKinds } from '../records.ts';
import type { RecordKind, ShopRecord } from '../shop-source.ts';

// What a gateway reads of a shop for all terminals at once, and how it tells them of it. A bundle is the whole shop but its stock,
// in parts that are named by their hash; what has changed since, and the stock, is asked for as a terminal would ask the shop.

/** How a shop is read. Terminals that read alike share what was read. */
export const readingSchema = z.strictObject({
  recordFormat: z.int().meta({ description: 'Of the snapshot’s records: another release’s may differ.' }),
  storeCode: z.string().regex(/^[A-Za-z0-9_]{1,32}$/),
  sourceCode: z.string().min(1).max(200),
  settings: z
    .looseObject({ websiteId: z.int(), storeId: z.int(), timeZone: z.string().max(60), currency: z.string().max(3) })
    // The terminal made it of its configuration, whose schema has checked it.
    .transform((read) => read as unknown as PriceSettings),
  attributes: z.strictObject({
    barcode: z.string().max(200),
    plu: z.string().max(200).nullable(),
    decimalQuantity: z.string().max(200).nullable(),
  }),
  pageSize: z.int().min(1).max(1000),
  guestPrices: z.boolean(),
});
export type Reading = z.infer<typeof readingSchema>;
export const recordFormat = format;

/** Everything but the stock, which changes with every sale: a terminal must know whether its own are in it. */
export const bundledKinds: readonly RecordKind[] = recordKinds.filter((kind) => kind !== 'source-stock');

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const bundleSchema = z.object({
  id: z.uuid(),
  /** ISO 8601. */
  takenAt: z.string(),
  /** From where on changes are to be followed; noted before anything was read. */
  marks: z.object({ product: z.string().nullable(), customer: z.string().nullable(), feed: z.int().nullable() }),
  /** In the order in which they are to be read, those of a kind together. */
  parts: z.array(
    z.object({
      kind: z.enum(recordKinds),
      sha256,
      /** Of the kind in all, if the shop says so. */
      total: z.int().nullable(),
    }),
  ),
});
export type Bundle = z.infer<typeof bundleSchema>;

const record = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), key: z.string(), record: z.unknown() }),
  z.object({ ok: z.literal(false), key: z.string(), reason: z.string() }),
]);

/** A gateway of this record format mapped and checked them. */
export const recordsSchema = z.array(record).transform((read) => read as unknown as readonly ShopRecord<RecordKind>[]);

export const pageSchema = z.object({ records: recordsSchema, next: z.string().nullable(), total: z.int().nullable() });

const numbers = z.array(z.int()).max(1000);
const texts = z.array(z.string().max(200)).max(1000);
const cursor = z.string().max(500).nullable();
const changing = z.enum(['product', 'customer']);

/** What may be asked besides bundles: the calls of `ShopSource`, `ShopChanges` and `ChangeFeed`, by name. */
export const callSchema = z.discriminatedUnion('call', [
  z.object({ call: z.literal('page'), kind: z.enum(recordKinds), cursor }),
  z.object({ call: z.literal('latest'), kind: changing }),
  z.object({ call: z.literal('changed'), kind: changing, since: z.string().max(60), cursor }),
  z.object({ call: z.literal('products'), ids: numbers }),
  z.object({ call: z.literal('productsBySku'), skus: texts }),
  z.object({ call: z.literal('customers'), ids: numbers }),
  z.object({ call: z.literal('stock'), skus: texts }),
  z.object({ call: z.literal('existing'), ids: numbers }),
  z.object({ call: z.literal('productCount') }),
  z.object({ call: z.literal('prices'), skus: texts }),
  z.object({ call: z.literal('beginning') }),
  z.object({ call: z.literal('read'), from: z.int() }),
]);
export type ReadingCall = z.infer<typeof callSchema>;

export const changedSchema = pageSchema.extend({ latest: z.string().nullable(), gone: z.array(z.string()).readonly() });

const tier = z.object({
  group: z.string().nullable(),
  quantity: z.number(),
  type: z.enum(['fixed', 'percent']),
  amount: z.number(),
  websiteId: z.int(),
});
export const pricesSchema = z.array(
  z.tuple([
    z.string(),
    z.object({
      price: z.number().nullable(),
      special: z.object({ price: z.number(), from: z.string().nullable(), to: z.string().nullable() }).nullable(),
      tiers: z.array(tier),
    }),
  ]),
);

const write = z.discriminatedUnion('of', [
  z.object({ id: z.int(), of: z.literal('product'), sku: z.string() }),
  z.object({ id: z.int(), of: z.literal('stock'), sku: z.string() }),
  z.object({ id: z.int(), of: z.literal('customer'), customerId: z.int() }),
  z.object({ id: z.int(), of: z.literal('lists') }),
  z.object({ id: z.int(), of: z.literal('nothing-here') }),
]);
export const feedReadingSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('writes'), writes: z.array(write), resumeAt: z.int(), next: z.int().nullable() }),
  z.object({ kind: z.literal('lost'), words: z.string() }),
  z.object({ kind: z.literal('absent'), words: z.string() }),
]);

/** The header that says what the body must hash to. */
export const hashHeader = 'x-content-sha256';

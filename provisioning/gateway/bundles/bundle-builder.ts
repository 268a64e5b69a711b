import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Clock, milliseconds } from '../../../src/platform/clock.ts';
import { isHoldfastError, messageOf } from '../../../src/platform/errors.ts';
import { uuidv7 } from '../../../src/platform/ids.ts';
import type { Logger } from '../../../src/platform/log.ts';
import type { Random } from '../../../src/platform/random.ts';
import { type Bundle, bundledKinds } from '../../../src/snapshot/bundle/bundle-format.ts';
import type { ReadShop } from '../../../src/snapshot/bundle/shop-through-gateway.ts';
import type { RecordKind, ShopPage } from '../../../src/snapshot/shop-source.ts';

/** A bundle with its parts, compressed, by their hash. */
export interface BuiltBundle {
  readonly bundle: Bundle;
  readonly parts: ReadonlyMap<string, Uint8Array>;
}

/** Milliseconds before a page that did not come is asked for again. */
const retries: readonly number[] = [1_000, 5_000, 20_000];
const compressed = promisify(gzip);

/** Reads the whole shop but its stock. Throws what the shop ended it with. */
export async function buildBundle(
  shop: ReadShop,
  { clock, random, log }: { readonly clock: Clock; readonly random: Random; readonly log: Logger },
  signal: AbortSignal,
): Promise<BuiltBundle> {
  const began = clock.monotonic();
  // Before anything is read: whatever changes meanwhile is newer.
  const marks = {
    feed: await shop.feed.beginning(signal),
    product: await shop.changes.latest('product', signal),
    customer: await shop.changes.latest('customer', signal),
  };
  const bundle = { id: uuidv7(clock, random), takenAt: new Date(clock.now()).toISOString(), marks };
  const listed: Bundle['parts'] = [];
  const parts = new Map<string, Uint8Array>();
  for (const kind of bundledKinds) {
    let cursor: string | null = null;
    do {
      const page: ShopPage<RecordKind> = await pageOf(shop, kind, cursor, clock, log, signal);
      const text = JSON.stringify(page.records);
      const sha256 = createHash('sha256').update(text).digest('hex');
      parts.set(sha256, await compressed(text));
      listed.push({ kind, sha256, total: page.total });
      cursor = page.next;
    } while (cursor !== null);
  }
  const size = [...parts.values()].reduce((sum, part) => sum + part.length, 0);
  log.info(
    { parts: listed.length, size, took: Math.round(clock.monotonic() - began) },
    'the shop is read for all terminals',
  );
  return { bundle: { ...bundle, parts: listed }, parts };
}

async function pageOf(
  shop: ReadShop,
  kind: RecordKind,
  cursor: string | null,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<ShopPage<RecordKind>> {
  for (const pause of [...retries, null]) {
    try {
      return await shop.source.page(kind, cursor, signal);
    } catch (error) {
      const again = isHoldfastError(error) && error.remedy.startsWith('retry') && !signal.aborted;
      if (!again || pause === null) throw error;
      log.warn({ kind, error: messageOf(error) }, 'a page did not come, asking again');
      await clock.sleep(milliseconds(Math.max(pause, error.retryAfter ?? 0)), signal);
    }
  }
  throw new TypeError('unreachable: the last attempt returns or throws');
}

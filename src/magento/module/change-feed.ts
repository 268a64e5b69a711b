import { type Clock, hours, type Monotonic } from '../../platform/clock.ts';
import { HoldfastError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/log.ts';
import type { ChangeFeed, FeedReading, ShopWrite } from '../../snapshot/change-feed.ts';
import type { MagentoClient } from '../client/outcome.ts';
import type { Changes } from './answers.ts';
import { createModuleCalls, type ModuleResult } from './calls.ts';

export interface ModuleChangeFeedOptions {
  readonly client: MagentoClient;
  /** The MSI source this till sells from. */
  readonly sourceCode: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A module that was installed, or may be read meanwhile, is noticed within this time. */
const lookAgainAfter = hours(1);
const changesAtOnce = 1_000;

/** The feed of changes that the Holdfast module keeps by database triggers (provisioning/magento-module, "Following changes"). */
export function createModuleChangeFeed({ client, sourceCode, clock, log }: ModuleChangeFeedOptions): ChangeFeed {
  const calls = createModuleCalls(client, clock);
  let absent: { readonly words: string; readonly at: Monotonic } | null = null;

  async function ask(
    call: () => Promise<ModuleResult<Changes>>,
  ): Promise<Exclude<FeedReading, { kind: 'writes' }> | Changes> {
    if (absent !== null && clock.monotonic() - absent.at < lookAgainAfter) {
      return { kind: 'absent', words: absent.words };
    }
    const result = await call();
    if (result.ok) {
      absent = null;
      return result.answer;
    }
    const { next, code, words, retryAfter = null } = result.verdict;
    if (next === 'gone') return { kind: 'lost', words };
    if (next !== 'no-module' && !unusable.has(code)) {
      throw new HoldfastError(
        'shop.unreachable',
        `The shop can't be reached: ${words}`,
        retryAfter === null ? { remedy: 'retry' } : { remedy: 'retry-after', retryAfter },
      );
    }
    // Missing, not permitted or broken: following must not depend on it.
    if (absent?.words !== words) log.info({ code, words }, 'the shop’s feed of changes is not used');
    absent = { words, at: clock.monotonic() };
    return { kind: 'absent', words };
  }

  return {
    async beginning(signal) {
      const answer = await ask(() => calls.newestChange({ signal }));
      return 'kind' in answer ? null : answer.next_cursor;
    },
    async read(cursor, signal) {
      const answer = await ask(() => calls.changes(cursor, changesAtOnce, { signal }));
      if ('kind' in answer) return answer;
      const { changes, next_cursor: resumeAt } = answer;
      const last = changes.at(-1);
      return {
        kind: 'writes',
        writes: changes.map((change) => shopWrite(change, sourceCode)),
        resumeAt,
        next: last === undefined || changes.length < changesAtOnce ? null : last.id,
      };
    },
  };
}

/** The feed is there but of no use to this terminal: not permitted, or it fails. */
const unusable: ReadonlySet<string> = new Set([
  'magento.unauthorized',
  'magento.refused',
  'magento.server-error',
  'magento.bad-answer',
]);

/** Kinds of rows that make up a product. */
const ofProducts: ReadonlySet<string> = new Set([
  'product',
  'product_decimal',
  'product_int',
  'product_varchar',
  'product_text',
  'product_datetime',
  'tier_price',
  'product_website',
  'category_product',
]);
const ofLists: ReadonlySet<string> = new Set(['customer_group', 'cart_rule', 'tax_rate', 'tax_rule']);

function shopWrite({ id, kind, ref }: Changes['changes'][number], sourceCode: string): ShopWrite {
  // A row that went with its product names none; the product's own row does.
  if (ofProducts.has(kind)) return ref === '' ? { id, of: 'nothing-here' } : { id, of: 'product', sku: ref };
  if (kind === 'source_item') {
    const prefix = `${sourceCode}/`;
    return ref.startsWith(prefix) ? { id, of: 'stock', sku: ref.slice(prefix.length) } : { id, of: 'nothing-here' };
  }
  if (kind === 'customer') return { id, of: 'customer', customerId: Number(ref) };
  return { id, of: ofLists.has(kind) ? 'lists' : 'nothing-here' };
}

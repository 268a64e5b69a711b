import { z } from 'zod';
import { type JsonValue, unreachable } from '../../platform/brand.ts';
import { HoldfastError } from '../../platform/errors.ts';
import type { NewCustomer } from '../../register/new-customer.ts';
import type { CallResult, Calls } from '../delivery/calls.ts';
import type { Course, CourseResult } from '../delivery/course.ts';
import type { DeliveryShop } from '../delivery/shop.ts';
import type { CustomerProgress } from './progress.ts';

export type CustomerStep = { readonly do: 'search' } | { readonly do: 'create' };

type Result = CourseResult<CustomerProgress>;

const number = z.coerce.number().int();
const found = z.object({
  items: z
    .array(z.object({ id: number, email: z.string(), website_id: number.nullish() }))
    .nullish()
    .transform((items) => items ?? []),
});
const created = z.object({ id: number });

/**
 * The way of a customer that was made at the till into Magento: looked up by e-mail address first, because that is what Magento
 * tells customers apart by. One who is there already is taken for this one; two can't be made (h10).
 */
export function customerCourse(
  customer: NewCustomer,
  shop: Pick<DeliveryShop, 'storeId' | 'websiteId' | 'settleAfter'>,
): Course<CustomerProgress, CustomerStep> {
  return {
    // What was begun may be there; making it again would do no harm, but look like somebody else's.
    next: ({ begun, searched }) => ({ do: begun === null && searched ? 'create' : 'search' }),
    changing: new Set(['create']),
    perform(step, progress, { calls }) {
      switch (step.do) {
        case 'search':
          return search(customer, shop, progress, calls);
        case 'create':
          return create(customer, shop, progress, calls);
        default:
          return unreachable(step);
      }
    },
    describe: ({ begun }) => (begun === null ? 'not begun' : 'making the customer, answer unknown'),
    stored: (progress) => progress,
    settleAfter: shop.settleAfter,
  };
}

/** In this website first; accounts that all websites share are found in any. */
async function search(
  customer: NewCustomer,
  shop: Pick<DeliveryShop, 'websiteId'>,
  progress: CustomerProgress,
  calls: Calls,
): Promise<Result> {
  const fields = 'items[id,email,website_id],total_count';
  const read = await calls.list('search-customers', '/V1/customers/search', 'email', customer.email, fields);
  if (!read.ok) return failed(read);
  const { items } = parse(found, read.body, 'a list of customers');
  const here = items.find((item) => item.website_id === shop.websiteId);
  // Of another website only if Magento has refused to make one here: then accounts are shared.
  const own = here ?? (progress.begun?.answered === true ? items[0] : undefined);
  if (own === undefined) return { kind: 'progress', progress: { ...progress, begun: null, searched: true } };
  const how = progress.begun === null ? 'was there already' : 'is there';
  return confirmed(progress, own.id, `Customer ${own.id} (${own.email}) ${how}`);
}

async function create(
  customer: NewCustomer,
  shop: Pick<DeliveryShop, 'websiteId' | 'storeId'>,
  progress: CustomerProgress,
  calls: Calls,
): Promise<Result> {
  const made = await calls.post('create-customer', '/V1/customers', {
    customer: {
      email: customer.email,
      firstname: customer.firstname,
      lastname: customer.lastname,
      group_id: customer.groupId,
      website_id: shop.websiteId,
      store_id: shop.storeId,
    },
  });
  if (!made.ok) return failed(made);
  const { id } = parse(created, made.body, 'a customer');
  // Magento keeps telephone numbers with addresses, and an address has more than a till asks for.
  const phone = customer.phone === null ? '' : `. Magento has no place for the phone number ${customer.phone} alone`;
  return confirmed({ ...progress, begun: null }, id, `Customer ${id} (${customer.email}) made${phone}`);
}

const confirmed = (progress: CustomerProgress, customerId: number, answer: string): Result => ({
  kind: 'confirmed',
  progress,
  order: null,
  made: { kind: 'customer', customerId },
  answer,
});

const failed = ({ verdict }: Extract<CallResult, { ok: false }>): Result => ({
  kind: 'failed',
  verdict,
  words: verdict.words,
});

function parse<Schema extends z.ZodType>(schema: Schema, body: JsonValue, what: string): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new HoldfastError('magento.bad-answer', `Magento's answer is not ${what}: ${z.prettifyError(parsed.error)}`, {
    remedy: 'retry',
    cause: parsed.error,
  });
}

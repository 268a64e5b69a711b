import { z } from 'zod';

/**
 * What Magento refuses, over the control socket.
 *
 * | request | answer |
 * |---|---|
 * | `POST /parked/{id or receipt number}` {@link parkingDecision} | `QueueDetail` of `protocol.ts`, as it stands then |
 *
 * What is parked is read with `GET /queue?state=parked` and `GET /queue/{id or receipt number}`.
 */
const by = z.string().trim().min(1).max(60);
const sku = z.string().min(1).max(64);
const why = z.string().trim().min(1).max(500);

/** What a person decides; kept with the document's case under this name. */
export const parkingDecision = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('retry'), by }),
  z.strictObject({ kind: z.literal('map-sku'), by, from: sku, to: sku }),
  z.strictObject({ kind: z.literal('drop-coupon'), by }),
  z.strictObject({ kind: z.literal('deliver-as-sold'), by, recipe: z.enum(['module', 'direct']) }),
  z.strictObject({
    kind: z.literal('entered-by-hand'),
    by,
    orderNumber: z.string().min(1).max(32),
    anyway: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('cancel'), by, why }),
  z.strictObject({ kind: z.literal('undo'), by, why }),
]);

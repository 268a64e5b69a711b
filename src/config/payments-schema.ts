import { z } from 'zod';

/** Cards when there is no network (docs/payments.md). */

const amount = z.string().regex(/^\d{1,7}(\.\d{1,2})?$/, 'an amount such as "50" or "49.90"');

const offline = z.strictObject({
  allowed: z.boolean().default(false).meta({
    description: 'Whether cards are taken without network at all. What is declined later is the shop’s loss.',
  }),
  maximumAmount: amount.optional().meta({ description: 'Of one payment.' }),
  maximumCount: z.int().min(1).max(10_000).optional().meta({ description: 'So many payments may be stored at once.' }),
  maximumTotal: amount.optional().meta({ description: 'So much may be stored at once.' }),
  windowHours: z.number().positive().max(720).optional().meta({
    description: 'Hours since the first stored payment after which no further card is taken without network.',
  }),
  brands: z.array(z.string().min(1)).min(1).optional().meta({ description: 'Only these, e.g. ["Visa"].' }),
  entryModes: z
    .array(z.enum(['contactless', 'chip', 'magnetic-stripe', 'keyed']))
    .min(1)
    .optional(),
  supervisorAbove: amount.optional().meta({ description: 'Above this a supervisor must agree with a PIN.' }),
  contactRequired: z.boolean().optional().meta({
    description: 'Only for a sale with a customer, so that somebody can be asked for the money.',
  }),
});

export const payments = z.strictObject({
  acquirer: z.enum(['none', 'adyen', 'worldpay', 'square', 'sumup', 'simulated']).default('none').meta({
    description: 'Whose published limits hold for cards without network; none: no card without network.',
  }),
  offline: offline.prefault({}).meta({
    description: 'This till’s own limits. They narrow the acquirer’s and never widen them; left out: the acquirer’s.',
  }),
  holdOrder: z.boolean().default(true).meta({
    description: 'Whether Magento’s order is put on hold when its card is declined later.',
  }),
  forwardEvery: z.int().min(1).default(60_000).meta({
    description: 'Milliseconds between two looks at what was taken without network, while online.',
  }),
  simulatedUrl: z.string().default('').meta({ description: 'Where the showroom’s acquirer answers; empty elsewhere.' }),
  sealingKeyFile: z.string().default('').meta({
    description:
      'The acquirer’s public X25519 key (PEM), for readers that hand out encrypted card data. Empty: such payments are refused.',
  }),
});

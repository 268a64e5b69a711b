import { z } from 'zod';
import {
  commonBlocks,
  conditions,
  giftBlocks,
  placeholders,
  returnBlocks,
  saleBlocks,
  shiftBlocks,
  unknownPlaceholders,
} from '../receipts/template.ts';

const text = z
  .string()
  .min(1)
  .max(300)
  .refine((written) => unknownPlaceholders(written).length === 0, {
    error: ({ input }) =>
      `there is no {${unknownPlaceholders(String(input)).join('}, {')}}; there are {${placeholders.join('}, {')}}`,
  });

const when = z.enum(conditions).optional();

const ownBlocks = z.discriminatedUnion('block', [
  z.strictObject({
    block: z.literal('text'),
    text,
    align: z.enum(['left', 'center', 'right']).optional(),
    style: z.array(z.enum(['bold', 'underline', 'wide', 'tall'])).optional(),
    when,
  }),
  z.strictObject({ block: z.literal('qr'), text, when }),
]);

/** A template: names of blocks, texts and QR codes from top to bottom. */
const template = <Own extends string>(own: readonly Own[]) =>
  z
    .array(z.union([z.enum([...commonBlocks, ...own] as const), ownBlocks]))
    .min(1)
    .max(60)
    .optional();

/** What is printed: the shop's words, and what stands where. */
export const receipt = z.strictObject({
  header: z.array(z.string()).max(8).default([]).meta({ description: 'The first line is printed large.' }),
  footer: z.array(z.string()).max(8).default([]),
  taxNumber: z.string().default(''),
  email: z.boolean().default(true).meta({
    description: 'Offers receipts by e-mail; Magento sends them, once it has the sale.',
  }),
  logo: z.string().default('').meta({
    description:
      'A PNG file, beside the configuration unless absolute; printed in black and white at its size, at most as wide as the paper.',
  }),
  templates: z
    .strictObject({
      sale: template(saleBlocks),
      gift: template(giftBlocks),
      return: template(returnBlocks),
      shift: template(shiftBlocks),
    })
    .prefault({})
    .meta({ description: 'What is printed where (docs/receipts.md); left out: as Holdfast does by itself.' }),
});

import { z } from 'zod';

/** A terminal where customers serve themselves. */

const seconds = (fallback: number, description: string) =>
  z.int().min(3).max(3_600).default(fallback).meta({ description });

export const kiosk = z
  .strictObject({
    languages: z
      .array(z.string().regex(/^[a-z]{2,3}(-[A-Z]{2})?$/, 'a language such as "de"'))
      .max(8)
      .default([])
      .meta({ description: 'Languages to choose from beside terminal.language, in the order of their key.' }),
    receipt: z.enum(['ask', 'always', 'never']).default('ask').meta({
      description: 'Whether the customer is asked for a receipt, always gets one, or never.',
    }),
    idleAfter: seconds(45, 'Seconds without a key or scan until it is asked whether somebody is still there.'),
    warnFor: seconds(15, 'Seconds to answer that; then the goods stay and the next customer begins anew.'),
    staffFor: seconds(30, 'Seconds that staff’s keypad stays open without a key.'),
    receiptFor: seconds(20, 'Seconds to answer whether a receipt is wanted; then none is printed.'),
    thanksFor: seconds(8, 'Seconds that the thanks stay, and what is told beside.'),
    ageAttribute: z.string().default('').meta({
      description:
        'Product attribute that says "not for everybody’s age": yes, or the age; staff must see the customer.',
    }),
    agedCategories: z.array(z.int().min(1)).default([]).meta({
      description: 'Categories (their ids in Magento) of which the same is true.',
    }),
  })
  .prefault({});

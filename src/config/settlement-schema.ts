import { z } from 'zod';

/** How banks' settlement reports are read and compared (docs/settlement.md). */

const column = z.string().min(1).nullable().default(null);

const columns = z
  .strictObject({
    reference: column.meta({ description: 'The row’s own name; null: made from the others.' }),
    psp: column.meta({ description: 'What the bank calls the payment.' }),
    merchant: column.meta({ description: 'What the till called it: receipt number or payment key.' }),
    tender: column.meta({ description: 'What the card terminal called it.' }),
    authorizationCode: column,
    amount: column.meta({ description: 'One column with a sign …' }),
    credit: column.meta({ description: '… or one for money in' }),
    debit: column.meta({ description: 'and one for money out.' }),
    currency: column,
    date: column,
    type: column.meta({ description: 'What kind of row it is; null: the sign decides.' }),
  })
  .refine(({ amount, credit, debit }) => amount !== null || credit !== null || debit !== null, {
    error: 'needs a column with an amount',
  })
  .refine(({ psp, merchant, tender, authorizationCode }) => [psp, merchant, tender, authorizationCode].some(Boolean), {
    error: 'needs a column that names the payment: merchant, psp, tender or authorizationCode',
  });

const format = z.strictObject({
  delimiter: z.string().min(1).max(2).default(','),
  encoding: z.enum(['utf8', 'latin1']).default('utf8'),
  decimalSeparator: z.enum(['.', ',']).default('.'),
  dateFormat: z.enum(['iso', 'dd.mm.yyyy', 'dd/mm/yyyy', 'mm/dd/yyyy', 'yyyymmdd']).default('iso'),
  columns,
  types: z
    .record(z.string(), z.enum(['payment', 'refund', 'chargeback', 'chargeback-reversed', 'declined', 'other']))
    .default({})
    .meta({ description: 'What the column "type" says → what it means; anything else is no payment.' }),
  thisTillOnly: z.boolean().default(false).meta({
    description: 'The report is of this till alone, so that rows without its name are its rows too.',
  }),
});

export const settlement = z.strictObject({
  tolerance: z
    .string()
    .regex(/^\d{1,3}(\.\d{1,2})?$/, 'an amount such as "0.02"')
    .default('0')
    .meta({ description: 'Differences up to this much are none.' }),
  settlesWithinDays: z.number().positive().max(90).default(5).meta({
    description: 'How long the bank may take; a payment that is older than this at a report’s end is missing.',
  }),
  formats: z
    .record(z.string().regex(/^[a-z][a-z0-9-]{0,30}$/), format)
    .default({})
    .meta({
      description: 'Reports of other banks, by a name of your own; "worldpay" for Worldpay’s.',
    }),
});

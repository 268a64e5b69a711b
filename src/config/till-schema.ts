import { z } from 'zod';
import { kiosk } from './kiosk-schema.ts';

/** How the counter is run: goods, discounts, tenders, cash. */

const amount = z.string().regex(/^\d{1,7}(\.\d{1,2})?$/, 'an amount such as "20" or "0.50"');
const sku = z.string().min(1).max(64);
const word = z.string().trim().min(1).max(40);
const words = z.array(word).max(20);

const quickKey = z.strictObject({ sku, quantity: z.number().positive().max(9999).default(1) });

const embeddedBarcode = z
  .strictObject({
    layout: z
      .string()
      .regex(
        /^(02|2\d)[0-9IVK-]{10}C$/,
        '13 characters: the prefix, I article, V value, K its check digit, - any, C at the end',
      )
      .refine((text) => text.includes('I') && text.includes('V'), 'an article (I) and a value (V)'),
    value: z.enum(['price', 'weight']),
    decimals: z.int().min(0).max(4).default(2),
  })
  .refine(({ layout }) => !layout.includes('K') || /^[^V]*V{4,5}[^V]*$/.test(layout), {
    path: ['layout'],
    error: 'a check digit (K) needs a value of 4 or 5 digits (V)',
  });

const tender = z.strictObject({
  code: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,19}$/, 'a short name such as voucher')
    .refine((code) => !['cash', 'card', 'rounding', 'exchange'].includes(code), 'this name is taken'),
  name: word,
  givesChange: z.boolean().default(false),
  asksReference: z.boolean().default(false),
});

const foreignCash = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/, 'a currency such as EUR'),
  rate: z
    .string()
    .regex(/^\d{1,6}(\.\d{1,6})?$/, 'what one unit is worth, e.g. "0.95"')
    .refine((rate) => Number(rate) > 0, 'more than nothing'),
});

export const till = z
  .strictObject({
    profile: z.enum(['stall', 'kiosk']).default('stall').meta({
      description: 'stall: a trader works here; kiosk: customers serve themselves (docs/kiosk.md).',
    }),
    kiosk,
    cashier: word.default('Till').meta({ description: 'Who sells when nobody has signed in.' }),
    notes: z
      .array(amount)
      .min(1)
      .default(['5', '10', '20', '50', '100'])
      .meta({ description: 'Notes that customers pay with, for the quick amounts.' }),
    largestChange: amount.default('200').meta({ description: 'The most that may be handed back.' }),
    oversell: z.enum(['allow', 'warn', 'refuse']).default('warn').meta({
      description:
        'When more is sold than the shop has at the terminal’s source: sell, sell and say so, or don’t sell.',
    }),
    quickKeys: z
      .record(z.string().regex(/^\d{1,4}$/, 'one to four digits'), quickKey)
      .default({})
      .meta({ description: 'What short numbers stand for, before any PLU: { "1": { "sku": "BREAD" } }.' }),
    departments: z.array(sku).default([]).meta({ description: 'SKUs of articles whose price is asked each time.' }),
    department: z
      .string()
      .default('')
      .meta({ description: 'The SKU that an amount such as 4.50 ENT is sold as; empty: none.' }),
    embeddedBarcodes: z.array(embeddedBarcode).default([]).meta({
      description: 'Labels that carry a price or weight, e.g. { "layout": "28IIIIIVVVVVC", "value": "price" }.',
    }),
    attributes: z
      .strictObject({
        deposit: z.string().default('').meta({
          description:
            'Product attribute that names the deposit article sold along with it: "PFAND-25" or "6 x PFAND-25".',
        }),
        pack: z.string().default('').meta({
          description: 'Product attribute of a pack that names what is in it: "6 x COLA"; the pack is sold as that.',
        }),
        serialNumber: z.string().default('').meta({
          description: 'Yes/no product attribute: each piece has a serial number, which is asked when it is sold.',
        }),
      })
      .prefault({}),
    discounts: z
      .strictObject({
        largestPercent: z.number().min(0).max(100).default(20).meta({
          description: 'Percent that a cashier may take off alone; above it needs leave, where staff is known.',
        }),
        reasons: words.default([]).meta({ description: 'Why; empty: the usual ones in the till’s language.' }),
        priceReasons: words.default([]).meta({ description: 'Why a price is changed.' }),
      })
      .prefault({}),
    returns: z
      .strictObject({
        largest: amount.default('100').meta({ description: 'Goods brought back for more need leave.' }),
        days: z.int().min(1).nullable().default(null).meta({
          description: 'Goods of older receipts need leave; null: the receipt’s age does not matter.',
        }),
        reasons: words.default([]).meta({ description: 'Why; empty: the usual ones in the till’s language.' }),
      })
      .prefault({}),
    checklistAtShiftEnd: z.boolean().default(false).meta({
      description: 'Whether "holdfast checklist" is printed after each Z report.',
    }),
    newCustomerGroupId: z
      .int()
      .min(1)
      .default(1)
      .meta({ description: 'Magento’s group of customers made at the till; 1 is General.' }),
    tenders: z.array(tender).max(8).default([]).meta({
      description:
        'The shop’s own tenders, e.g. { "code": "voucher", "name": "Voucher", "asksReference": true }; reached by MENU while paying.',
    }),
    foreignCash: z.array(foreignCash).max(4).default([]).meta({
      description: 'Currencies taken in cash, e.g. { "currency": "EUR", "rate": "0.95" }; change is in the shop’s own.',
    }),
    cashRounding: amount
      .refine((step) => Number(step) > 0, 'more than nothing')
      .nullable()
      .default(null)
      .meta({ description: 'Smallest coin that cash is rounded to, e.g. "0.05" in Switzerland; null: none.' }),
    cash: z
      .strictObject({
        denominations: z.array(amount).max(24).default([]).meta({
          description:
            'Notes and coins for counting the drawer one by one, largest first; empty: those of EUR and CHF.',
        }),
        inReasons: words.default([]),
        outReasons: words.default([]),
      })
      .prefault({}),
  })
  .prefault({});

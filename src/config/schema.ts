import { z } from 'zod';
import { fleet } from './fleet-schema.ts';
import { link, linkUsually } from './link-schema.ts';
import { paymentTerminal } from './payment-terminal-schema.ts';
import { payments } from './payments-schema.ts';
import { beeper, display, gpio, helpLamp, keypad, scanner } from './person-devices-schema.ts';
import { receipt } from './receipt-schema.ts';
import { settlement } from './settlement-schema.ts';
import { staff } from './staff-schema.ts';
import { till } from './till-schema.ts';
import { updates } from './updates-schema.ts';

/**
 * Every setting of a terminal: type, default, meaning. The one source for the check, the type ({@link TerminalConfig}) and
 * the documentation (`holdfast config print`). `.meta({ restart: true })` marks what a running terminal can't change,
 * `.meta({ secret: true })` what no log, screen or `config print` may show, `.meta({ device: true })` what belongs to the device, so that no
 * fleet sets it.
 */

const millis = (fallback: number) => z.int().min(1).default(fallback);

const weightUnit = z.enum(['kg', 'lb']).default('kg').meta({
  description: 'What the shop prices goods sold by weight by; a scale that shows another unit is not believed.',
});

const answersStatus = z.boolean().default(true).meta({ description: 'false for printers without a back-channel.' });

const devices = z.strictObject({
  gpio,
  beeper,
  helpLamp,
  keypad: keypad.nullable().default(null),
  display: display.nullable().default(null).meta({ description: 'What the trader sees.' }),
  customerDisplay: display.nullable().default(null).meta({ description: 'What the customer sees.' }),
  printer: z
    .discriminatedUnion('driver', [
      z.strictObject({
        driver: z.literal('escpos'),
        link,
        columns: z.union([z.literal(32), z.literal(42), z.literal(48)]).default(42),
        answersStatus,
      }),
      z.strictObject({
        driver: z.literal('star'),
        link,
        columns: z.union([z.literal(32), z.literal(48)]).default(48),
        answersStatus,
      }),
    ])
    .nullable()
    .default(null)
    .meta({
      description:
        'escpos: Epson and most others; star: Star Micronics in Star Line Mode. Columns: 32 on 58 mm, else 80 mm.',
    }),
  drawer: z
    .strictObject({
      driver: z.enum(['printer']),
      pin: z.union([z.literal(2), z.literal(5)]).default(2),
      sensor: z
        .enum(['none', 'high-is-open', 'low-is-open'])
        .default('none')
        .meta({ description: 'Which level of the connector’s pin 3 means open; none: no switch in the drawer.' }),
    })
    .nullable()
    .default(null)
    .meta({ description: 'A drawer on the printer’s RJ12 socket.' }),
  scanner: scanner.nullable().default(null),
  scale: z
    .discriminatedUnion('driver', [
      z.strictObject({
        driver: z.literal('toledo-8217'),
        link: linkUsually({ dataBits: 7, parity: 'even' }),
        unit: weightUnit,
      }),
      z.strictObject({ driver: z.literal('cas'), link, unit: weightUnit }),
    ])
    .nullable()
    .default(null)
    .meta({ description: 'toledo-8217: Mettler-Toledo and many others; cas: CAS AP, PD-II and SW-II, Ohaus Aviator.' }),
  paymentTerminal,
});

const address = z.strictObject({
  firstname: z.string().min(1).default('Till'),
  lastname: z.string().min(1).default('Counter'),
  company: z.string().default(''),
  street: z.string().min(1),
  city: z.string().min(1),
  postcode: z.string().min(1),
  countryId: z.string().regex(/^[A-Z]{2}$/, 'a two-letter country code such as DE'),
  region: z.string().default(''),
  regionId: z.int().min(0).default(0),
  regionCode: z.string().default(''),
  telephone: z.string().min(1).default('0'),
  email: z.email(),
});

const bytes = (least: number, fallback: number, description: string) =>
  z.int().min(least).default(fallback).meta({ description });

const quota = z
  .strictObject({
    limit: bytes(20_000_000, 2_000_000_000, 'What Holdfast may take altogether, the reserve included.'),
    snapshot: bytes(1_000_000, 500_000_000, 'The local copies of the shop, old and new.'),
    journal: bytes(1_000_000, 600_000_000, 'The sales in LevelDB.'),
    tape: bytes(1_000_000, 600_000_000, 'The sales on the tape.'),
    logs: bytes(0, 200_000_000, 'What is found in log.folder.'),
    reserve: bytes(4_000_000, 32_000_000, 'Kept in a file that is given up when the disk is full.'),
    tightBelow: bytes(1, 256_000_000, 'With less room than this no larger snapshot is taken and old sales are pruned.'),
    criticalBelow: bytes(1, 96_000_000, 'With less room than this no snapshot is taken and the trader is warned.'),
    fullBelow: bytes(1, 16_000_000, 'With less room than this no new sale is begun.'),
  })
  .refine(({ snapshot, journal, tape, logs, reserve, limit }) => snapshot + journal + tape + logs + reserve <= limit, {
    path: ['limit'],
    error: 'smaller than snapshot, journal, tape, logs and reserve together',
  })
  .refine(({ fullBelow, criticalBelow, tightBelow }) => fullBelow < criticalBelow && criticalBelow < tightBelow, {
    path: ['tightBelow'],
    error: 'fullBelow must be smaller than criticalBelow, and that smaller than tightBelow',
  });

export const terminalConfigSchema = z.strictObject({
  terminal: z.strictObject({
    id: z
      .string()
      .regex(/^[A-Z0-9]([A-Z0-9-]{0,10}[A-Z0-9])?$/, '1 to 12 of A–Z, 0–9 and "-", e.g. K1')
      .meta({
        description: 'The terminal’s number; part of every receipt number. Never give it to two tills.',
        restart: true,
        device: true,
      }),
    language: z
      .string()
      .regex(/^[a-z]{2,3}(-[A-Z]{2})?$/, 'a language such as "de"')
      .default('en')
      .meta({
        description:
          'Of displays and receipts: en, de, fr, vi, or one with a file in languagesDir (docs/languages.md).',
      }),
    languagesDir: z
      .string()
      .default('languages')
      .meta({ description: 'Folder of further languages, beside the configuration unless absolute.', device: true }),
    switchOffCommand: z.array(z.string().min(1)).default([]).meta({
      description:
        'What the service menu runs to switch the machine off, e.g. ["systemctl", "poweroff"]; empty: only Holdfast ends.',
      device: true,
    }),
    timeZone: z.string().default('').meta({ description: 'IANA zone; empty: the machine’s.' }),
  }),
  dataDir: z
    .string()
    .min(1)
    .meta({ description: 'Where sales, the snapshot and the control socket live.', restart: true, device: true }),
  journal: z
    .strictObject({
      tapeDir: z.string().default('').meta({
        description: 'Where the tape lies; another medium is best. Empty: inside dataDir.',
        restart: true,
        device: true,
      }),
      onCopyFailure: z
        .enum(['sell', 'stop'])
        .default('sell')
        .meta({ description: 'When one of the two copies fails: go on with the other, or stop selling.' }),
      retentionDays: z.int().min(1).default(90).meta({
        description: 'Sales that Magento has confirmed stay here for so many days at least; all others stay for ever.',
      }),
    })
    .prefault({}),
  magento: z.strictObject({
    baseUrl: z.url({ protocol: /^https?$/ }).meta({ description: 'e.g. https://shop.example' }),
    storeCode: z.string().min(1).default('default'),
    storeId: z.int().min(1).default(1),
    websiteId: z.int().min(1).default(1),
    websiteCode: z.string().min(1).default('base'),
    stockId: z.int().min(1).default(1),
    sourceCode: z.string().min(1).meta({ description: 'The MSI source that this till sells from.' }),
    returnsSourceCode: z.string().default('').meta({
      description:
        'An MSI source of this till alone, in no stock, through which what customers bring back goes to sourceCode (docs/magento-shop.md). Not needed with the module. Empty: none; goods are put back by hand.',
    }),
    auth: z.discriminatedUnion('type', [
      z.strictObject({
        type: z.literal('token'),
        token: z.string().min(1).meta({ secret: true, description: 'Integration access token.' }),
      }),
      z.strictObject({
        type: z.literal('token-file'),
        path: z.string().min(1).meta({ description: 'File that holds the integration token (mode 0600).' }),
      }),
      z.strictObject({
        type: z.literal('admin'),
        username: z.string().min(1),
        password: z.string().min(1).meta({ secret: true }),
      }),
    ]),
    address: address.meta({ description: 'The shop’s own address: billing and shipping address of counter sales.' }),
    shippingMethod: z.strictObject({ carrier: z.string(), method: z.string() }).default({
      carrier: 'freeshipping',
      method: 'freeshipping',
    }),
    paymentMethods: z
      .strictObject({ cash: z.string().min(1).default('cashondelivery'), card: z.string().min(1).default('checkmo') })
      .prefault({})
      .meta({ description: 'Magento payment method per tender; offline methods enabled in the shop.' }),
    recipe: z.enum(['auto', 'module', 'quote', 'direct']).default('auto').meta({
      description:
        'How a sale gets into Magento (docs/delivery.md): by the module where the shop has it, else by a cart, and directly what the cart refuses (auto); or by one of these only.',
    }),
    settleAfter: millis(120_000).meta({
      description: 'Milliseconds after which Magento can’t still be working on a request whose reply was lost.',
    }),
    requestTimeout: millis(30_000),
  }),
  prices: z
    .strictObject({
      includeTax: z.boolean().default(true),
      taxAlgorithm: z
        .enum(['TOTAL_BASE_CALCULATION', 'ROW_BASE_CALCULATION', 'UNIT_BASE_CALCULATION'])
        .default('TOTAL_BASE_CALCULATION'),
      taxAfterDiscount: z.boolean().default(true),
      discountIncludesTax: z.boolean().default(true),
      crossBorderTrade: z.boolean().default(false),
      origin: z
        .strictObject({
          countryId: z.string().regex(/^[A-Z]{2}$/, 'a two-letter country code such as DE'),
          regionId: z.int().min(0).default(0),
          postcode: z.string().default('*'),
        })
        .default({ countryId: 'DE', regionId: 0, postcode: '*' }),
      defaultCustomerTaxClassId: z.int().default(3),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as EUR')
        .default('EUR'),
    })
    .prefault({})
    .meta({
      description: 'Magento’s tax and price settings, which its REST API does not tell; must equal the shop’s.',
    }),
  snapshot: z
    .strictObject({
      through: z.enum(['shop', 'gateway']).default('shop').meta({
        description:
          'Who reads the shop: shop, this terminal itself; gateway, a gateway of its fleet once for all terminals, and this terminal itself while there is none (docs/gateway.md).',
      }),
      barcodeAttribute: z.string().default('ean'),
      pluAttribute: z.string().default('').meta({ description: 'Empty: the PLU is the numeric product id.' }),
      weightAttribute: z
        .string()
        .default('')
        .meta({ description: 'A yes/no attribute for goods sold by weight; empty: what the stock item says.' }),
      oversellAttribute: z.string().default('').meta({
        description:
          'A text attribute that says allow, warn or refuse for one product (till.oversell); empty: none does.',
      }),
      guestPrices: z
        .boolean()
        .default(true)
        .meta({ description: 'Learn today’s catalogue-rule prices from the web shop; doubles the time of a refresh.' }),
      pageSize: z.int().min(1).max(1000).default(300),
      refreshEvery: millis(60_000).meta({
        description: 'Milliseconds between two looks at what has changed in the shop, while online.',
      }),
      pricesEvery: millis(15 * 60_000).meta({
        description:
          'Milliseconds between two looks through all prices, rules and taxes: Magento does not date their changes.',
      }),
      stockEvery: millis(5 * 60_000).meta({ description: 'Milliseconds between two looks at all stock.' }),
      fullReadAt: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
        .default('03:30')
        .meta({ description: 'When the whole shop is read anew each day; each terminal begins up to an hour later.' }),
      requestsPerMinute: z
        .int()
        .min(1)
        .default(240)
        .meta({ description: 'Most requests to the shop in a minute for reading it, after a first sixty.' }),
    })
    .prefault({}),
  quota: quota.prefault({}).meta({ description: 'Bytes on disk; docs/storage.md says what follows from them.' }),
  sync: z
    .strictObject({
      lane: z.enum(['http', 'mqtt']).default('http').meta({
        description:
          'How documents get to Magento: http, straight from the terminal; mqtt, through a gateway of its fleet (docs/gateway.md).',
      }),
      retryEvery: millis(60_000),
      probeEvery: millis(10_000).meta({
        description: 'How often to look whether a shop that was out of reach is back.',
      }),
      jitter: z.int().min(0).default(5_000).meta({ description: 'Up to this many milliseconds, drawn per terminal.' }),
      overlap: z.int().min(1).max(8).default(1).meta({
        description:
          'How many sales may be on their way into Magento at once. They are begun in receipt order; more than 1 drains a long queue faster and loads the shop more.',
      }),
    })
    .prefault({}),
  till,
  staff,
  receipt: receipt.prefault({}),
  currency: z
    .strictObject({
      symbol: z.string().min(1).max(4).default('€'),
      decimalSeparator: z.enum([',', '.']).default('.'),
      symbolFirst: z.boolean().default(false),
    })
    .prefault({}),
  devices: devices.prefault({}).meta({ description: 'What is plugged into the terminal.', device: true }),
  settlement: settlement.prefault({}).meta({ description: 'Banks’ settlement reports; docs/settlement.md.' }),
  payments: payments.prefault({}).meta({ description: 'Cards when there is no network; docs/payments.md.' }),
  fleet,
  updates: updates.prefault({}).meta({ description: 'Another release of Holdfast; docs/updates.md.' }),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
      folder: z.string().default('').meta({
        description:
          'Where a supervisor keeps what Holdfast logs, to be counted; empty: the system limits its own journal.',
        device: true,
      }),
    })
    .prefault({}),
});

export type TerminalConfig = z.infer<typeof terminalConfigSchema>;
/** As written in a file: everything with a default may be left out. */
export type TerminalConfigInput = z.input<typeof terminalConfigSchema>;
export type { LinkConfig } from './link-schema.ts';

import { z } from 'zod';
import { link, serialOrTcp } from './link-schema.ts';

/** Card terminals, one variant a driver. */

const host = z.string().min(1).meta({ description: 'Name or address in the shop’s network.' });

const adyen = z.strictObject({
  driver: z.literal('adyen'),
  host,
  port: z.int().min(1).max(65_535).default(8443),
  poiId: z
    .string()
    .regex(/^[A-Za-z0-9]+-[A-Za-z0-9]+$/, 'model and serial number such as "V400m-324688179"')
    .meta({ description: 'adyen: model and serial number, as the terminal shows them.' }),
  saleId: z
    .string()
    .regex(/^[\w-]{0,64}$/)
    .default('')
    .meta({ description: 'adyen: what this till is called towards it; empty: the terminal’s number.' }),
  key: z
    .strictObject({
      identifier: z.string().min(1),
      version: z.int().min(0),
      passphraseFile: z.string().min(1).meta({ description: 'File that holds the passphrase (mode 0600).' }),
    })
    .meta({ description: 'adyen: the key of the terminal’s encryption settings in Adyen’s Customer Area.' }),
  certificateAuthorityFile: z.string().min(1).meta({
    description: 'adyen: PEM of the root that signs the terminals’ certificates; nothing else is trusted.',
  }),
});

const zvt = z.strictObject({
  driver: z.literal('zvt'),
  link: serialOrTcp({ dataBits: 8, parity: 'none', stopBits: 2 }, 20_007),
  password: z
    .string()
    .regex(/^\d{6}$/, 'six digits')
    .default('000000')
    .meta({ secret: true, description: 'zvt: the terminal’s cashier password.' }),
  printsOn: z.enum(['terminal', 'till']).default('terminal').meta({
    description: 'zvt: who prints card slips; till: terminals without a printer.',
  }),
  characterSet: z.enum(['cp437', 'latin1']).default('cp437').meta({
    description: 'zvt: how the terminal writes Ä, Ö and Ü on slips that the till prints.',
  }),
});

const square = z.strictObject({
  driver: z.literal('square'),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .default('https://connect.squareup.com')
    .meta({ description: 'square: its API; the sandbox is https://connect.squareupsandbox.com.' }),
  deviceId: z.string().min(1).meta({ description: 'square: the paired terminal, as Square’s Devices API names it.' }),
  locationId: z.string().min(1).meta({ description: 'square: the shop’s location at Square.' }),
  accessTokenFile: z.string().min(1).meta({ description: 'square: file that holds the access token (mode 0600).' }),
});

const worldpay = z.strictObject({
  driver: z.literal('worldpay'),
  host: z.string().min(1).default('127.0.0.1').meta({ description: 'worldpay: where IPC runs.' }),
  requestPort: z.int().min(1).max(65_535).default(10_000).meta({ description: 'worldpay: IPC’s socket port.' }),
  messagePort: z.int().min(1).max(65_535).default(8_000).meta({ description: 'worldpay: IPC’s message port.' }),
});

export const paymentTerminal = z
  .discriminatedUnion('driver', [
    z.strictObject({ driver: z.literal('simulated'), link }),
    zvt,
    adyen,
    square,
    worldpay,
  ])
  .nullable()
  .default(null)
  .meta({
    description:
      'zvt: German terminals by ZVT; adyen: Adyen terminals over the local network; square: Square terminals over the internet; worldpay: what Worldpay’s IPC drives; simulated: the card terminal of the showroom.',
  });

export type PaymentTerminalConfig = NonNullable<z.infer<typeof paymentTerminal>>;

/** The configuration with the paths in it made absolute. */
export function withAbsoluteFiles(
  config: PaymentTerminalConfig | null,
  absolute: (path: string) => string,
): PaymentTerminalConfig | null {
  switch (config?.driver) {
    case 'adyen': {
      const { key, certificateAuthorityFile } = config;
      return {
        ...config,
        key: { ...key, passphraseFile: absolute(key.passphraseFile) },
        certificateAuthorityFile: absolute(certificateAuthorityFile),
      };
    }
    case 'square':
      return { ...config, accessTokenFile: absolute(config.accessTokenFile) };
    case 'simulated':
    case 'zvt':
    case 'worldpay':
    case undefined:
      return config ?? null;
  }
}

import type { z } from 'zod';
import type { terminalConfigSchema } from '../config/schema.ts';

/** Where the devices of the counter and its network cable are plugged in: loopback ports. */
export interface Sockets {
  readonly shop: number;
  readonly keypad: number;
  readonly display: number;
  readonly printer: number;
  readonly scanner: number;
  readonly cardTerminal: number;
}

/** What the badge of the kiosk's staff says. */
export const staffBadge = 'STAFF-0001';

/** What makes the showroom's till a kiosk. Its staff has the PIN 1234, or {@link staffBadge}. */
export const kioskSettings = {
  staff: {
    members: [
      {
        name: 'Staff',
        supervisor: true,
        badge: staffBadge,
        pinHash: 'scrypt:16384:8:1:aG9sZGZhc3Qtc2hvd3Jvb20:7AkChYQ4acK1CgS6ttVufSnwtfiGs82O8Rt8bA8_8TA',
      },
    ],
  },
  till: { profile: 'kiosk' as const, cashier: 'Kiosk', kiosk: { languages: ['de', 'fr', 'vi'] } },
};

/** The configuration of the showroom's till, as a trader would write it for the recorded shop (test/conformance/README.md). */
export function tillConfig(sockets: Sockets, dataDir: string, token: string): ConfigInput {
  const link = (port: number) => ({ type: 'tcp', host: '127.0.0.1', port }) as const;
  return {
    terminal: { id: 'K1', timeZone: 'Europe/Berlin' },
    dataDir,
    magento: {
      baseUrl: `http://127.0.0.1:${sockets.shop}`,
      stockId: 2,
      sourceCode: 'store-market',
      returnsSourceCode: 'sold-k1',
      auth: { type: 'token', token },
      // The simulated shop answers within a second or not at all.
      settleAfter: 3_000,
      address: {
        firstname: 'Market',
        lastname: 'Stall',
        company: 'Kontor POS',
        street: 'Ladenstr. 1',
        city: 'Berlin',
        postcode: '10115',
        countryId: 'DE',
        region: 'Berlin',
        regionId: 82,
        regionCode: 'BER',
        telephone: '030 1234567',
        email: 'till@kontor-pos.example',
      },
    },
    // Livelier than in a shop, where a minute is soon enough.
    sync: { retryEvery: 10_000, probeEvery: 1_000, jitter: 0 },
    prices: { includeTax: true, taxAlgorithm: 'TOTAL_BASE_CALCULATION', currency: 'EUR' },
    receipt: {
      header: ['Kontor POS', 'Ladenstr. 1, 10115 Berlin'],
      footer: ['Thank you for shopping with us'],
      taxNumber: 'DE123456789',
    },
    devices: {
      keypad: { driver: 'ascii', link: link(sockets.keypad) },
      display: { driver: 'cd5220', link: link(sockets.display), size: '20x2' },
      printer: { driver: 'escpos', link: link(sockets.printer), columns: 32 },
      drawer: { driver: 'printer' },
      scanner: { driver: 'line', link: link(sockets.scanner) },
      paymentTerminal: { driver: 'simulated', link: link(sockets.cardTerminal) },
    },
  };
}

/** Cards without network as the showroom's acquirer takes them; it answers on a port of its own behind the same cable. */
export function cardConfig(acquirer: number, sealingKeyFile: string): Pick<ConfigInput, 'payments'> {
  return {
    payments: {
      acquirer: 'simulated',
      offline: { allowed: true },
      simulatedUrl: `http://127.0.0.1:${acquirer}`,
      sealingKeyFile,
      // Livelier than in a shop.
      forwardEvery: 2_000,
    },
  };
}

type ConfigInput = z.input<typeof terminalConfigSchema>;

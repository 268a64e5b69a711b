import { silentLogger } from '../../../src/platform/log.ts';
import type { Random } from '../../../src/platform/random.ts';
import {
  recordedCatalogue,
  type SimulatedMagento,
  type SimulatedMagentoOptions,
  startSimulatedMagento,
} from '../../../src/showroom/magento/index.ts';
import type { Json, Row } from '../../../src/showroom/magento/json.ts';
import { ManualClock } from '../../tools/manual-clock.ts';

const catalogue = recordedCatalogue();

/** A pseudo-random source that repeats. */
export function seeded(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return { fraction: next, bytes: (length) => Uint8Array.from({ length }, () => Math.floor(next() * 256)) };
}

export interface Reply {
  readonly status: number;
  readonly text: string;
  /** The body, or null when it is no JSON. */
  readonly body: Json;
  readonly headers: Headers;
}

export interface OpenShop {
  readonly magento: SimulatedMagento;
  readonly clock: ManualClock;
  /** A call with the integration's token; rejects when the connection is cut. */
  readonly call: (method: string, path: string, body?: Json, token?: string) => Promise<Reply>;
  /** A cart ready to be placed. */
  readonly cart: (lines: readonly { readonly sku: string; readonly qty: number }[]) => Promise<string>;
}

export const address: Row = {
  firstname: 'POS',
  lastname: 'Laden Berlin',
  street: ['Ladenstr. 1'],
  city: 'Berlin',
  postcode: '10115',
  country_id: 'DE',
  region_id: 82,
  telephone: '030 1',
  email: 'pos-berlin@example.com',
};

export async function openShop(options: Partial<SimulatedMagentoOptions> = {}): Promise<OpenShop> {
  const clock = new ManualClock('2026-11-23T09:00:00Z');
  const magento = await startSimulatedMagento({
    port: 0,
    clock,
    random: seeded(7),
    log: silentLogger,
    catalogue,
    ...options,
  });
  const call: OpenShop['call'] = async (method, path, body, token = magento.integrationToken) => {
    const answer = await fetch(magento.url + path, {
      method,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, text, body: parsed(text), headers: answer.headers };
  };
  const cart: OpenShop['cart'] = async (lines) => {
    const id = String((await call('POST', '/rest/V1/carts')).body);
    for (const { sku, qty } of lines) {
      const reply = await call('POST', `/rest/V1/carts/${id}/items`, { cartItem: { quote_id: id, sku, qty } });
      if (reply.status !== 200) throw new Error(reply.text);
    }
    await call('POST', `/rest/V1/carts/${id}/shipping-information`, {
      addressInformation: {
        shipping_address: address,
        billing_address: address,
        shipping_carrier_code: 'freeshipping',
        shipping_method_code: 'freeshipping',
      },
    });
    return id;
  };
  return { magento, clock, call, cart };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

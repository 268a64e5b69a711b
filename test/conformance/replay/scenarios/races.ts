import { expect } from 'vitest';
import { milliseconds } from '../../../../src/platform/clock.ts';
import { numberOf, rowOf, rowsOf } from '../../../../src/showroom/magento/json.ts';
import { observed } from '../exchange.ts';
import { observation, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

/** The time that placements took when the races were recorded, about. */
const placement = milliseconds(500);

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Placement {
  readonly done: Promise<number>;
  status: number | null;
  readonly abort: () => void;
}

/** Sends `PUT …/order` and returns when the shop is at work on it, or has answered. */
async function send(world: World, cart: number): Promise<Placement> {
  const { magento, clock } = world;
  const waiting = clock.waiting;
  const controller = new AbortController();
  const answer = fetch(`${magento.url}/rest/V1/carts/${cart}/order`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${magento.integrationToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ paymentMethod: { method: 'checkmo' } }),
    signal: controller.signal,
  });
  const sent: Placement = {
    status: null,
    abort: () => controller.abort(),
    done: answer.then(
      async (response) => {
        await response.text();
        sent.status = response.status;
        return response.status;
      },
      () => 0,
    ),
  };
  while (clock.waiting === waiting && sent.status === null) await turn();
  return sent;
}

/** Lets time pass until all have their answers. */
async function finish(world: World, placements: readonly Placement[]): Promise<readonly number[]> {
  let all: readonly number[] | null = null;
  const finished = Promise.all(placements.map(({ done }) => done)).then((statuses) => {
    all = statuses;
    return statuses;
  });
  while (all === null) {
    await world.clock.advance(milliseconds(5));
    await turn();
  }
  return finished;
}

async function cartWithTea(world: World, recordedId: number): Promise<number> {
  world.magento.latency = 'none';
  const cart = await world.cart(recordedId, [{ sku: 'TEA-01', qty: 2 }]);
  world.magento.latency = placement;
  return cart;
}

const ordersOf = ({ magento }: World, cart: number) =>
  magento.shop.ledger.orders.filter((order) => order.row['quote_id'] === cart);

/** What came of a repeat sent `delay` after the first call. */
async function repeated(world: World, recordedId: number, delay: number): Promise<{ second: number; orders: number }> {
  const cart = await cartWithTea(world, recordedId);
  const first = await send(world, cart);
  await world.clock.advance(milliseconds(delay));
  const second = await send(world, cart);
  const statuses = await finish(world, [first, second]);
  expect(statuses[0]).toBe(200);
  return { second: statuses[1] ?? 0, orders: ordersOf(world, cart).length };
}

export const races: readonly Scenario[] = [
  {
    name: 'placements at the same time',
    steps: [
      observation('b40-parallel-place-x2', async (world) => {
        const cart = await cartWithTea(world, 1185);
        const statuses = await finish(world, [await send(world, cart), await send(world, cart)]);
        expect([...statuses].sort()).toEqual([200, 400]);
        expect(ordersOf(world, cart)).toHaveLength(1);
      }),
      observation('b40-parallel-place-x4', async (world) => {
        const cart = await cartWithTea(world, 1186);
        const before = numberOf(ordersOf(world, cart - 1)[0]?.row['increment_id']);
        const sent = [
          await send(world, cart),
          await send(world, cart),
          await send(world, cart),
          await send(world, cart),
        ];
        expect([...(await finish(world, sent))].sort()).toEqual([200, 400, 400, 400]);
        expect(ordersOf(world, cart)).toHaveLength(1);
        expect(world.magento.shop.ledger.reservations.filter(({ quantity }) => quantity === -2)).toHaveLength(2);
        // The loser of the race before used up a number.
        expect(numberOf(ordersOf(world, cart)[0]?.row['increment_id'])).toBe(before + 2);
      }),
    ],
  },
  {
    name: 'a client that hangs up',
    steps: [
      observation('b41-client-abort', async (world) => {
        const cart = await cartWithTea(world, 1187);
        const sent = await send(world, cart);
        sent.abort();
        expect(await sent.done).toBe(0);
        while (ordersOf(world, cart).length === 0) await world.clock.advance(milliseconds(5));
        world.magento.latency = 'none';
      }),
      'b42-repeat-after-abort',
    ],
  },
  {
    name: 'a repeat in the last part of the first attempt doubles the order',
    steps: [
      observation('b80-staggered-repeat', async (world) => {
        const runs = rowsOf(rowOf(observed('b80-staggered-repeat'))['runs']);
        expect(runs).toHaveLength(33);
        for (const [index, run] of runs.entries()) {
          const delay = numberOf(run['delay_ms']);
          const second = Array.isArray(run['second']) ? numberOf(run['second'][0]) : 0;
          // Of this one run the first call took only 461 ms and was over in time.
          const expected = delay === 380 ? { second: 200, orders: 2 } : { second, orders: numberOf(run['orders']) };
          expect(await repeated(world, 1300 + index, delay), `repeat after ${delay} ms`).toEqual(expected);
        }
      }),
    ],
  },
];

import { beforeEach, describe, expect, it } from 'vitest';
import type { MagentoOutcome } from '../../../src/magento/client/outcome.ts';
import { createHttpLane } from '../../../src/magento/delivery/http-lane.ts';
import type { Capability, OptionalRecipe, Recipe, RecipeChoice } from '../../../src/magento/delivery/recipe.ts';
import type { JsonValue } from '../../../src/platform/brand.ts';
import { hours } from '../../../src/platform/clock.ts';
import type { DeliveryOutcome } from '../../../src/sync/lane.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { line, saleOf } from './sales.ts';

const sale = saleOf([line({ sku: 'HOU-04', productId: 34, inclTax: '9.99', tax: '1.60' })]);
const signal = new AbortController().signal;

let asked: string[];
let capability: Capability;
let looks: number;
let clock: ManualClock;
beforeEach(() => {
  asked = [];
  capability = { kind: 'there' };
  looks = 0;
  clock = new ManualClock();
});

/** Writes `{ by, begun }` as its progress. */
function fakeRecipe(name: 'module' | 'stock'): Recipe {
  const own = (progress: JsonValue): boolean => JSON.stringify(progress)?.includes(`"by":"${name}"`) ?? false;
  return {
    words: name,
    holds: (progress) =>
      own(progress) ? (JSON.stringify(progress).includes('"begun":true') ? 'begun' : 'idle') : 'foreign',
    async deliver(_, progress) {
      asked.push(`${name} ${JSON.stringify(progress)}`);
      return { kind: 'parked', progress, code: 'test', answer: '' };
    },
    describe: () => `${name} describes`,
  };
}

function laneOf(choice: RecipeChoice, withModule = true) {
  const module: OptionalRecipe = {
    ...fakeRecipe('module'),
    async look() {
      looks += 1;
      return capability;
    },
  };
  const nobody: MagentoOutcome = { kind: 'ok', status: 200, body: { items: [], total_count: 0 } };
  return createHttpLane({
    client: { request: async () => nobody },
    clock,
    choice,
    stock: fakeRecipe('stock'),
    module: withModule ? module : null,
    documents: { returns: noDelivery, customers: noDelivery, paymentOutcomes: noDelivery, mails: noDelivery },
  });
}

const noDelivery = {
  deliver: async (): Promise<DeliveryOutcome> => {
    throw new Error('not a sale');
  },
  describe: () => null,
};

const deliver = (lane: ReturnType<typeof laneOf>, progress: JsonValue = null) =>
  lane.deliver(
    { kind: 'sale', sale },
    { progress, instructions: [], needed: [], checkpoint: async () => undefined, signal },
  );

describe('which recipe brings a sale in', () => {
  it('auto: the module where the shop has it, else the stock calls', async () => {
    const lane = laneOf('auto');
    expect(lane.recipe).toBe('stock');
    await deliver(lane);
    expect(lane.recipe).toBe('module');
    capability = { kind: 'absent', words: 'no route' };
    await clock.advance(hours(1));
    await deliver(lane);
    expect(lane.recipe).toBe('stock');
    expect(asked).toEqual(['module null', 'stock null']);
  });

  it('looks for the module once an hour, not for every sale', async () => {
    const lane = laneOf('auto');
    for (let count = 0; count < 5; count += 1) await deliver(lane);
    expect(looks).toBe(1);
  });

  it('does not decide while nobody knows whether the module is there; what was known stays true meanwhile', async () => {
    const lane = laneOf('auto');
    capability = { kind: 'unknown', code: 'magento.network', words: 'no connection' };
    expect(await deliver(lane)).toMatchObject({ kind: 'later', scope: 'lane', code: 'magento.network' });
    expect(asked).toEqual([]);
    capability = { kind: 'there' };
    await deliver(lane);
    capability = { kind: 'unknown', code: 'magento.network', words: 'no connection' };
    await clock.advance(hours(2));
    await deliver(lane);
    expect(asked).toEqual(['module null', 'module null']);
  });

  it.each(['quote', 'direct'] as const)('%s: the stock calls, without looking for a module', async (choice) => {
    await deliver(laneOf(choice));
    expect(asked).toEqual(['stock null']);
    expect(looks).toBe(0);
  });

  it('module: nothing else; where it is absent the sales wait and it is said why', async () => {
    capability = { kind: 'absent', words: 'no such route' };
    expect(await deliver(laneOf('module'))).toMatchObject({
      kind: 'later',
      scope: 'lane',
      code: 'delivery.no-module',
      answer: 'The shop lacks the module: no such route',
    });
    expect(await deliver(laneOf('module', false))).toMatchObject({ kind: 'later', code: 'delivery.no-module' });
  });

  it('a sale that one recipe has begun is ended by it, whatever is chosen now', async () => {
    const begun = { by: 'stock', begun: true };
    await deliver(laneOf('module'), begun);
    await deliver(laneOf('quote'), { by: 'module', begun: true });
    expect(asked).toEqual(['stock {"by":"stock","begun":true}', 'module {"by":"module","begun":true}']);
    expect(laneOf('module').describe(begun)).toBe('stock describes');
  });

  it('what another recipe wrote before it began is no business of the next', async () => {
    await deliver(laneOf('auto'), { by: 'stock', begun: false });
    await deliver(laneOf('quote'), { by: 'stock', begun: false });
    expect(asked).toEqual(['module null', 'stock {"by":"stock","begun":false}']);
  });
});

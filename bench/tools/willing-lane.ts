import type { Lane } from '../../src/sync/lane.ts';

/** A shop that takes everything at once. */
export const willing: Lane = {
  name: 'http',
  recipe: 'at once',
  deliver: async () => ({
    kind: 'confirmed',
    progress: null,
    answer: 'delivered',
    order: { orderId: 1, orderNumber: '000000001', stock: 'verified' },
  }),
  describe: () => 'waits',
  probe: async () => ({ kind: 'reachable' }),
};

/**
 * How long calls take: not at all, a fixed number of milliseconds, or as recorded (Magento 2.4.7-p3 on two cores, production
 * mode; medians of the exchanges in test/conformance).
 */
export type Latency = 'none' | 'recorded' | number;

const recorded: readonly (readonly [route: RegExp, milliseconds: number])[] = [
  [/^PUT \/V1\/carts\/\{cartId\}\/order$/, 500],
  [/^POST \/V1\/carts\/\{cartId\}\/shipping-information$/, 200],
  [/^(POST|PUT|DELETE) \/V1\/carts/, 110],
  [/^GET \/V1\/carts/, 80],
  [/^POST \/V1\/inventory\/bulk-partial-source-transfer$/, 200],
  [/^POST \/V1\/order\/\{orderId\}\/(ship|refund)$/, 120],
  [/^POST \/V1\/order\/\{orderId\}\/invoice$/, 80],
  [/^(PUT|POST) \/V1\/orders/, 55],
  [/^POST \/V1\/integration/, 100],
  [/^POST \/V1\/holdfast\/sales$/, 125],
  [/^PUT \/V1\/products/, 200],
];

/** Milliseconds of one call by its `METHOD /path`. */
export function latencyOf(latency: Latency, route: string): number {
  if (latency === 'none') return 0;
  if (latency !== 'recorded') return latency;
  return recorded.find(([pattern]) => pattern.test(route))?.[1] ?? 45;
}

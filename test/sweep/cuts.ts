import type { Traffic } from './cutting-proxy.ts';
import type { Mishap } from './rig.ts';

export interface NamedMishap extends Mishap {
  readonly name: string;
}

/** Everything that may befall one sale, by what an undisturbed passage looked like. */
export interface Undisturbed {
  readonly traffic: Traffic;
  readonly appends: number;
  readonly messages: number;
}

/** Cuts at the seams of every call: before it, in its middle, at its last byte; the same for its answer. */
export function cutsAtSeams({ traffic }: Undisturbed): readonly NamedMishap[] {
  return traffic.starts.flatMap((start, index) => {
    const next = traffic.starts[index + 1];
    const request = seams(start.request, next?.request ?? traffic.requestBytes);
    const response = seams(start.response, next?.response ?? traffic.responseBytes);
    return [...cutsOf('request', request), ...cutsOf('response', response)];
  });
}

const seams = (from: number, before: number): number[] => [from, Math.floor((from + before) / 2), before - 1];

/** A cut before every `step`-th byte of all requests and all responses. */
export function cutsEvery(step: number, { traffic }: Undisturbed): readonly NamedMishap[] {
  const every = (bytes: number): number[] =>
    Array.from({ length: Math.ceil(bytes / step) }, (_, index) => index * step);
  return [...cutsOf('request', every(traffic.requestBytes)), ...cutsOf('response', every(traffic.responseBytes))];
}

const cutsOf = (kind: 'request' | 'response', bytes: readonly number[]): NamedMishap[] =>
  bytes.map((atByte) => ({ name: `connection lost at ${kind} byte ${atByte}`, cut: { kind, atByte } }));

/** The same cuts, and the process dies with the connection. */
export const deadly = (cuts: readonly NamedMishap[]): readonly NamedMishap[] =>
  cuts.map((mishap) => ({ ...mishap, name: `${mishap.name}, process killed`, deadly: true }));

const perCall = {
  'error-after': 'is applied and answered by 500',
  maintenance: 'meets the maintenance page',
  doubled: 'arrives twice',
  held: 'arrives late, after the terminal has given it up and looked',
} as const;

/** What may befall each call as a whole. */
export function faultsPerCall({ traffic }: Undisturbed): readonly NamedMishap[] {
  return traffic.starts.flatMap((_, index) =>
    Object.entries(perCall).map(([kind, what]) => ({
      name: `call ${index + 1} ${what}`,
      cut: { kind: kind as keyof typeof perCall, request: index + 1 },
    })),
  );
}

/** The process dies between any two steps: each journal record lost, or durable and nothing more. */
export function deaths({ appends }: Undisturbed): readonly NamedMishap[] {
  return Array.from({ length: appends }, (_, index) => index + 1).flatMap((append) =>
    [false, true].map((durable) => ({
      name: `killed ${durable ? 'after' : 'before'} record ${append}`,
      cut: { kind: 'none' },
      death: { append, durable },
    })),
  );
}

/** A gateway dies at any of its messages, sent or received, of which nobody gets to know, or which is all that is left of it. */
export function gatewayDeaths({ messages }: Undisturbed): readonly NamedMishap[] {
  return Array.from({ length: messages }, (_, index) => index + 1).flatMap((message) =>
    [false, true].map((counts) => ({
      name: `gateway killed ${counts ? 'after' : 'before'} message ${message}`,
      cut: { kind: 'none' },
      gatewayDeath: { message, counts },
    })),
  );
}

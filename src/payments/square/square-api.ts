import type { Duration } from '../../platform/clock.ts';

/** What is needed of Square's API; the client that the card terminal's driver uses has it. */
export interface SquareApi {
  /** Never rejects. */
  request(method: 'GET' | 'POST', path: string, body: unknown, timeout: Duration): Promise<SquareReply>;
}

export type SquareReply =
  | { readonly kind: 'answer'; readonly body: unknown }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly words: string }
  | { readonly kind: 'unreachable'; readonly sent: boolean; readonly words: string };

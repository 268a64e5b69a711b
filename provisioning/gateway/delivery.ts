import {
  type AttemptId,
  type DeliveryOffer,
  type DeliveryPlace,
  type GatewayId,
  type Granted,
  grantedWithin,
  type ReturnBeside,
  workingEvery,
} from '../../src/fleet/delivery-messages.ts';
import { documentId } from '../../src/journal/document.ts';
import type { WaitingDocument } from '../../src/magento/returns/one-at-a-time.ts';
import { type JsonValue, unreachable } from '../../src/platform/brand.ts';
import { type Clock, milliseconds, seconds } from '../../src/platform/clock.ts';
import type { ReturnId, TerminalId } from '../../src/platform/ids.ts';
import type { DeliveryOutcome, Document } from '../../src/sync/lane.ts';
import type { GatewayLine } from './gateway-line.ts';
import type { Shops } from './shops.ts';
import { TerminalClock } from './terminal-clock.ts';

export interface DeliveryParts {
  readonly gateway: GatewayId;
  readonly line: GatewayLine;
  readonly shops: Shops;
  /** Waits for its turn; what it answers ends that. */
  readonly turn: (signal: AbortSignal) => Promise<() => void>;
  readonly clock: Clock;
}

/** Why a delivery was told to end. */
export type StopReason = 'terminal' | 'gateway';

/**
 * Brings one document as far as it gets, with the code of the terminal's own lane. Every step is granted by the terminal, which has the
 * progress before it written down by then; what comes of it goes back as a receipt. Rejects with `gateway.not-granted` when the document
 * is another's by now, or the terminal is gone: then nothing more is done, and whoever comes next goes on at what is written down.
 */
export async function deliverForTerminal(
  { gateway, line, shops, turn, clock }: DeliveryParts,
  terminal: TerminalId,
  offer: DeliveryOffer,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const { attempt, document, progress, instructions, needed } = offer;
  let revision = 0;
  const ask = (reached: JsonValue): Promise<Granted> =>
    line.ask(terminal, 'delivery.step', { attempt, gateway, revision, progress: reached });
  const begun = await ask(null);
  const stopWorking = sayWorking({ gateway, line, clock }, terminal, attempt);
  let end: (() => void) | null = null;
  const receive = (outcome: DeliveryOutcome, of: { readonly madeDirectly: boolean; readonly recipe: string }) =>
    line.ask(terminal, 'delivery.receipt', {
      attempt,
      gateway,
      documentId: documentId(document),
      revision,
      outcome,
      ...of,
    });
  try {
    if (!isOf(terminal, document)) {
      const refused = foreign(terminal, progress);
      await receive(refused, { madeDirectly: false, recipe: 'refused' });
      return refused;
    }
    end = await turn(signal);
    let madeDirectly = false;
    const lane = shops.lane(inTerminalsTime(offer.place), {
      unconfirmed: () => offer.beside.map(waitingReturn),
      madeDirectly: async () => {
        madeDirectly = true;
      },
      clock: new TerminalClock(clock, begun),
    });
    const checkpoint = async (reached: JsonValue): Promise<void> => {
      revision += 1;
      await ask(reached);
    };
    const reached = await lane.deliver(document, { progress, instructions, needed, checkpoint, signal });
    const outcome = signal.aborted && signal.reason === 'gateway' ? forAnother(reached) : reached;
    await receive(outcome, { madeDirectly, recipe: lane.recipe });
    return outcome;
  } finally {
    stopWorking();
    end?.();
  }
}

/** Whoever has one terminal's credentials can bring nothing in another's name. An outcome names no terminal, but its sale may. */
function isOf(terminal: TerminalId, document: Document): boolean {
  switch (document.kind) {
    case 'sale':
      return document.sale.terminalId === terminal && document.sale.receiptNumber.startsWith(`${terminal}-`);
    case 'return':
      return document.return.terminalId === terminal && document.return.receiptNumber.startsWith(`${terminal}-`);
    case 'customer':
      return document.customer.terminalId === terminal;
    case 'receipt-mail':
      return document.mail.receiptNumber.startsWith(`${terminal}-`);
    case 'payment-outcome':
      return true;
    default:
      return unreachable(document);
  }
}

const foreign = (terminal: TerminalId, progress: JsonValue): DeliveryOutcome => ({
  kind: 'parked',
  progress,
  code: 'gateway.other-terminal',
  answer: `It was not made at ${terminal}, whose credentials brought it; a gateway takes a terminal's own documents only`,
});

/** Another gateway may go on at once: it is this one that stops, not the shop that is away. */
function forAnother(outcome: DeliveryOutcome): DeliveryOutcome {
  if (outcome.kind !== 'later') return outcome;
  const { retryAfter } = outcome;
  return {
    ...outcome,
    scope: 'document',
    answer: `The gateway was stopped: ${outcome.answer}`,
    retryAfter: retryAfter ?? seconds(1),
  };
}

/** The terminal's stamp of a step may be this much too early, and the step itself this much later than its stamp. */
function inTerminalsTime(place: DeliveryPlace): DeliveryPlace {
  const settleAfter = milliseconds(place.shop.settleAfter + 2 * grantedWithin);
  return { ...place, shop: { ...place.shop, settleAfter } };
}

const waitingReturn = ({ documentId: id, receiptNumber, progress }: ReturnBeside): WaitingDocument => ({
  kind: 'return',
  receiptNumber,
  delivery: { documentId: id as ReturnId, state: 'waiting', progress }, // the terminal's own, as it was told
});

/** Tells the terminal now and then that this gateway is alive, until what it answers is called. */
function sayWorking(
  { gateway, line, clock }: Pick<DeliveryParts, 'gateway' | 'line' | 'clock'>,
  terminal: TerminalId,
  attempt: AttemptId,
): () => void {
  let isOver = false;
  const again = () =>
    clock.schedule(workingEvery, () => {
      if (isOver) return;
      // One that is lost is followed by the next.
      void line.send(terminal, 'delivery.working', { attempt, gateway }).catch(() => undefined);
      timer = again();
    });
  let timer = again();
  return () => {
    isOver = true;
    timer.cancel();
  };
}

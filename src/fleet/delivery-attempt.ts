import { documentId } from '../journal/document.ts';
import type { JsonValue } from '../platform/brand.ts';
import { type Clock, type Duration, seconds, type Timer } from '../platform/clock.ts';
import { messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import type { DeliveryTask, Document } from '../sync/lane.ts';
import { type AttemptId, type DeliveryReceipt, type GatewayId, silentAfter, takenWithin } from './delivery-messages.ts';
import type { MessageOf } from './envelope.ts';
import type { Messenger } from './messenger.ts';
import type { MessageId } from './protocol.ts';

export interface DeliveryAttemptOptions {
  readonly id: AttemptId;
  readonly document: Document;
  readonly task: DeliveryTask;
  readonly messenger: Messenger;
  readonly clock: Clock;
  readonly log: Logger;
}

export type AttemptEnd =
  | { readonly kind: 'receipt'; readonly receipt: DeliveryReceipt }
  /** No gateway asked for it. */
  | { readonly kind: 'not-taken' }
  /** The gateway says nothing any more. */
  | { readonly kind: 'silent' }
  /** The terminal was told to stop. */
  | { readonly kind: 'stopped' };

type Step = MessageOf<'delivery.step'>['body'];

/** SIGTERM leaves ten seconds: a gateway may use most of them to end a call well. */
const stopsWithin = seconds(8);

/**
 * The terminal's side of one attempt. One gateway has it, the first that asked; each of its steps is granted once, when what it says of
 * itself is durable here; nothing is granted or written down any more once the attempt is over.
 */
export class DeliveryAttempt {
  /** As it is durable. */
  progress: JsonValue;
  readonly #options: DeliveryAttemptOptions;
  #gateway: GatewayId | null = null;
  #revision = 0;
  /** What is being written down; resolves with whether it is. */
  #writing: Promise<boolean> = Promise.resolve(true);
  #isOver = false;
  #isStopping = false;
  #timer: Timer;
  readonly #ended: Promise<AttemptEnd>;
  #end: (end: AttemptEnd) => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;

  constructor(options: DeliveryAttemptOptions) {
    this.#options = options;
    this.progress = options.task.progress;
    this.#ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    // Whoever offers may fail before it waits for the end.
    this.#ended.catch(() => undefined);
    this.#timer = this.#after(takenWithin, () => this.#over({ kind: 'not-taken' }));
  }

  /** Resolves when nothing of this attempt is written down any more. Rejects with what the journal rejected a step with. */
  async ended(): Promise<AttemptEnd> {
    const { signal } = this.#options.task;
    const stop = (): void => this.#stop();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await this.#ended;
    } finally {
      signal.removeEventListener('abort', stop);
      this.#isOver = true;
      this.#timer.cancel();
      await this.#writing;
    }
  }

  /** The gateway is at work. */
  heard(gateway: GatewayId): void {
    if (this.#isOver || this.#isStopping || gateway !== this.#gateway) return;
    this.#timer.cancel();
    this.#timer = this.#after(silentAfter, () => this.#over({ kind: 'silent' }));
  }

  step(id: MessageId, step: Step): void {
    const reason = this.#reasonAgainst(step);
    if (reason !== null) {
      deny(this.#options.messenger, id, step, reason);
      return;
    }
    this.#gateway = step.gateway;
    this.heard(step.gateway);
    if (step.revision > this.#revision) {
      this.#revision = step.revision;
      this.#writing = this.#write(step.progress);
    }
    // A step that is asked for again is granted again, and written down once.
    void this.#writing.then((isDurable) => (isDurable ? this.#grant(id, step) : undefined));
  }

  receipt(id: MessageId, receipt: DeliveryReceipt): void {
    const { messenger, document } = this.#options;
    if (this.#isOver || receipt.gateway !== this.#gateway || receipt.revision !== this.#revision) {
      deny(messenger, id, receipt, 'This attempt is over');
    } else if (receipt.documentId !== documentId(document)) {
      deny(messenger, id, receipt, 'Another document');
    } else {
      this.#grant(id, receipt);
      this.#over({ kind: 'receipt', receipt });
    }
  }

  #reasonAgainst({ gateway, revision }: Step): string | null {
    if (this.#isOver) return 'This attempt is over';
    if (this.#gateway === null) return revision === 0 ? null : 'This attempt has not begun';
    if (gateway !== this.#gateway) return 'Another gateway has it';
    return revision === this.#revision || revision === this.#revision + 1 ? null : 'Not the next step';
  }

  async #write(progress: JsonValue): Promise<boolean> {
    try {
      await this.#options.task.checkpoint(progress);
      this.progress = progress;
      return true;
    } catch (error) {
      this.#isOver = true;
      this.#fail(error);
      return false;
    }
  }

  #grant(replyTo: MessageId, { attempt, gateway, revision }: Pick<Step, 'attempt' | 'gateway' | 'revision'>): void {
    const { messenger, clock, log } = this.#options;
    const granted = { attempt, gateway, revision, monotonic: clock.monotonic(), bootId: clock.bootId };
    // One that is lost is asked for again.
    void messenger.send('delivery.granted', granted, { replyTo }).catch((error: unknown) => {
      log.info({ error: messageOf(error) }, 'a grant could not be sent');
    });
  }

  #stop(): void {
    const { messenger, id } = this.#options;
    if (this.#isOver) return;
    if (this.#gateway === null) {
      this.#over({ kind: 'stopped' });
      return;
    }
    this.#isStopping = true;
    // Without a connection there is nothing to wait for.
    messenger
      .send('delivery.stop', { attempt: id, gateway: this.#gateway })
      .catch(() => this.#over({ kind: 'stopped' }));
    this.#timer.cancel();
    this.#timer = this.#after(stopsWithin, () => this.#over({ kind: 'stopped' }));
  }

  #over(end: AttemptEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer.cancel();
    this.#end(end);
  }

  #after(duration: Duration, task: () => void): Timer {
    return this.#options.clock.schedule(duration, task);
  }
}

/** Tells a gateway that what it asks for is not its any more. Whether it hears that does not matter: silence ends it as well. */
export function deny(
  messenger: Messenger,
  replyTo: MessageId,
  { attempt, gateway }: Pick<Step, 'attempt' | 'gateway'>,
  words: string,
): void {
  void messenger.send('delivery.denied', { attempt, gateway, words }, { replyTo }).catch(() => undefined);
}

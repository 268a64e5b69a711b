import type { DeliveryRecord, QueuedDocument } from '../journal/journal.ts';
import { codeOf, HoldfastError, messageOf } from '../platform/errors.ts';
import type { DocumentId } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import type { OutboxJournal } from './outbox-port.ts';
import { type Readiness, readinessOf } from './readiness.ts';

/** What is known of a waiting document beyond its journal record. */
export interface Waiting {
  /** On the monotonic clock; 0: it need not wait. */
  readonly until: number;
  readonly failures: number;
  readonly attempts: number;
  readonly lastAnswer: string;
  readonly code: string;
}

/** A document whose turn it is, with what it refers to. */
export interface Due {
  readonly queued: QueuedDocument;
  readonly needed: readonly QueuedDocument[];
}

/** Which of the documents that wait is whose turn, and when. In memory: after a restart everything is due. */
export class Schedule {
  readonly #journal: Pick<OutboxJournal, 'unconfirmed' | 'document'>;
  readonly #log: Logger;
  readonly #waiting = new Map<DocumentId, Waiting>();

  constructor(journal: Pick<OutboxJournal, 'unconfirmed' | 'document'>, log: Logger) {
    this.#journal = journal;
    this.#log = log;
  }

  of(id: DocumentId): Waiting | undefined {
    return this.#waiting.get(id);
  }

  wait(id: DocumentId, waiting: Waiting): void {
    this.#waiting.set(id, waiting);
  }

  /** It waits for nothing any more. */
  forget(id: DocumentId): void {
    this.#waiting.delete(id);
  }

  /** Everything is due, whatever it waited for. */
  hurry(): void {
    for (const [id, waiting] of this.#waiting) this.#waiting.set(id, { ...waiting, until: 0 });
  }

  /** The first in order that need not wait, at most so many. One that can't be read is looked for again at `lookAgain`. */
  firstDue(most: number, now: number, lookAgain: number): readonly Due[] {
    const due: Due[] = [];
    for (const { delivery, needs } of this.#journal.unconfirmed()) {
      if (due.length >= most) break;
      if (delivery.state !== 'waiting' || this.#until(delivery.documentId) > now) continue;
      const readiness = this.readiness(needs);
      const queued = readiness.kind === 'ready' ? this.#read(delivery, lookAgain) : null;
      if (readiness.kind === 'ready' && queued !== null) due.push({ queued, needed: readiness.needed });
    }
    return due;
  }

  /** When the next waiting document may be tried, on the monotonic clock; null: none waits for a time. */
  earliest(): number | null {
    let earliest: number | null = null;
    for (const { delivery, needs } of this.#journal.unconfirmed()) {
      if (delivery.state !== 'waiting') continue;
      const until = this.#until(delivery.documentId);
      if (earliest !== null && until >= earliest) continue;
      if (this.readiness(needs).kind === 'ready') earliest = until;
    }
    return earliest;
  }

  readiness(needs: readonly DocumentId[]): Readiness {
    try {
      return readinessOf(needs, (id) => this.#journal.document(id));
    } catch (error) {
      return { kind: 'waits', words: messageOf(error) };
    }
  }

  #until(id: DocumentId): number {
    return this.#waiting.get(id)?.until ?? 0;
  }

  /** Null: the journal can't give it at the moment. Those behind it need not wait for it. */
  #read({ documentId: id, attempts }: DeliveryRecord, lookAgain: number): QueuedDocument | null {
    try {
      return find(this.#journal, id);
    } catch (error) {
      const lastAnswer = messageOf(error);
      const code = codeOf(error) ?? 'journal.failed';
      this.#log.error({ documentId: id, error: lastAnswer, code }, 'what is to be delivered could not be read');
      this.#waiting.set(id, {
        failures: 0,
        attempts,
        ...this.#waiting.get(id),
        until: lookAgain,
        lastAnswer,
        code,
      });
      return null;
    }
  }
}

/** A document of the journal; throws `queue.unknown-document`, or what the journal does. */
export function find(journal: Pick<OutboxJournal, 'document'>, id: DocumentId): QueuedDocument {
  const queued = journal.document(id);
  if (queued !== undefined) return queued;
  throw new HoldfastError('queue.unknown-document', `There is no ${id} in the journal`, { remedy: 'never' });
}

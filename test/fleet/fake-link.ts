import {
  type BrokerLink,
  LinkError,
  type LinkEvents,
  type LinkSettings,
  type LinkTrouble,
  type OpenBrokerLink,
  type OutgoingMessage,
} from '../../src/fleet/broker-link.ts';

/** A broker that does what a test tells it. */
export class FakeBroker {
  /** What the next attempts end in; when empty, they succeed. */
  readonly troubles: LinkTrouble[] = [];
  readonly opened: LinkSettings[] = [];
  readonly published: OutgoingMessage[] = [];
  readonly subscribed: string[][] = [];
  goodbyes = 0;
  /** Messages are not acknowledged while this is set. */
  silent = false;
  #events: LinkEvents | null = null;
  #waiting: { readonly resolve: () => void; readonly reject: () => void }[] = [];
  /** What it says it takes unacknowledged; undefined: nothing. */
  mostInFlight: number | undefined;

  readonly open: OpenBrokerLink = async (settings, events) => {
    this.opened.push(settings);
    const trouble = this.troubles.shift();
    if (trouble !== undefined) throw new LinkError(trouble, `told to: ${trouble}`);
    this.#events = events;
    const link: BrokerLink = {
      mqttVersion: settings.mqttVersion,
      ...(this.mostInFlight === undefined ? {} : { mostInFlight: this.mostInFlight }),
      subscribe: async (topics) => {
        this.subscribed.push([...topics]);
      },
      publish: (message) => {
        this.published.push(message);
        if (!this.silent) return Promise.resolve();
        return new Promise((resolve, reject) => {
          this.#waiting.push({ resolve, reject: () => reject(new LinkError('unreachable', 'cut')) });
        });
      },
      close: async () => {
        this.goodbyes += 1;
        this.#events = null;
      },
      drop: () => this.cut('unreachable'),
    };
    return link;
  };

  get connected(): boolean {
    return this.#events !== null;
  }

  /** The oldest message that waits is acknowledged. */
  acknowledge(): void {
    this.#waiting.shift()?.resolve();
  }

  cut(trouble: LinkTrouble): void {
    const events = this.#events;
    this.#events = null;
    for (const { reject } of this.#waiting.splice(0)) reject();
    events?.lost(new LinkError(trouble, `cut: ${trouble}`));
  }

  deliver(topic: string, text: string): void {
    void this.#events?.message(topic, Buffer.from(text));
  }
}

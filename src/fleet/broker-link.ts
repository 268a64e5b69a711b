import type { Duration } from '../platform/clock.ts';

/** One connection to an MQTT broker, as this room needs it; it ends once and is never used again. */
export interface BrokerLink {
  readonly mqttVersion: MqttVersion;
  /** Messages that the broker takes before it has acknowledged the first of them (MQTT 5); absent: it does not say. */
  readonly mostInFlight?: number;
  /** Resolves when the broker has granted all of them with QoS 1. Rejects with a {@link LinkError}. */
  subscribe(topics: readonly string[]): Promise<void>;
  /** Resolves with the broker's PUBACK, which says nothing about the receiver. Rejects with a {@link LinkError}. */
  publish(message: OutgoingMessage): Promise<void>;
  /** Says goodbye, so that the broker does not send the will. Resolves when it is closed, however it was. */
  close(): Promise<void>;
  /** Drops the connection without a goodbye. */
  drop(): void;
}

/** 5, or 4 for MQTT 3.1.1, as the protocol itself numbers them. */
export type MqttVersion = 4 | 5;

export interface OutgoingMessage {
  readonly topic: string;
  readonly text: string;
  readonly retained: boolean;
  /** The broker may forget it after this, where it can (MQTT 5). */
  readonly expiresAfter?: Duration;
}

export interface LinkSettings {
  /** `mqtt://host:1883` or `mqtts://host:8883`. */
  readonly url: string;
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  readonly mqttVersion: MqttVersion;
  /** PEM of authorities that are trusted beside the system's. */
  readonly authorities: readonly string[];
  readonly connectTimeout: Duration;
  readonly keepAlive: Duration;
  /** How long the broker keeps subscriptions and what came for them after a break (MQTT 5). */
  readonly sessionExpiry: Duration;
  /** Messages that the broker may send before the first of them is acknowledged (MQTT 5); absent: 8. */
  readonly receiveMaximum?: number;
  /** What the broker says in this client's name when it is lost, and how long it waits first (MQTT 5); null: nothing. */
  readonly will: (OutgoingMessage & { readonly delay: Duration }) | null;
}

export interface LinkEvents {
  /**
   * Called one after the other; the broker gets its PUBACK when it resolves. Must only take note, never wait for an answer: nothing
   * else is received meanwhile.
   */
  message(topic: string, payload: Uint8Array): Promise<void> | void;
  /** The connection is over without having been closed by this side. Called at most once. */
  lost(error: LinkError): void;
}

/** Opens a link; rejects with a {@link LinkError}. */
export type OpenBrokerLink = (settings: LinkSettings, events: LinkEvents) => Promise<BrokerLink>;

/**
 * What ended a connection or refused something on it:
 * - `unreachable`: no answer, refused, or cut;
 * - `clock`: the certificate is not valid yet or any more, while this machine's clock was not set;
 * - `certificate`: the broker's certificate is not to be believed;
 * - `not-authorised`: the broker knows us, and does not allow it;
 * - `bad-credentials`: the broker does not know these credentials;
 * - `protocol-version`: the broker does not speak this MQTT version;
 * - `taken-over`: another client signed in with our identity;
 * - `quota`, `rate`: too much or too often;
 * - `unavailable`: the broker is there and shuts down or has no room;
 * - `refused`: any other reason the broker named.
 */
export type LinkTrouble =
  | 'unreachable'
  | 'clock'
  | 'certificate'
  | 'not-authorised'
  | 'bad-credentials'
  | 'protocol-version'
  | 'taken-over'
  | 'quota'
  | 'rate'
  | 'unavailable'
  | 'refused';

export class LinkError extends Error {
  override readonly name = 'LinkError';
  readonly trouble: LinkTrouble;

  constructor(trouble: LinkTrouble, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.trouble = trouble;
  }
}

/** What an MQTT 5 reason code means here (OASIS MQTT 5.0, table 2-6). */
export function troubleOfReason(code: number): LinkTrouble {
  switch (code) {
    case 0x84:
      return 'protocol-version';
    case 0x86:
    case 0x8c:
      return 'bad-credentials';
    case 0x85:
    case 0x87:
    case 0x8a:
      return 'not-authorised';
    case 0x88:
    case 0x89:
    case 0x8b:
    case 0x9c:
    case 0x9d:
      return 'unavailable';
    case 0x8d:
    case 0x98:
      return 'unreachable';
    case 0x8e:
      return 'taken-over';
    case 0x93:
    case 0x95:
    case 0x97:
      return 'quota';
    case 0x96:
    case 0x9f:
      return 'rate';
    default:
      return 'refused';
  }
}

/** What a CONNACK's return code of MQTT 3.1.1 means here (OASIS MQTT 3.1.1, table 3.1). */
export function troubleOfReturnCode(code: number): LinkTrouble {
  switch (code) {
    case 1:
      return 'protocol-version';
    case 2:
    case 5:
      return 'not-authorised';
    case 3:
      return 'unavailable';
    case 4:
      return 'bad-credentials';
    default:
      return 'refused';
  }
}

import { rootCertificates } from 'node:tls';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { codeOf, messageOf } from '../platform/errors.ts';
import {
  type BrokerLink,
  LinkError,
  type LinkSettings,
  type LinkTrouble,
  type OpenBrokerLink,
  type OutgoingMessage,
  troubleOfReason,
  troubleOfReturnCode,
} from './broker-link.ts';

/** TLS errors that a wrong clock brings about as well as a wrong certificate (Node's names). */
const datedCertificate = new Set(['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED']);
const badCertificate = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** What a terminal takes from the broker at a time. */
const receivedAtATime = 8;

const inSeconds = (duration: number): number => Math.max(1, Math.round(duration / 1000));

/**
 * A link by MQTT.js, of which only one connection at a time is wanted: its reconnection, queue and stores stay unused.
 * `clockIsSet` tells a certificate that expired from a clock that nobody has set yet.
 */
export function mqttLinks(clockIsSet: () => boolean): OpenBrokerLink {
  return (settings, events) =>
    new Promise<BrokerLink>((resolve, reject) => {
      const client = mqtt.connect(settings.url, { ...optionsOf(settings), manualConnect: true });
      let failure: LinkError | null = null;
      let reason: LinkError | null = null;
      let state: 'opening' | 'open' | 'over' = 'opening';

      const over = (error: LinkError): void => {
        if (state === 'over') return;
        const was = state;
        state = 'over';
        client.end(true);
        if (was === 'opening') reject(error);
        else events.lost(error);
      };
      client.handleMessage = (packet, acknowledge) => {
        const { topic, payload } = packet;
        Promise.resolve()
          .then(() => events.message(topic, typeof payload === 'string' ? Buffer.from(payload) : payload))
          .then(
            () => acknowledge(),
            // Not noted, so not acknowledged: the broker keeps it for the next connection.
            (error: unknown) => over(new LinkError('unreachable', `a message could not be taken: ${messageOf(error)}`)),
          );
      };
      client.on('connect', ({ properties }) => {
        state = 'open';
        resolve(
          new MqttJsLink(client, settings, properties?.receiveMaximum, () => {
            state = 'over';
          }),
        );
      });
      client.on('disconnect', ({ reasonCode }) => {
        if (reasonCode !== undefined && reasonCode >= 0x80) {
          reason = new LinkError(troubleOfReason(reasonCode), `the broker ended the connection (${hex(reasonCode)})`);
        }
      });
      client.on('error', (error) => {
        failure ??= linkErrorOf(error, settings, clockIsSet);
      });
      client.on('close', () => over(reason ?? failure ?? new LinkError('unreachable', 'the connection was cut')));
      client.connect();
    });
}

class MqttJsLink implements BrokerLink {
  readonly mqttVersion: LinkSettings['mqttVersion'];
  readonly mostInFlight?: number;
  readonly #client: MqttClient;
  readonly #leave: () => void;
  /** Rejects what still waits for an acknowledgement when the connection is dropped: MQTT.js may never call back. */
  readonly #waiting = new Set<() => void>();
  #isCut = false;

  constructor(client: MqttClient, settings: LinkSettings, mostInFlight: number | undefined, leave: () => void) {
    this.#client = client;
    this.#leave = leave;
    this.mqttVersion = settings.mqttVersion;
    if (mostInFlight !== undefined) this.mostInFlight = mostInFlight;
    client.on('close', () => {
      this.#isCut = true;
      for (const cut of this.#waiting) cut();
    });
  }

  async subscribe(topics: readonly string[]): Promise<void> {
    const names = topics.join(', ');
    try {
      const granted = await this.#unlessCut(this.#client.subscribeAsync([...topics], { qos: 1 }));
      if (granted.length === topics.length && granted.every(({ qos }) => qos < 0x80)) return;
    } catch (error) {
      if (error instanceof LinkError) throw error;
      throw new LinkError('not-authorised', `the broker does not let this client read ${names}`, error);
    }
    throw new LinkError('not-authorised', `the broker does not let this client read ${names}`);
  }

  async publish({ topic, text, retained, expiresAfter }: OutgoingMessage): Promise<void> {
    const properties = this.mqttVersion === 5 ? { properties: propertiesOf(expiresAfter) } : {};
    try {
      await this.#unlessCut(
        this.#client.publishAsync(topic, text, { qos: 1, retain: retained, ...properties }).then(() => undefined),
      );
    } catch (error) {
      if (error instanceof LinkError) throw error;
      const code = numericCode(error);
      throw code === null
        ? new LinkError('unreachable', messageOf(error), error)
        : new LinkError(troubleOfReason(code), `${messageOf(error)} (${hex(code)})`, error);
    }
  }

  async close(): Promise<void> {
    this.#leave();
    // A broker that is gone does not answer a goodbye; the socket is torn down all the same.
    await Promise.race([this.#client.endAsync(false), closed(this.#client)]).catch(() => undefined);
  }

  drop(): void {
    if (this.#isCut) return;
    this.#client.stream.destroy();
  }

  #unlessCut<Result>(task: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const cut = (): void => reject(new LinkError('unreachable', 'the connection was cut'));
      if (this.#isCut) cut();
      this.#waiting.add(cut);
      task.then(resolve, reject).finally(() => this.#waiting.delete(cut));
    });
  }
}

function optionsOf(settings: LinkSettings): IClientOptions {
  const { will } = settings;
  const common: IClientOptions = {
    protocolVersion: settings.mqttVersion,
    clientId: settings.clientId,
    username: settings.username,
    password: settings.password,
    reconnectPeriod: 0,
    connectTimeout: settings.connectTimeout,
    keepalive: inSeconds(settings.keepAlive),
    queueQoSZero: false,
    resubscribe: false,
    timerVariant: 'native',
    // Node takes `ca` instead of the system's; a private authority is meant beside them.
    ...(settings.authorities.length === 0 ? {} : { ca: [...rootCertificates, ...settings.authorities] }),
  };
  if (settings.mqttVersion === 4) {
    // Nothing is left waiting at the broker: after every connection the state is read anew.
    return { ...common, clean: true, ...(will === null ? {} : { will: willOf(will) }) };
  }
  return {
    ...common,
    clean: false,
    properties: {
      sessionExpiryInterval: Math.round(settings.sessionExpiry / 1000),
      receiveMaximum: settings.receiveMaximum ?? receivedAtATime,
    },
    ...(will === null ? {} : { will: { ...willOf(will), properties: { willDelayInterval: inSeconds(will.delay) } } }),
  };
}

const willOf = (will: OutgoingMessage) => ({
  topic: will.topic,
  payload: Buffer.from(will.text),
  qos: 1 as const,
  retain: will.retained,
});

const propertiesOf = (expiresAfter: number | undefined) => ({
  contentType: 'application/json',
  ...(expiresAfter === undefined ? {} : { messageExpiryInterval: inSeconds(expiresAfter) }),
});

function linkErrorOf(error: unknown, settings: LinkSettings, clockIsSet: () => boolean): LinkError {
  const words = messageOf(error);
  const code = codeOf(error);
  if (code !== undefined && datedCertificate.has(code)) {
    return new LinkError(clockIsSet() ? 'certificate' : 'clock', words, error);
  }
  if (code !== undefined && badCertificate.has(code)) return new LinkError('certificate', words, error);
  const returned = numericCode(error);
  if (returned === null) return new LinkError('unreachable', words, error);
  return new LinkError(troubleOfConnack(returned, settings), words, error);
}

/** A broker that does not know MQTT 5 answers it with a return code of 3.1.1, all of which are below 0x80. */
function troubleOfConnack(code: number, { mqttVersion }: LinkSettings): LinkTrouble {
  return mqttVersion === 5 && code >= 0x80 ? troubleOfReason(code) : troubleOfReturnCode(code);
}

function numericCode(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'number' ? error.code : null;
}

const hex = (code: number): string => `0x${code.toString(16)}`;

function closed(client: MqttClient): Promise<void> {
  return new Promise((resolve) => {
    if (!client.connected) resolve();
    client.once('close', () => resolve());
  });
}

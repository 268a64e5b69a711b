import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../../platform/errors.ts';
import type { Logger } from '../../platform/log.ts';
import type { AcquirerReport } from '../acquirer.ts';
import { readAdyenNotification } from './webhook.ts';

export interface AdyenWebhookOptions {
  /** Hex, from the webhook's settings at Adyen; the old one too while it is being replaced. */
  readonly hmacKeys: readonly string[];
  /** Resolves when the reports are durable where they wait for their terminals; rejecting has Adyen send them again. */
  deliver(reports: readonly AcquirerReport[]): Promise<void>;
  readonly log: Logger;
}

/** Adyen's own are a few kilobytes. */
const longestWebhook = 512 * 1024;

/**
 * Answers Adyen's webhooks over HTTP, for whoever has a public address and mounts it. Adyen repeats what is not answered with
 * `[accepted]`, so it is answered so only when it can't be lost any more.
 */
export function createAdyenWebhookHandler({ hmacKeys, deliver, log }: AdyenWebhookOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = (status: number, text: string): void => {
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(text);
    };
    if (request.method !== 'POST') return answer(405, 'POST only');
    const text = await readText(request);
    if (text === null) {
      // The rest of it is not read, so nothing else can come on this connection.
      response.setHeader('connection', 'close');
      return answer(413, 'too long');
    }
    const notification = readAdyenNotification(text, hmacKeys);
    if (notification.kind === 'refused') {
      log.warn({ reason: notification.reason }, 'a webhook was refused');
      return answer(notification.status, notification.reason);
    }
    try {
      await deliver(notification.reports);
    } catch (error) {
      log.error({ error: messageOf(error) }, 'a webhook could not be kept; Adyen will send it again');
      return answer(500, 'try again');
    }
    answer(200, '[accepted]');
  };
}

async function readText(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop must not tear the connection down: there is an answer to be sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > longestWebhook) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

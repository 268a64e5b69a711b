import { z } from 'zod';
import { type Clock, type Duration, type Instant, instant } from '../platform/clock.ts';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import { uuidv7 } from '../platform/ids.ts';
import type { Random } from '../platform/random.ts';
import { type BodyOf, isMessageType, type MessageId, type MessageType, messages, protocolVersion } from './protocol.ts';

/** Far more than any message of ours needs; what is longer is not read. Bytes. */
export const longestMessage = 256 * 1024;
/** A sale of hundreds of lines, and what it refers to. */
export const longestDelivery = 1024 * 1024;

/** What every message says of itself, so that nothing depends on MQTT 5's properties. */
export interface EnvelopeFields {
  readonly id: MessageId;
  /** The message that this one answers; null for one that answers none. Where answers go, the channel says. */
  readonly replyTo: MessageId | null;
  readonly issuedAt: Instant;
  /** It is of no use after this; null: it always is. */
  readonly expiresAt: Instant | null;
}

/** A message that was read and found right. */
export type Message = {
  readonly [Type in MessageType]: EnvelopeFields & { readonly type: Type; readonly body: BodyOf<Type> };
}[MessageType];

/** The one of a type. */
export type MessageOf<Type extends MessageType> = Extract<Message, { readonly type: Type }>;

const messageId = z.uuid().transform((text) => text as MessageId);
const momentOf = z.iso.datetime({ offset: true }).transform((text) => instant(text));

const envelopeSchema = z.object({
  v: z.int().min(1),
  id: messageId,
  replyTo: messageId.nullable(),
  issuedAt: momentOf,
  expiresAt: momentOf.nullable(),
  type: z.string().min(1).max(60),
  body: z.unknown(),
});

export interface EnvelopeWishes {
  readonly replyTo?: MessageId;
  readonly expiresAfter?: Duration;
}

/** Writes a message as it travels. */
export function writeMessage<Type extends MessageType>(
  type: Type,
  body: BodyOf<Type>,
  world: { readonly clock: Pick<Clock, 'now'>; readonly random: Random },
  { replyTo, expiresAfter }: EnvelopeWishes = {},
): { readonly id: MessageId; readonly text: string } {
  const id = uuidv7(world.clock, world.random) as MessageId;
  const now = world.clock.now();
  const envelope = {
    v: protocolVersion,
    id,
    replyTo: replyTo ?? null,
    issuedAt: new Date(now).toISOString(),
    expiresAt: expiresAfter === undefined ? null : new Date(now + expiresAfter).toISOString(),
    type,
    body,
  };
  return { id, text: JSON.stringify(envelope) };
}

/**
 * Reads what came on `channel`. Throws `fleet.bad-message` for what is not a message of ours, `fleet.newer-message` for one of a later
 * protocol (both remedy `never`); the message says what is wrong, never what was in it.
 */
export function readMessage(payload: Uint8Array, channel: string): Message {
  const longest = channel === 'delivery' ? longestDelivery : longestMessage;
  if (payload.length > longest) throw badMessage(`longer than ${longest} bytes`);
  let written: unknown;
  try {
    written = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch (error) {
    throw badMessage('not JSON', error);
  }
  const read = envelopeSchema.safeParse(written);
  if (!read.success) throw badMessage(issuesOf(read.error));
  const { v, type, body: writtenBody, ...fields } = read.data;
  if (v > protocolVersion || !isMessageType(type)) {
    throw new HoldfastError('fleet.newer-message', `A message of type "${type}", version ${v}, is not known here`, {
      remedy: 'never',
      hint: 'The other side runs a newer release: update this one.',
    });
  }
  const definition = messages[type];
  if (definition.channel !== channel) throw badMessage(`${type} does not travel on "${channel}"`);
  const body = definition.body.safeParse(writtenBody);
  if (!body.success) throw badMessage(`${type}: ${issuesOf(body.error)}`);
  // The table has just checked that this body belongs to this type.
  return { ...fields, type, body: body.data } as Message;
}

/** Paths and rules only: what was written may be a secret. */
function issuesOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.map(String).join('.') || 'the message'}: ${issue.code}`)
    .join('; ');
}

function badMessage(words: string, cause?: unknown): HoldfastError {
  return new HoldfastError('fleet.bad-message', `Not a message that can be read: ${words}`, {
    remedy: 'never',
    ...(cause === undefined ? {} : { cause: messageOf(cause) }),
  });
}

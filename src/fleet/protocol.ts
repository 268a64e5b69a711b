import { z } from 'zod';
import type { Brand } from '../platform/brand.ts';
import {
  deniedSchema,
  grantedSchema,
  leaveSchema,
  offerSchema,
  probeSchema,
  reachableSchema,
  receiptSchema,
  stepSchema,
  stopSchema,
  workingSchema,
} from './delivery-messages.ts';
import { deskSections } from './desk-sections.ts';
import { json } from './json-schema.ts';
import { absentTerminalSchema, mostAbsent } from './order-comparison.ts';

export { json } from './json-schema.ts';

/**
 * Everything that travels between a terminal, its fleet's controller and its gateways over MQTT: every channel (topic) and every message, for all
 * sides. docs/mqtt.md is the same for readers. Fields may be added within a version; what a reader does not know it leaves alone.
 *
 * Topics are `holdfast/{fleet}/{terminal}/{channel}`; before a terminal has its number, `holdfast/{fleet}/enrolment/{claim}/{device}/{channel}`.
 * All travel with QoS 1 in an envelope (envelope.ts).
 */
export const protocolVersion = 1;

/** A fleet's name in topics. */
export type FleetName = Brand<string, 'FleetName'>;
/** Identity of a device's key pair: 24 hex digits of the SHA-256 of its public signing key. */
export type DeviceId = Brand<string, 'DeviceId'>;
/** What somebody enrols by, and signs in to the broker as meanwhile: `batch-…` or `code-…`. */
export type ClaimName = Brand<string, 'ClaimName'>;
/** Identity of a message: a UUIDv7. */
export type MessageId = Brand<string, 'MessageId'>;
/** Identity of a job at one terminal: a UUIDv7. */
export type JobId = Brand<string, 'JobId'>;

export const fleetNameSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, '1 to 32 of a–z, 0–9 and "-", e.g. acme')
  .transform((text) => text as FleetName);
export const deviceIdSchema = z
  .string()
  .regex(/^[0-9a-f]{24}$/)
  .transform((text) => text as DeviceId);
export const claimNameSchema = z
  .string()
  .regex(/^(batch|code)-[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, '"batch-" or "code-" and a name')
  .transform((text) => text as ClaimName);
export const jobIdSchema = z.uuid().transform((text) => text as JobId);

/** Who speaks on a channel, or listens to it. */
export type Party = 'terminal' | 'controller' | 'gateway';

export interface Channel {
  readonly from: Party;
  readonly to: Party;
  /** The broker keeps the last one for whoever comes later. */
  readonly retained: boolean;
  /** Part of the topic before the terminal has a number. */
  readonly enrolment: boolean;
}

const between = (from: Party, to: Party): Channel => ({ from, to, retained: false, enrolment: false });
const fromTerminal = between('terminal', 'controller');
const fromController = between('controller', 'terminal');

/** The last part of every topic. */
export const channels = {
  presence: { ...fromTerminal, retained: true },
  telemetry: fromTerminal,
  reported: fromTerminal,
  'job-status': fromTerminal,
  request: fromTerminal,
  reply: fromController,
  desired: fromController,
  command: fromController,
  delivery: between('terminal', 'gateway'),
  grant: between('terminal', 'gateway'),
  step: between('gateway', 'terminal'),
  'enrolment-request': { ...fromTerminal, enrolment: true },
  'enrolment-reply': { ...fromController, enrolment: true },
} as const satisfies Record<string, Channel>;

export type ChannelName = keyof typeof channels;

const moment = z.iso.datetime({ offset: true });
/** A text made for people. */
const words = z.string().max(500);

// ── Presence ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Which life of the agent something belongs to: `start` grows with every start of the process, `connection` with every connection
 * of that process. A last will may be delivered after the next birth; whoever reads it compares sessions, never times.
 */
const session = z.object({ start: z.int().min(1), connection: z.int().min(1) });
export type PresenceSession = z.infer<typeof session>;

const birth = z.object({
  session,
  device: deviceIdSchema,
  version: z.string().max(60).meta({ description: 'Of Holdfast.' }),
  bootId: z.string().max(60),
});

const end = z.object({
  session,
  why: z.enum(['lost', 'stopped', 'restarting']).meta({ description: 'lost: the broker says it, in its will.' }),
});

// ── Telemetry ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a terminal reports of itself, in sections that are sent when they have changed. Nothing of a card, no customer by name or address. */
export const healthSections = {
  queue: z.object({
    waiting: z.int().min(0),
    parked: z.int().min(0),
    confirmed: z.int().min(0),
    oldestUnconfirmed: z.object({ receiptNumber: z.string().max(40), soldAt: moment }).nullable(),
    lastReceiptCounter: z.int().min(0).meta({ description: 'The highest that was given.' }),
  }),
  delivery: z.object({
    state: z.enum(['online', 'offline', 'paused', 'starting']),
    words,
    lane: z.string().max(40),
    recipe: z.string().max(80),
    lastConfirmationAt: moment.nullable(),
  }),
  loop: z.object({
    heartbeatAge: z.number().min(0).meta({ description: 'Milliseconds since the retry loop last turned.' }),
    attempts: z.int().min(0),
    confirmations: z.int().min(0),
  }),
  snapshot: z
    .object({ generation: z.int(), takenAt: moment, rejected: z.int().min(0), size: z.int().min(0) })
    .nullable(),
  storage: z.object({ level: z.enum(['ok', 'tight', 'critical', 'full']), words }),
  space: z.object({ room: z.number(), free: z.number(), limit: z.number() }),
  devices: z
    .array(
      z.object({
        name: z.string().max(40),
        kind: z.string().max(40),
        driver: z.string().max(40),
        state: z.string().max(40),
        condition: words,
      }),
    )
    .max(40),
  journal: z.object({ state: z.string().max(40), words }),
  clock: z.object({ trusted: z.boolean(), zone: z.string().max(60) }),
  shift: z.object({ open: z.boolean(), openedAt: moment.nullable() }),
  busy: z.object({ sale: z.boolean(), payment: z.boolean() }),
  attention: z
    .array(z.object({ severity: z.enum(['warning', 'alarm']), words, nextStep: words }))
    .max(100)
    .meta({
      description: 'What a person should look at, worst first, as the terminal’s own "holdfast status" says it.',
    }),
  machine: z.object({
    temperature: z.number().nullable().meta({ description: 'Of the processor, °C.' }),
    memoryTotal: z.number(),
    memoryAvailable: z.number(),
    processMemory: z.number(),
    load: z.number().meta({ description: 'Of one minute, per processor core.' }),
    uptime: z.number().meta({ description: 'Of the machine, seconds.' }),
  }),
  versions: z.object({
    holdfast: z.string().max(60),
    node: z.string().max(60),
    system: z.string().max(120),
    model: z.string().max(120),
  }),
  ...deskSections,
} as const;

export const healthSchema = z.object(healthSections);
export type Health = z.infer<typeof healthSchema>;
export type HealthSection = keyof Health;

const telemetry = z.object({
  session,
  sequence: z.int().min(1).meta({ description: 'Grows by one with every report of a session: a gap shows.' }),
  full: z.boolean().meta({ description: 'Every section is in it.' }),
  sections: healthSchema.partial(),
});
export type TelemetryReport = z.infer<typeof telemetry>;

// ── Settings: desired and reported ──────────────────────────────────────────────────────────────────────────────────────────

const settingKey = z.string().regex(/^[a-zA-Z0-9]+(\.[a-zA-Z0-9]+)*$/);

/**
 * What the fleet wants a terminal's settings to be: the whole of it, never a difference. What is not in it, the terminal's own file
 * or the default decides. Nothing that the device owns is ever in it.
 */
export const desiredSchema = z.object({
  version: z.int().min(0).meta({ description: 'Grows with every change. The device ignores what is not newer.' }),
  settings: z.record(settingKey, json).meta({ description: 'Dotted key → value.' }),
  secrets: z
    .record(settingKey, z.string().max(8192))
    .meta({ description: 'Dotted key → value, sealed to the device’s key (sealing.ts).' }),
});
export type DesiredSettings = z.infer<typeof desiredSchema>;

export const settingOutcomeSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('applied') }),
  z.object({ state: z.literal('pending-restart') }),
  z.object({ state: z.literal('rejected'), reason: words }),
]);
export type SettingOutcome = z.infer<typeof settingOutcomeSchema>;

export const reportedSchema = z.object({
  version: z.int().min(0).meta({ description: 'Of the desired settings that this is the outcome of.' }),
  outcomes: z.record(settingKey, settingOutcomeSchema),
});
export type ReportedSettings = z.infer<typeof reportedSchema>;

// ── Jobs ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

const plainJob = <const Kind extends string>(kind: Kind) => z.object({ kind: z.literal(kind) });

export const jobSchema = z.discriminatedUnion('kind', [
  plainJob('sync-now'),
  plainJob('refresh-snapshot'),
  plainJob('test-print'),
  z.object({
    kind: z.literal('show-message'),
    text: z.string().min(1).max(160),
    seconds: z.int().min(1).max(600).default(30),
  }),
  plainJob('open-shift').meta({ description: 'Always rejected: a drawer is counted by the one who stands before it.' }),
  plainJob('close-shift'),
  plainJob('collect-diagnostics'),
  plainJob('checklist').meta({ description: 'Makes the checklist anew, and tells it.' }),
  z.object({ kind: z.literal('payment-report'), report: json }).meta({
    description: 'What an acquirer told the controller of a payment; the terminal reads it by a schema of its own.',
  }),
  z.object({
    kind: z.literal('reconcile-orders'),
    since: moment.meta({
      description: 'Sales since then are compared with Magento’s orders; nothing is changed there.',
    }),
    absent: z.array(absentTerminalSchema).max(mostAbsent).default([]).meta({
      description: 'Terminals of the same shop that are gone: their orders are looked for as well.',
    }),
  }),
  z.object({ kind: z.literal('act-on-case'), caseId: z.string().max(260), wish: json }).meta({
    description: 'What a person does about a case, with their name; the terminal reads it by a schema of its own.',
  }),
  z.object({ kind: z.literal('decide-parked'), document: z.string().max(60), decision: json }).meta({
    description: 'What a person decides about what Magento refuses, likewise.',
  }),
  z.object({ kind: z.literal('outage-report'), from: moment, to: moment }).meta({
    description: 'What the journal says of that time (src/outage-report/summary.ts); whoever ordered it draws it.',
  }),
  plainJob('restart'),
  plainJob('rotate-credentials'),
  z.object({
    kind: z.literal('update'),
    version: z.string().min(1).max(60).meta({
      description: 'Of the release, or its whole name, which is not downloaded where it lies on the terminal already.',
    }),
    url: z.url({ protocol: /^https?$/ }).meta({ description: 'Of its signed bundle (docs/updates.md).' }),
  }),
]);
export type Job = z.infer<typeof jobSchema>;
export type JobKind = Job['kind'];

/** What a later release knows, and this one rejects by name instead of not reading the offer it stands in. */
const unknownJob = z
  .object({ kind: z.string().max(60) })
  .transform(({ kind }) => ({ kind: 'unknown' as const, name: kind }));

export const jobOfferSchema = z.object({
  jobId: jobIdSchema,
  job: z.union([jobSchema, unknownJob]),
  deadline: moment.nullable().meta({ description: 'Not begun after this; null: whenever the terminal comes by.' }),
  expectedVersion: z
    .string()
    .max(60)
    .nullable()
    .meta({ description: 'The release that the terminal must run, else the job is rejected; null: any.' }),
});
export type JobOffer = z.infer<typeof jobOfferSchema>;

export const jobStates = ['held', 'running', 'succeeded', 'failed', 'rejected', 'timed-out', 'cancelled'] as const;
export type JobState = (typeof jobStates)[number];

export const jobStatusSchema = z.object({
  jobId: jobIdSchema,
  revision: z.int().min(1).meta({ description: 'Grows with every status of the job: an older one is ignored.' }),
  state: z.enum(jobStates),
  words: words.meta({ description: 'What it is doing, or how it ended.' }),
  progress: z.number().min(0).max(1).nullable(),
  result: json.nullable().meta({ description: 'What was asked for, where the job brings something back.' }),
});
export type JobStatus = z.infer<typeof jobStatusSchema>;

/** A job in one of these is over for good. */
export function isFinal(state: JobState): boolean {
  return state !== 'held' && state !== 'running';
}

// ── Credentials and enrolment ───────────────────────────────────────────────────────────────────────────────────────────────

/** What the device signs in to the broker with; travels sealed only. */
export const credentialsSchema = z.object({
  username: z.string().min(1).max(100),
  password: z.string().min(16).max(200),
});
export type BrokerCredentials = z.infer<typeof credentialsSchema>;

const publicKey = z.string().min(40).max(200).meta({ description: 'SubjectPublicKeyInfo, DER, base64url.' });

/** The part of an enrolment that the device signs: text of exactly these fields in this order (device-key.ts). */
export const enrolmentClaimSchema = z.object({
  device: deviceIdSchema,
  signingKey: publicKey.meta({ description: 'Ed25519.' }),
  sealingKey: publicKey.meta({ description: 'X25519: credentials and secrets are sealed to it.' }),
  nonce: z.string().min(16).max(64).meta({ description: 'Drawn for this enrolment; the same in every repetition.' }),
  hardware: z.object({ model: z.string().max(120), serial: z.string().max(120) }),
  version: z.string().max(60),
});
export type EnrolmentClaim = z.infer<typeof enrolmentClaimSchema>;

const enrolmentRequest = z.object({
  claim: enrolmentClaimSchema,
  signature: z.string().min(40).max(200),
});
export type EnrolmentRequest = z.infer<typeof enrolmentRequest>;

/** What the terminal becomes. Everything secret in it is sealed. */
export const grantSchema = z.object({
  terminal: z.string().regex(/^[A-Z0-9](?:[A-Z0-9-]{0,10}[A-Z0-9])?$/),
  credentials: z.string().max(4096).meta({ description: 'Sealed {@link BrokerCredentials}.' }),
  desired: desiredSchema,
  firstReceiptCounter: z.int().min(1).meta({
    description: 'More than 1 where the terminal’s number has sold before, on hardware that this one replaces.',
  }),
});
export type EnrolmentGrant = z.infer<typeof grantSchema>;

/** Why something asked for is not had. */
const refusal = z.object({
  code: z.string().max(60),
  words,
  hint: words.nullable(),
  retryAfter: z.number().min(0).nullable().meta({ description: 'Milliseconds; null: not before a person acted.' }),
});
export type Refusal = z.infer<typeof refusal>;

const nothing = z.object({});

// ── All messages ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const message = <const Name extends ChannelName, Body extends z.ZodType>(channel: Name, body: Body) => ({
  channel,
  body,
});

/** Every message: the channel it travels on, and its body. */
export const messages = {
  'presence.birth': message('presence', birth),
  'presence.end': message('presence', end),
  'telemetry.report': message('telemetry', telemetry),
  'settings.reported': message('reported', reportedSchema),
  'job.status': message('job-status', jobStatusSchema),
  'settings.get': message('request', nothing),
  'jobs.get': message('request', nothing),
  'enrolment.confirm': message('request', z.object({ device: deviceIdSchema })),
  'credentials.get': message('request', z.object({ jobId: jobIdSchema })),
  'credentials.confirm': message('request', z.object({ jobId: jobIdSchema })),
  'settings.document': message('reply', desiredSchema),
  'jobs.open': message('reply', z.object({ offers: z.array(jobOfferSchema).max(50) })),
  'credentials.document': message('reply', z.object({ credentials: z.string().max(4096) })),
  'request.done': message('reply', nothing),
  'request.refused': message('reply', refusal),
  'settings.changed': message('desired', desiredSchema),
  'job.offer': message('command', jobOfferSchema),
  'job.cancel': message('command', z.object({ jobId: jobIdSchema })),
  'telemetry.ask': message('command', nothing),
  'delivery.offer': message('delivery', offerSchema),
  'delivery.probe': message('delivery', probeSchema),
  'bundle.ask': message('delivery', nothing),
  'bundle.leave': message('step', leaveSchema),
  'delivery.granted': message('grant', grantedSchema),
  'delivery.denied': message('grant', deniedSchema),
  'delivery.stop': message('grant', stopSchema),
  'delivery.step': message('step', stepSchema),
  'delivery.working': message('step', workingSchema),
  'delivery.receipt': message('step', receiptSchema),
  'delivery.reachable': message('step', reachableSchema),
  'enrolment.request': message('enrolment-request', enrolmentRequest),
  'enrolment.grant': message('enrolment-reply', grantSchema),
  'enrolment.refused': message('enrolment-reply', refusal),
} as const;

export type MessageType = keyof typeof messages;
export type BodyOf<Type extends MessageType> = z.infer<(typeof messages)[Type]['body']>;

/** The answer to every request that is granted; any may be answered by `request.refused` instead. */
export const answers = {
  'settings.get': 'settings.document',
  'jobs.get': 'jobs.open',
  'enrolment.confirm': 'request.done',
  'credentials.get': 'credentials.document',
  'credentials.confirm': 'request.done',
} as const satisfies Partial<Record<MessageType, MessageType>>;

export type RequestType = keyof typeof answers;
export type AnswerOf<Type extends RequestType> = BodyOf<(typeof answers)[Type]>;

export function isMessageType(text: string): text is MessageType {
  return Object.hasOwn(messages, text);
}

import { z } from 'zod';
import { absentTerminalSchema, ordersComparedSchema } from '../../../src/fleet/order-comparison.ts';
import {
  claimNameSchema,
  desiredSchema,
  deviceIdSchema,
  healthSchema,
  healthSections,
  jobOfferSchema,
  jobSchema,
  jobStates,
  json,
  reportedSchema,
} from '../../../src/fleet/protocol.ts';
import { terminalId } from '../../../src/platform/ids.ts';

/** Everything that a controller keeps, by collection. Moments are epoch milliseconds. */

const terminal = z.string().transform((text) => terminalId(text));
const moment = z.number();
const who = z.string().max(100);
const groupName = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'small letters, digits and "-"');
const settings = z.record(z.string(), json);
/** Dotted key → value, encrypted with the controller's own key (vault.ts). */
const secrets = z.record(z.string(), z.string());

/** What a device signs in with, as far as the controller may know it. */
const account = z.object({ username: z.string(), passwordHash: z.string() });

const hardware = z.object({ model: z.string(), serial: z.string() });

/** A device that sells, or is about to sell, under a terminal's number. */
const member = z.object({
  device: deviceIdSchema,
  sealingKey: z.string(),
  account,
  hardware,
  /** The first receipt number that this device may give is this counter. */
  firstReceiptCounter: z.int().min(1),
  since: moment,
});

const terminalDocument = z.object({
  terminal,
  label: z.string().max(100),
  group: groupName.nullable(),
  createdAt: moment,
  createdBy: who,
  settings,
  secrets,
  member: member.nullable(),
  /** Was granted the number and has not confirmed yet; taken back after `expiresAt`. */
  pending: member.extend({ claim: claimNameSchema, expiresAt: moment }).nullable(),
  /**
   * New credentials of the member, handed out by a job and not confirmed yet. `former`: handed out before them; the member may be
   * signed in by one of those, so they are good until something is confirmed.
   */
  rotation: z.object({ jobId: z.string(), account, since: moment, former: z.array(account) }).nullable(),
  /** Accounts made so far: none has the name of an earlier one. */
  accounts: z.int().min(0),
  revoked: z.object({ at: moment, by: who, why: z.string().max(300) }).nullable(),
});

type Account = z.infer<typeof account>;

/** All that a terminal's devices may be signed in by. */
export function accountsOf({
  member: joined,
  pending,
  rotation,
}: z.infer<typeof terminalDocument>): readonly Account[] {
  const all = [joined?.account, pending?.account, rotation?.account, ...(rotation?.former ?? [])];
  return all.filter((each) => each !== undefined);
}

const deviceDocument = z.object({
  device: deviceIdSchema,
  terminal: terminal.nullable(),
  state: z.enum(['asking', 'pending', 'member', 'revoked']),
  /** What a person decided where a batch wants one to. */
  approved: z.boolean(),
  claim: claimNameSchema,
  hardware,
  version: z.string(),
  at: moment,
});

const claimDocument = z.object({
  kind: z.enum(['batch', 'code']),
  name: claimNameSchema,
  passwordHash: z.string(),
  group: groupName.nullable(),
  /** For whom a code is; a batch names new terminals itself. */
  terminal: terminal.nullable(),
  /** What the numbers of a batch begin with. */
  prefix: z.string().max(8),
  /** Whether a person must let each device in. */
  approval: z.enum(['auto', 'manual']),
  /** Devices that may come by it; null: any number. */
  limit: z.int().min(1).nullable(),
  /** Devices that came by it. */
  used: z.int().min(0),
  /** The next number of a batch to try. */
  next: z.int().min(1),
  /** The device takes the place of the one that has the terminal's number now. */
  replaces: z.boolean(),
  /** The highest receipt of the broken device that anybody knows of; null: what it last reported, and a reserve. */
  lastReceiptCounter: z.int().min(0).nullable(),
  expiresAt: moment.nullable(),
  revoked: z.boolean(),
  /** Wrong passwords at the embedded broker. */
  failures: z.int().min(0),
  createdAt: moment,
  createdBy: who,
});

const groupDocument = z.object({ name: groupName, label: z.string().max(100), settings, secrets });

/** What a terminal's settings are wanted to be, worked out from its group and itself, as it is sent. */
const desiredDocument = z.object({
  terminal,
  desired: desiredSchema,
  /** For whose key the secrets are sealed. */
  device: deviceIdSchema.nullable(),
  /** Of the secrets in the clear: tells whether they changed. */
  secretsDigest: z.string(),
});

const session = z.object({ start: z.int(), connection: z.int() });

const reportDocument = z.object({
  terminal,
  presence: z.object({
    state: z.enum(['online', 'lost', 'stopped', 'restarting', 'never']),
    session: session.nullable(),
    since: moment,
  }),
  lastHeard: moment.nullable(),
  /** Of the last telemetry that was taken. */
  telemetry: z.object({ session, sequence: z.int() }).nullable(),
  health: healthSchema.partial(),
  reported: reportedSchema.nullable(),
});

const alarmDocument = z.object({
  terminal,
  code: z.string().max(60),
  severity: z.enum(['warning', 'alarm']),
  words: z.string().max(500),
  nextStep: z.string().max(500),
  since: moment,
  acknowledged: z.object({ by: who, at: moment }).nullable(),
});

/** A case that no terminal can keep: about one that is gone. Cases of terminals are in their reports. */
const caseDocument = z.object({
  terminal,
  caseId: z.string().max(260),
  open: z.boolean(),
  /** Steps of the case as src/reconciliation/case.ts tells them, oldest first. */
  history: z.array(z.object({ at: z.string(), change: json })),
});

/** What was known of a device when it ceased to be the terminal: where its sales may be missing. */
const formerDocument = z.object({
  terminal,
  device: deviceIdSchema,
  why: z.enum(['replaced', 'revoked']),
  /** From this counter on receipts are those of the device that took its place; null: none did. */
  before: z.int().nullable(),
  goneAt: moment,
  lastHeard: moment.nullable(),
  queue: healthSections.queue.nullable(),
  shop: healthSections.shop.nullable(),
});

/** One look at Magento's orders by all terminals, a few at a time. */
const reconciliationDocument = z.object({
  reconciliationId: z.string(),
  since: moment,
  state: z.enum(['running', 'done']),
  /** In the order in which they begin. */
  terminals: z.array(
    z.object({
      terminal,
      /** null: not begun, because it is not connected or others come first. */
      jobId: z.string().nullable(),
      state: z.enum(['later', 'queued', ...jobStates]),
      words: z.string(),
      compared: ordersComparedSchema
        .pick({ sales: true, returns: true, unconfirmed: true, differing: true })
        .nullable(),
    }),
  ),
  /** Terminals that are gone, and who looks for them; null: nobody of their shop was there yet. */
  absent: z.array(
    z.object({
      shop: z.string(),
      question: absentTerminalSchema,
      lookedFor: terminal.nullable(),
      /** Receipts of which Magento has no order; null: not known yet. */
      missing: z.int().nullable(),
    }),
  ),
  createdAt: moment,
  createdBy: who,
});

const jobDocument = z.object({
  jobId: z.string(),
  terminal,
  job: jobSchema,
  offer: jobOfferSchema,
  rollout: z.string().nullable(),
  state: z.enum(['queued', ...jobStates]),
  revision: z.int().min(0),
  words: z.string(),
  progress: z.number().nullable(),
  result: json,
  /** A person wants it stopped; the terminal is told. */
  cancelWanted: z.boolean(),
  createdAt: moment,
  createdBy: who,
  changedAt: moment,
});

const rolloutDocument = z.object({
  rolloutId: z.string(),
  label: z.string().max(100),
  job: jobSchema,
  /** All that it is for; decided when it was made. */
  terminals: z.array(terminal),
  /** Steps in percent of the terminals, each begun when the one before is done. The last is 100. */
  steps: z.array(z.number().min(0.1).max(100)).min(1),
  step: z.int().min(0),
  /** Stop for a person's word after each step. */
  pauseAfterStep: z.boolean(),
  /** Percent of the finished jobs that may end badly before nothing more is begun; both count from the fifth finished job. */
  pauseAt: z.number().min(0).max(100).nullable(),
  abortAt: z.number().min(0).max(100).nullable(),
  state: z.enum(['running', 'paused', 'aborted', 'done']),
  /** Jobs that ended badly before a person said: go on. */
  forgiven: z.int().min(0),
  words: z.string(),
  expectedVersion: z.string().nullable(),
  deadline: moment.nullable(),
  createdAt: moment,
  createdBy: who,
});

export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

const userDocument = z.object({
  name: who,
  role: z.enum(roles),
  passwordHash: z.string(),
  disabled: z.boolean(),
  failures: z.int().min(0),
  lockedUntil: moment.nullable(),
  createdAt: moment,
});

/** Of a browser's session or of a program's token; found by the hash of what it holds. */
const accessDocument = z.object({
  kind: z.enum(['session', 'token']),
  user: who,
  role: z.enum(roles),
  label: z.string().max(100),
  expiresAt: moment.nullable(),
  createdAt: moment,
});

const leaseDocument = z.object({ holder: z.string(), until: moment });

export const collections = {
  terminals: terminalDocument,
  devices: deviceDocument,
  claims: claimDocument,
  groups: groupDocument,
  desired: desiredDocument,
  reports: reportDocument,
  alarms: alarmDocument,
  cases: caseDocument,
  former: formerDocument,
  reconciliations: reconciliationDocument,
  jobs: jobDocument,
  rollouts: rolloutDocument,
  users: userDocument,
  access: accessDocument,
  leases: leaseDocument,
} as const;

export type CollectionName = keyof typeof collections;
export type DocumentOf<Name extends CollectionName> = z.infer<(typeof collections)[Name]>;

export type TerminalDocument = DocumentOf<'terminals'>;
export type DeviceDocument = DocumentOf<'devices'>;
export type ClaimDocument = DocumentOf<'claims'>;
export type GroupDocument = DocumentOf<'groups'>;
export type ReportDocument = DocumentOf<'reports'>;
export type AlarmDocument = DocumentOf<'alarms'>;
export type CaseDocument = DocumentOf<'cases'>;
export type FormerDocument = DocumentOf<'former'>;
export type ReconciliationDocument = DocumentOf<'reconciliations'>;
export type JobDocument = DocumentOf<'jobs'>;
export type RolloutDocument = DocumentOf<'rollouts'>;
export type UserDocument = DocumentOf<'users'>;
export type AccessDocument = DocumentOf<'access'>;

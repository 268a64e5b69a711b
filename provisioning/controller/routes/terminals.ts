import { z } from 'zod';
import { healthSchema, json, reportedSchema } from '../../../src/fleet/protocol.ts';
import { terminalId } from '../../../src/platform/ids.ts';
import { noSuchTerminal } from '../device-desk.ts';
import { newTerminal, refusal } from '../enrolment-desk.ts';
import { membershipOf } from '../fleet-view.ts';
import type { Route } from '../http/route.ts';
import { decideAndWrite } from '../store/controller-store.ts';
import { csv } from './csv.ts';
import {
  type ApiParts,
  done,
  expectedVersion,
  groupSchema,
  limit,
  moment,
  route,
  terminalSchema,
  version,
  yesNo,
} from './parts.ts';

const presence = z.enum(['online', 'lost', 'stopped', 'restarting', 'never']);
const membership = z.enum(['expected', 'enrolling', 'enrolled', 'revoked']);

const row = z.object({
  terminal: z.string(),
  label: z.string(),
  group: z.string().nullable(),
  membership,
  presence,
  presenceSince: moment,
  lastHeard: moment.nullable(),
  version: z.string().nullable(),
  waiting: z.int(),
  parked: z.int(),
  oldestUnconfirmedAt: z.string().nullable(),
  delivery: z.string().nullable(),
  storage: z.string().nullable(),
  snapshotAt: z.string().nullable(),
  alarms: z.int(),
  warnings: z.int(),
  worst: z.string().nullable(),
});

const detail = z.object({
  row,
  version,
  device: z
    .object({ device: z.string(), model: z.string(), serial: z.string(), since: moment, firstReceiptCounter: z.int() })
    .nullable(),
  revoked: z.object({ at: moment, by: z.string(), why: z.string() }).nullable(),
  settings: z.record(z.string(), json).meta({ description: 'The terminal’s own; the group’s lie under them.' }),
  secrets: z.array(z.string()).meta({ description: 'Keys of settings that are secret; their values are never shown.' }),
  desiredVersion: z.int().nullable(),
  reported: reportedSchema.nullable(),
  health: healthSchema.partial(),
});

const filters = z.object({
  search: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'Words that are all found in number, label, group, version or trouble.' }),
  group: groupSchema.optional(),
  presence: presence.optional(),
  membership: membership.optional(),
  troubled: yesNo.optional().meta({ description: 'Only with, or only without, an open alarm.' }),
});

const logged = z.object({ id: z.string(), at: moment, subject: z.string(), entry: json });

export function terminalRoutes({ store, view, devices, clock }: ApiParts): Route[] {
  return [
    route('GET', '/api/terminals', {
      summary: 'List terminals',
      role: 'viewer',
      query: filters.extend({ from: z.coerce.number().int().min(0).default(0), limit: limit(100, 20_000) }),
      answer: z.object({ total: z.int(), rows: z.array(row) }),
      handle: async ({ query: { from, limit: most, ...filter } }) => {
        const rows = view.rows(filter);
        return { total: rows.length, rows: rows.slice(from, from + most) };
      },
    }),
    route('POST', '/api/terminals', {
      summary: 'Expect a terminal before its device is there',
      role: 'operator',
      body: z.strictObject({
        terminal: terminalSchema,
        label: z.string().max(100).default(''),
        group: groupSchema.nullable().default(null),
      }),
      answer: done,
      handle: async ({ body: { terminal, label, group }, asker }) => {
        const made = newTerminal(terminal, { group, createdAt: clock.now(), createdBy: asker.user });
        if ((await store.get('terminals', terminal)) !== null) {
          throw refusal('fleet.terminal-exists', `There is a terminal ${terminal} already`, 'operator');
        }
        await store.write([{ collection: 'terminals', id: terminal, expected: 0, value: { ...made, label } }]);
        return {};
      },
    }),
    route('GET', '/api/terminals/{terminal}', {
      summary: 'Show one terminal',
      role: 'viewer',
      answer: detail,
      handle: async ({ path }) => {
        const found = await store.get('terminals', path['terminal'] ?? '');
        const shown = view.row(path['terminal'] ?? '');
        if (found === null || shown === undefined) throw noSuchTerminal(path['terminal'] ?? '');
        const [report, desired] = await Promise.all([store.get('reports', found.id), store.get('desired', found.id)]);
        const { member, revoked, settings, secrets } = found.value;
        return {
          row: shown,
          version: found.version,
          device:
            member === null
              ? null
              : {
                  device: member.device,
                  ...member.hardware,
                  since: member.since,
                  firstReceiptCounter: member.firstReceiptCounter,
                },
          revoked,
          settings,
          secrets: Object.keys(secrets),
          desiredVersion: desired?.value.desired.version ?? null,
          reported: report?.value.reported ?? null,
          health: report?.value.health ?? {},
        };
      },
    }),
    route('PATCH', '/api/terminals/{terminal}', {
      summary: 'Name a terminal, or put it into a group',
      role: 'operator',
      body: z.strictObject({
        label: z.string().max(100).optional(),
        group: groupSchema.nullable().optional(),
        expectedVersion,
      }),
      answer: done,
      handle: async ({ path, body }) => {
        await decideAndWrite(store, async () => {
          const found = await store.get('terminals', path['terminal'] ?? '');
          if (found === null) throw noSuchTerminal(path['terminal'] ?? '');
          const { label = found.value.label, group = found.value.group } = body;
          if (group !== null && (await store.get('groups', group)) === null) {
            throw refusal('fleet.no-such-group', `There is no group ${group}`, 'never');
          }
          const expected = body.expectedVersion ?? found.version;
          const value = { ...found.value, label, group };
          return { changes: [{ collection: 'terminals', id: found.id, expected, value }], answer: null };
        });
        return {};
      },
    }),
    route('DELETE', '/api/terminals/{terminal}', {
      summary: 'Forget a terminal that no device is',
      role: 'admin',
      answer: done,
      handle: async ({ path }) => {
        const found = await store.get('terminals', path['terminal'] ?? '');
        if (found === null) throw noSuchTerminal(path['terminal'] ?? '');
        if (membershipOf(found.value) === 'enrolled' || membershipOf(found.value) === 'enrolling') {
          throw refusal('fleet.terminal-in-use', `${found.id} is a device`, 'operator', 'Revoke it first.');
        }
        await store.write([
          { collection: 'terminals', id: found.id, expected: found.version, value: null },
          { collection: 'reports', id: found.id, expected: null, value: null },
        ]);
        return {};
      },
    }),
    route('POST', '/api/terminals/{terminal}/revoke', {
      summary: 'Shut a terminal’s device out for good',
      role: 'admin',
      body: z.strictObject({ why: z.string().min(1).max(300) }),
      answer: done,
      handle: async ({ path, body, asker }) => {
        await devices.revoke(terminalId(path['terminal'] ?? ''), asker.user, body.why);
        return {};
      },
    }),
    route('GET', '/api/terminals/{terminal}/events', {
      summary: 'A terminal’s timeline, newest first',
      role: 'viewer',
      query: z.object({ before: z.string().max(60).optional(), limit: limit(100, 1000) }),
      answer: z.object({ events: z.array(logged) }),
      handle: async ({ path, query: { before, limit: most } }) => ({
        events: [
          ...(await store.readLog('events', {
            subject: path['terminal'] ?? '',
            limit: most,
            ...(before === undefined ? {} : { before }),
          })),
        ],
      }),
    }),
    route('GET', '/api/export/terminals.csv', {
      summary: 'All terminals as CSV',
      role: 'viewer',
      query: filters,
      answer: z.string(),
      handle: async ({ query, header }) => {
        header('content-type', 'text/csv; charset=utf-8');
        header('content-disposition', 'attachment; filename="terminals.csv"');
        return csv(view.rows(query).map((each) => ({ ...each })));
      },
    }),
    route('GET', '/api/audit', {
      summary: 'What people did, newest first',
      role: 'admin',
      query: z.object({ before: z.string().max(60).optional(), limit: limit(100, 1000) }),
      answer: z.object({ entries: z.array(logged) }),
      handle: async ({ query: { before, limit: most } }) => ({
        entries: [
          ...(await store.readLog('audit', {
            subject: null,
            limit: most,
            ...(before === undefined ? {} : { before }),
          })),
        ],
      }),
    }),
  ];
}

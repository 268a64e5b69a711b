import { z } from 'zod';
import { describeSettings } from '../../../src/config/describe.ts';
import { json } from '../../../src/fleet/protocol.ts';
import { refusal } from '../enrolment-desk.ts';
import type { Route } from '../http/route.ts';
import { type ApiParts, done, expectedVersion, groupSchema, route, version } from './parts.ts';

const wishes = z.strictObject({
  settings: z.record(z.string().max(200), json).meta({
    description:
      'Dotted key → value; null: no longer decided here. Secrets are written the same way and never shown again.',
  }),
  expectedVersion,
});

const group = z.object({
  name: groupSchema,
  label: z.string(),
  version,
  terminals: z.int(),
  settings: z.record(z.string(), json),
  secrets: z.array(z.string()),
});

export function settingsRoutes({ store, view, settings }: ApiParts): Route[] {
  return [
    route('GET', '/api/settings', {
      summary: 'Every setting that a fleet may decide',
      role: 'viewer',
      answer: z.object({
        settings: z.array(
          z.object({
            key: z.string(),
            type: z.string(),
            fallback: z.string().nullable(),
            meaning: z.string(),
            secret: z.boolean(),
            restart: z.boolean(),
          }),
        ),
      }),
      handle: async () => ({
        settings: describeSettings()
          .filter(({ device }) => !device)
          .map(({ key, type, fallback, meaning, secret, restart }) => ({
            key,
            type,
            fallback,
            meaning,
            secret,
            restart,
          })),
      }),
    }),
    route('PUT', '/api/terminals/{terminal}/settings', {
      summary: 'Change what one terminal is wanted to be',
      role: 'operator',
      body: wishes,
      answer: done,
      handle: async ({ path, body }) => {
        const place = { kind: 'terminal', terminal: path['terminal'] ?? '' } as const;
        await settings.change(place, body.settings, body.expectedVersion);
        return {};
      },
    }),
    route('GET', '/api/groups', {
      summary: 'List groups and their settings',
      role: 'viewer',
      answer: z.object({ groups: z.array(group) }),
      handle: async () => {
        const rows = view.rows();
        const groups = await store.list('groups');
        return {
          groups: groups.map(({ version: now, value }) => ({
            ...value,
            version: now,
            terminals: rows.filter((row) => row.group === value.name).length,
            secrets: Object.keys(value.secrets),
          })),
        };
      },
    }),
    route('POST', '/api/groups', {
      summary: 'Make a group',
      role: 'operator',
      body: z.strictObject({ name: groupSchema, label: z.string().max(100).default('') }),
      answer: done,
      handle: async ({ body }) => {
        if ((await store.get('groups', body.name)) !== null) {
          throw refusal('fleet.group-exists', `There is a group ${body.name} already`, 'operator');
        }
        const value = { ...body, settings: {}, secrets: {} };
        await store.write([{ collection: 'groups', id: body.name, expected: 0, value }]);
        return {};
      },
    }),
    route('PUT', '/api/groups/{group}/settings', {
      summary: 'Change what all terminals of a group are wanted to be',
      role: 'operator',
      body: wishes,
      answer: done,
      handle: async ({ path, body }) => {
        await settings.change({ kind: 'group', name: path['group'] ?? '' }, body.settings, body.expectedVersion);
        return {};
      },
    }),
    route('DELETE', '/api/groups/{group}', {
      summary: 'Remove a group that no terminal is in',
      role: 'admin',
      answer: done,
      handle: async ({ path }) => {
        const name = path['group'] ?? '';
        const found = await store.get('groups', name);
        if (found === null) throw refusal('fleet.no-such-group', `There is no group ${name}`, 'never');
        if (view.rows({ group: name }).length > 0) {
          throw refusal(
            'fleet.group-in-use',
            `There are terminals in ${name}`,
            'operator',
            'Put them into another group first.',
          );
        }
        await store.write([{ collection: 'groups', id: name, expected: found.version, value: null }]);
        return {};
      },
    }),
  ];
}

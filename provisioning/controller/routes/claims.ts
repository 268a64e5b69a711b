import { z } from 'zod';
import { qrCode } from '../../../drivers/printer/qr-code.ts';
import { claimQrText, spaced } from '../../../src/fleet/claim-code.ts';
import { claimNameSchema, deviceIdSchema } from '../../../src/fleet/protocol.ts';
import { hours } from '../../../src/platform/clock.ts';
import type { Route } from '../http/route.ts';
import type { ClaimDocument } from '../store/documents.ts';
import { type ApiParts, done, groupSchema, moment, route, terminalSchema } from './parts.ts';

const prefix = z
  .string()
  .regex(/^[A-Z0-9-]{0,8}$/)
  .default('K')
  .meta({ description: 'What new numbers begin with.' });
const group = groupSchema.nullable().default(null);

const claim = z.object({
  name: z.string(),
  kind: z.enum(['batch', 'code']),
  group: z.string().nullable(),
  terminal: z.string().nullable(),
  prefix: z.string(),
  approval: z.enum(['auto', 'manual']),
  limit: z.int().nullable(),
  used: z.int(),
  replaces: z.boolean(),
  revoked: z.boolean(),
  expiresAt: moment.nullable(),
  createdAt: moment,
  createdBy: z.string(),
});

const shown = ({ passwordHash: _, failures: __, next: ___, lastReceiptCounter: ____, ...rest }: ClaimDocument) => rest;

export function claimRoutes({ store, claims, devices, fleet, publicBroker }: ApiParts): Route[] {
  return [
    route('GET', '/api/claims', {
      summary: 'List what devices may enrol by',
      role: 'viewer',
      answer: z.object({ claims: z.array(claim) }),
      handle: async () => ({ claims: (await store.list('claims')).map(({ value }) => shown(value)) }),
    }),
    route('POST', '/api/claims/batches', {
      summary: 'Make a credential for many new devices',
      role: 'admin',
      body: z.strictObject({
        name: groupSchema,
        group,
        prefix,
        approval: z
          .enum(['auto', 'manual'])
          .default('auto')
          .meta({ description: 'manual: a person lets each device in.' }),
        limit: z.int().min(1).nullable().default(null),
        hours: z
          .number()
          .min(1)
          .nullable()
          .default(null)
          .meta({ description: 'How long it is good; null: until it is revoked.' }),
      }),
      answer: z.object({ username: z.string(), password: z.string().meta({ description: 'Shown this once.' }) }),
      handle: async ({ body: { hours: lasts, ...rest }, asker }) => {
        const made = await claims.makeBatch({ ...rest, lasts: lasts === null ? null : hours(lasts), by: asker.user });
        return { username: made.claim, password: made.password };
      },
    }),
    route('POST', '/api/claims/codes', {
      summary: 'Make a claim code that is typed at one device within five minutes',
      role: 'operator',
      body: z.strictObject({
        terminal: terminalSchema.nullable().default(null).meta({ description: 'null: a new number.' }),
        group,
        prefix,
        replaces: z
          .boolean()
          .default(false)
          .meta({ description: 'It takes the place of the device that has the number.' }),
        lastReceiptCounter: z.int().min(0).nullable().default(null).meta({
          description:
            'The highest receipt of the broken device that anybody has on paper; null: what it reported, and a thousand.',
        }),
      }),
      answer: z.object({
        code: z.string(),
        digits: z.string(),
        expiresAt: moment,
        qr: z.string().meta({ description: 'What a QR code for the terminal’s scanner says.' }),
        qrRows: z
          .array(z.string())
          .nullable()
          .meta({ description: 'The code itself, row by row, 1 is dark; null: it says too much for one.' }),
      }),
      handle: async ({ body, asker }) => {
        const made = await claims.makeCode({ ...body, by: asker.user });
        const qr = claimQrText(made, { broker: publicBroker, fleet });
        const rows = qrCode(qr)?.modules.map((row) => row.map((dark) => (dark ? '1' : '0')).join(''));
        return { code: spaced(made.digits), digits: made.digits, expiresAt: made.expiresAt, qr, qrRows: rows ?? null };
      },
    }),
    route('POST', '/api/claims/{claim}/revoke', {
      summary: 'Let nobody in by a claim any more',
      role: 'admin',
      answer: done,
      handle: async ({ path }) => {
        await claims.revoke(claimNameSchema.parse(path['claim']));
        return {};
      },
    }),
    route('GET', '/api/devices', {
      summary: 'Devices that have asked, and what became of them',
      role: 'viewer',
      answer: z.object({
        devices: z.array(
          z.object({
            device: z.string(),
            terminal: z.string().nullable(),
            state: z.enum(['asking', 'pending', 'member', 'revoked']),
            claim: z.string(),
            model: z.string(),
            serial: z.string(),
            version: z.string(),
            at: moment,
          }),
        ),
      }),
      handle: async () => ({
        devices: (await store.list('devices')).map(({ value: { hardware, approved: _, ...rest } }) => ({
          ...rest,
          ...hardware,
        })),
      }),
    }),
    route('POST', '/api/devices/{device}/approve', {
      summary: 'Let a device in that asks',
      role: 'operator',
      answer: done,
      handle: async ({ path }) => {
        await devices.approve(deviceIdSchema.parse(path['device']));
        return {};
      },
    }),
    route('DELETE', '/api/devices/{device}', {
      summary: 'Forget a device, so that its hardware may come back by a new claim',
      role: 'admin',
      answer: done,
      handle: async ({ path }) => {
        await devices.forget(deviceIdSchema.parse(path['device']));
        return {};
      },
    }),
  ];
}

import { z } from 'zod';
import { fleetMetrics } from '../fleet-metrics.ts';
import { problem } from '../http/api-server.ts';
import { openApiDocument } from '../http/openapi.ts';
import type { Route } from '../http/route.ts';
import { sessionCookie } from '../http/sign-in.ts';
import { roles } from '../store/documents.ts';
import { type ApiParts, done, moment, route, terminalSchema } from './parts.ts';

const name = z.string().trim().min(1).max(100);
const role = z.enum(roles);
const password = z.string().max(200);
const asker = z.object({ user: z.string(), role });

const alarm = z.object({
  id: z.string(),
  terminal: z.string(),
  code: z.string(),
  severity: z.enum(['warning', 'alarm']),
  words: z.string(),
  nextStep: z.string(),
  since: moment,
  acknowledged: z.object({ by: z.string(), at: moment }).nullable(),
});

export function peopleRoutes({ store, signIn, alarms, view, traffic, clock }: ApiParts): Route[] {
  return [
    route('POST', '/api/session', {
      summary: 'Sign in',
      role: 'open',
      body: z.strictObject({ name, password }),
      answer: asker,
      handle: async ({ body, header }) => {
        const begun = await signIn.begin(body.name, body.password);
        const cookie = `${sessionCookie}=${begun.secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${begun.maxAge}`;
        header('set-cookie', cookie);
        return begun.asker;
      },
    }),
    route('GET', '/api/session', {
      summary: 'Who is signed in',
      role: 'viewer',
      answer: asker,
      handle: async (request) => request.asker,
    }),
    route('DELETE', '/api/session', {
      summary: 'Sign out',
      role: 'open',
      answer: done,
      handle: async ({ cookies, header }) => {
        await signIn.end(cookies[sessionCookie]);
        header('set-cookie', `${sessionCookie}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`);
        return {};
      },
    }),
    route('POST', '/api/session/password', {
      summary: 'Change one’s own password',
      role: 'viewer',
      body: z.strictObject({ old: password, new: password }),
      answer: done,
      handle: async ({ body, asker: { user } }) => {
        await signIn.begin(user, body.old);
        await signIn.changeUser(user, { password: body.new });
        return {};
      },
    }),
    route('GET', '/api/users', {
      summary: 'List users',
      role: 'admin',
      answer: z.object({ users: z.array(z.object({ name, role, disabled: z.boolean(), createdAt: moment })) }),
      handle: async () => ({
        users: (await store.list('users')).map(({ value }) => ({
          name: value.name,
          role: value.role,
          disabled: value.disabled,
          createdAt: value.createdAt,
        })),
      }),
    }),
    route('POST', '/api/users', {
      summary: 'Add a user',
      role: 'admin',
      body: z.strictObject({ name, password, role }),
      answer: done,
      handle: async ({ body }) => {
        await signIn.addUser(body.name, body.password, body.role);
        return {};
      },
    }),
    route('PATCH', '/api/users/{user}', {
      summary: 'Change a user’s role or password, or shut the user out',
      role: 'admin',
      body: z.strictObject({ role: role.optional(), password: password.optional(), disabled: z.boolean().optional() }),
      answer: done,
      handle: async ({ path, body }) => {
        await signIn.changeUser(path['user'] ?? '', body);
        return {};
      },
    }),
    route('GET', '/api/tokens', {
      summary: 'List one’s tokens (an admin: everybody’s)',
      role: 'viewer',
      answer: z.object({
        tokens: z.array(
          z.object({
            id: z.string(),
            user: name,
            label: z.string(),
            role,
            expiresAt: moment.nullable(),
            createdAt: moment,
          }),
        ),
      }),
      handle: async ({ asker: { user, role: own } }) => ({
        tokens: (await store.list('access'))
          .filter(({ value }) => value.kind === 'token' && (own === 'admin' || value.user === user))
          .map(({ id, value: { kind: _, ...rest } }) => ({ id, ...rest })),
      }),
    }),
    route('POST', '/api/tokens', {
      summary: 'Make a token for a program',
      role: 'viewer',
      body: z.strictObject({
        label: z.string().min(1).max(100),
        role,
        days: z.number().min(1).nullable().default(null),
      }),
      answer: z.object({ token: z.string().meta({ description: 'Shown this once.' }) }),
      handle: async ({ body, asker: by }) => {
        const expiresAt = body.days === null ? null : clock.now() + body.days * 86_400_000;
        return { token: await signIn.makeToken(by, body.label, body.role, expiresAt) };
      },
    }),
    route('DELETE', '/api/tokens/{token}', {
      summary: 'Take a token back',
      role: 'viewer',
      answer: done,
      handle: async ({ path, asker: { user, role: own } }) => {
        const found = await store.get('access', path['token'] ?? '');
        if (found === null || found.value.kind !== 'token' || (own !== 'admin' && found.value.user !== user)) {
          throw problem('controller.not-found', 'There is no such token', 404);
        }
        await store.write([{ collection: 'access', id: found.id, expected: found.version, value: null }]);
        return {};
      },
    }),
    route('GET', '/api/alarms', {
      summary: 'Everything that somebody should act on, worst first',
      role: 'viewer',
      query: z.object({ terminal: terminalSchema.optional() }),
      answer: z.object({ alarms: z.array(alarm) }),
      handle: async ({ query: { terminal } }) => ({
        alarms: view.alarms(terminal).map((each) => ({ id: `${each.terminal}/${each.code}`, ...each })),
      }),
    }),
    route('POST', '/api/alarms/acknowledge', {
      summary: 'Say that somebody sees to an alarm',
      role: 'operator',
      body: z.strictObject({ id: z.string().max(100) }),
      answer: done,
      handle: async ({ body, asker: { user } }) => {
        await alarms.acknowledge(body.id, user);
        return {};
      },
    }),
    route('GET', '/metrics', {
      summary: 'The fleet for Prometheus',
      role: 'viewer',
      answer: z.string(),
      handle: async ({ header }) => {
        header('content-type', 'text/plain; version=0.0.4; charset=utf-8');
        return fleetMetrics(view, traffic(), clock.now());
      },
    }),
  ];
}

/** What describes all the others, itself included. */
export function openRoutes(all: () => readonly Route[], version: string): Route[] {
  return [
    route('GET', '/api/openapi.json', {
      summary: 'This API as an OpenAPI 3.1 document',
      role: 'open',
      answer: z.unknown(),
      handle: async () => openApiDocument(all(), version),
    }),
    route('GET', '/healthz', {
      summary: 'Whether the controller answers',
      role: 'open',
      answer: z.object({ ok: z.literal(true) }),
      handle: async () => ({ ok: true as const }),
    }),
  ];
}

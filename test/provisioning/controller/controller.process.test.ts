import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Controller } from '../../../provisioning/controller/controller.ts';
import { openPostgresStore } from '../../../provisioning/controller/store/postgres-controller-store.ts';
import type { FleetAgent } from '../../../src/fleet/agent.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { SystemClock } from '../../../src/platform/system-clock.ts';
import { describeWithPostgres } from '../../tools/needs.ts';
import { startPostgres, type TestDatabase } from '../../tools/postgres.ts';
import { asking, benchController, benchTerminal, password, signedIn } from './controller-bench.ts';

/** As long as a slow machine takes for real sockets. */
const patience = { timeout: 60_000 };

describe('the controller’s API', () => {
  let controller: Controller;
  /** As the administrator. */
  let ask: Awaited<ReturnType<typeof signedIn>>;
  const agents: FleetAgent[] = [];
  beforeAll(async () => {
    controller = await benchController();
    ask = await signedIn(controller);
  });
  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.stop('stopped');
  });
  afterAll(() => controller.stop());

  const join = async (wishes: object = {}): Promise<{ agent: FleetAgent; terminal: string }> => {
    const { body } = await ask('POST', '/api/claims/codes', wishes);
    const agent = await benchTerminal(controller.brokerPort ?? 0, body.digits);
    agents.push(agent);
    return { agent, terminal: agent.status().terminal };
  };

  it('is closed to whoever has not signed in, and to other sites', async () => {
    const stranger = asking(controller);
    expect((await stranger('GET', '/api/terminals')).status).toBe(401);
    expect((await stranger('GET', '/api/changes')).status).toBe(401);
    expect((await stranger('GET', '/healthz')).status).toBe(200);
    expect((await stranger('POST', '/api/session', { name: 'ann', password: 'wrong' })).status).toBe(409);
    const session = await signedIn(controller);
    expect((await session('GET', '/api/session')).body).toEqual({ user: 'ann', role: 'admin' });
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
      expect((await session('POST', '/api/groups', { name: 'evil' }, headers)).status).toBe(403);
    }
    await session('DELETE', '/api/session');
    expect((await session('GET', '/api/session')).status).toBe(401);
  });

  it('gives each role what it may, and writes down who did what', async () => {
    expect((await ask('POST', '/api/users', { name: 'vic', password: 'short', role: 'viewer' })).status).toBe(409);
    await ask('POST', '/api/users', { name: 'vic', password, role: 'viewer' });
    const viewer = await signedIn(controller, 'vic');
    expect((await viewer('GET', '/api/terminals')).status).toBe(200);
    expect((await viewer('POST', '/api/groups', { name: 'vics' })).status).toBe(403);
    expect((await viewer('GET', '/api/audit')).status).toBe(403);
    const { body } = await viewer('POST', '/api/tokens', { label: 'script', role: 'admin' });
    const token = asking(controller, { authorization: `Bearer ${body.token}` });
    // A token is never more than its maker.
    expect((await token('GET', '/api/session')).body).toEqual({ user: 'vic', role: 'viewer' });
    await ask('PATCH', '/api/users/vic', { disabled: true });
    expect((await token('GET', '/api/session')).status).toBe(401);
    expect((await ask('PATCH', '/api/users/ann', { role: 'viewer' })).body.code).toBe('controller.last-admin');
    const { entries } = (await ask('GET', '/api/audit')).body;
    const acts = entries.map(({ entry }: { entry: { user: string; action: string; outcome: string } }) => entry);
    expect(acts).toContainEqual(
      expect.objectContaining({ user: 'vic', action: 'POST /api/groups', outcome: 'refused' }),
    );
    expect(acts).toContainEqual(expect.objectContaining({ user: 'vic', action: 'POST /api/session', outcome: 'done' }));
    expect(JSON.stringify(entries)).not.toContain(password);
  });

  it('shows a terminal from the moment it has joined by a code, and revokes it', async () => {
    const { agent, terminal } = await join({ terminal: 'K7' });
    expect(terminal).toBe('K7');
    const row = async () => (await ask('GET', '/api/terminals?search=k7')).body.rows[0];
    await expect
      .poll(row, patience)
      .toMatchObject({ terminal: 'K7', membership: 'enrolled', presence: 'online', version: '0.1.0' });
    const csv = await ask('GET', '/api/export/terminals.csv');
    expect(csv.body.split('\r\n')[1]).toMatch(/^K7,/);
    expect((await ask('GET', '/metrics')).body).toContain('holdfast_terminal_online{terminal="K7",group=""} 1');
    await ask('POST', '/api/terminals/K7/revoke', { why: 'stolen' });
    await expect
      .poll(() => agent.status().connection, patience)
      .toMatchObject({ name: 'waiting', trouble: 'bad-credentials' });
    expect((await row()).membership).toBe('revoked');
    const { events } = (await ask('GET', '/api/terminals/K7/events')).body;
    expect(events.map(({ entry }: { entry: { kind: string } }) => entry.kind)).toEqual(
      expect.arrayContaining(['granted', 'enrolled', 'online', 'revoked']),
    );
  });

  it('changes settings of a group, whose terminals are told, and keeps secrets to itself', async () => {
    await ask('POST', '/api/groups', { name: 'market' });
    const bad = await ask('PUT', '/api/groups/market/settings', { settings: { 'sync.overlap': 99, dataDir: '/x' } });
    expect(bad.status).toBe(422);
    expect(bad.body.message).toContain('dataDir: it belongs to the device');
    const settings = { 'log.level': 'debug', 'magento.auth': { type: 'token', token: 'a-secret-token' } };
    await ask('PUT', '/api/groups/market/settings', { settings });
    expect((await ask('GET', '/api/groups')).body.groups[0]).toMatchObject({ secrets: ['magento.auth'] });
    const { terminal } = await join({ group: 'market' });
    const detail = async () => (await ask('GET', `/api/terminals/${terminal}`)).body;
    await expect.poll(async () => (await detail()).reported?.version, patience).toBeGreaterThan(0);
    const before = (await detail()).desiredVersion;
    await ask('PUT', `/api/terminals/${terminal}/settings`, { settings: { 'log.level': 'warn' } });
    await expect.poll(async () => (await detail()).reported.version, patience).toBe(before + 1);
    const stale = await ask('PUT', `/api/terminals/${terminal}/settings`, { settings: {}, expectedVersion: 1 });
    expect(stale.body.code).toBe('controller-store.conflict');
    for (const path of ['/api/groups', `/api/terminals/${terminal}`, '/api/audit']) {
      expect(JSON.stringify((await ask('GET', path)).body)).not.toContain('a-secret-token');
    }
  });

  it('orders jobs, and tells live how things go', async () => {
    const { terminal } = await join({ prefix: 'L' });
    const { body: made } = await ask('POST', '/api/tokens', { label: 'live', role: 'viewer' });
    const gone = new AbortController();
    const stream = await fetch(`http://127.0.0.1:${controller.httpPort}/api/changes`, {
      headers: { authorization: `Bearer ${made.token}` },
      signal: gone.signal,
    });
    let heard = '';
    void (async () => {
      for await (const chunk of stream.body ?? []) heard += Buffer.from(chunk).toString();
    })().catch(() => undefined);
    const ordered = await ask('POST', `/api/terminals/${terminal}/jobs`, { job: { kind: 'collect-diagnostics' } });
    const job = async () => (await ask('GET', `/api/terminals/${terminal}/jobs/${ordered.body.jobId}`)).body;
    await expect.poll(job, patience).toMatchObject({ state: 'succeeded', result: { log: ['fine'] } });
    await expect.poll(() => heard, patience).toContain('event: collections');
    await expect.poll(() => heard, patience).toContain('"jobs"');
    gone.abort();
    const rollout = await ask('POST', '/api/rollouts', {
      label: 'sync',
      job: { kind: 'sync-now' },
      terminals: [terminal],
    });
    const stands = async () => (await ask('GET', `/api/rollouts/${rollout.body.rolloutId}`)).body;
    await expect
      .poll(stands, patience)
      .toMatchObject({ rollout: { state: 'done' }, jobs: [{ terminal, state: 'succeeded' }] });
  });

  it('describes itself: every route, with the schemas that it checks with', async () => {
    const { body } = await asking(controller)('GET', '/api/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.paths).length).toBeGreaterThan(30);
    const order = body.paths['/api/terminals/{terminal}/jobs'].post;
    const kinds = order.requestBody.content['application/json'].schema.properties.job.oneOf.map(
      (variant: { properties: { kind: { const: string } } }) => variant.properties.kind.const,
    );
    expect(kinds).toContain('collect-diagnostics');
    expect(order.parameters).toContainEqual(expect.objectContaining({ name: 'terminal', in: 'path' }));
  });
});

describeWithPostgres('Several controllers on PostgreSQL', (programs) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await startPostgres(programs);
  });
  afterAll(() => database.stop());

  it('answer alike, and another speaks to the fleet when the first is gone', async () => {
    const open = () => openPostgresStore({ url: database.url, clock: new SystemClock(), log: silentLogger });
    const stores = [await open(), await open()] as const;
    const first = await benchController(stores[0]);
    const broker = { kind: 'embedded', port: 0 };
    const second = await benchController(stores[1], broker);
    const ask = await signedIn(second);
    // Made at one, used at the other's broker, seen at both.
    const { body } = await ask('POST', '/api/claims/codes', { terminal: 'K1' });
    const agent = await benchTerminal(first.brokerPort ?? 0, body.digits);
    const seen = async () => (await ask('GET', '/api/terminals')).body.rows[0]?.presence;
    await expect.poll(seen, patience).toBe('online');
    await agent.stop('stopped');
    await expect.poll(seen, patience).toBe('stopped');
    await first.stop();
    await stores[0].close();
    // The lease was given back: the second one leads at its next look.
    const code = await ask('POST', '/api/claims/codes', { terminal: 'K2' });
    const later = await benchTerminal(second.brokerPort ?? 0, code.body.digits);
    expect(later.status().terminal).toBe('K2');
    await later.stop('stopped');
    await second.stop();
    await stores[1].close();
  });
});

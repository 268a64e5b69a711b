import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Controller } from '../../../provisioning/controller/controller.ts';
import { enrol } from '../../../src/fleet/enrolment.ts';
import { Identity } from '../../../src/fleet/identity.ts';
import { mqttLinks } from '../../../src/fleet/mqtt-link.ts';
import type { FleetName } from '../../../src/fleet/protocol.ts';
import { seconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { MemoryDisk } from '../../../src/platform/memory-disk.ts';
import { SystemClock } from '../../../src/platform/system-clock.ts';
import { systemRandom } from '../../../src/platform/system-random.ts';
import { TestAuthority } from '../../tools/certificates.ts';
import { describeWith } from '../../tools/needs.ts';
import { benchController } from './controller-bench.ts';

describeWith('openssl', 'the embedded broker with TLS', (openssl) => {
  const open = mqttLinks(() => true);
  let folder: string;
  let authority: TestAuthority;
  let controller: Controller;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-embedded-'));
    authority = new TestAuthority(openssl);
    const { key, certificate } = authority.issue('localhost');
    const tls = { certFile: join(folder, 'broker.pem'), keyFile: join(folder, 'broker.key') };
    writeFileSync(tls.certFile, certificate);
    writeFileSync(tls.keyFile, key);
    controller = await benchController(undefined, { kind: 'embedded', port: 0, tls });
  });
  afterAll(async () => {
    await controller.stop();
    authority.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes a device in that knows its authority, and lets nobody in under another’s client id', async () => {
    const url = `mqtts://localhost:${controller.brokerPort}`;
    const identity = await Identity.open(new MemoryDisk().files('till'), systemRandom, silentLogger);
    const wishes = {
      name: 'spring',
      group: null,
      prefix: 'K',
      approval: 'auto',
      limit: null,
      lasts: null,
      by: 'ann',
    } as const;
    const { claim, password } = await controller.parts.claims.makeBatch(wishes);
    const terminal = await enrol(
      {
        place: { fleet: 'acme' as FleetName, url, authorities: [authority.certificate], mqttVersion: 'auto' },
        identity,
        keepSettings: async () => undefined,
        claim: async () => ({ name: claim, password }),
        hardware: { model: 'Bench', serial: '1' },
        version: '0.1.0',
        open,
        clock: new SystemClock(),
        random: systemRandom,
        log: silentLogger,
        tell: () => undefined,
      },
      AbortSignal.timeout(120_000),
    );
    expect(terminal).toBe('K1');
    const { membership, key } = identity;
    if (membership.stage !== 'enrolled' || key === null) throw new Error('not enrolled');
    const troubleOf = (wish: {
      readonly authorities?: readonly string[];
      readonly clientId: string;
      readonly username: string;
      readonly password: string;
    }) =>
      open(
        {
          url,
          authorities: [authority.certificate],
          mqttVersion: 4,
          connectTimeout: seconds(20),
          keepAlive: seconds(60),
          sessionExpiry: seconds(300),
          will: null,
          ...wish,
        },
        { message: () => undefined, lost: () => undefined },
      ).then(
        (link) => {
          link.drop();
          return 'none';
        },
        (error) => error.trouble,
      );
    const own = { ...membership.credentials, clientId: `holdfast-acme-${key.device}` };
    expect(await troubleOf(own)).toBe('none');
    expect(await troubleOf({ ...own, authorities: [] })).toBe('certificate');
    expect(await troubleOf({ ...own, clientId: 'holdfast-acme-controller' })).toBe('bad-credentials');
    expect(await troubleOf({ username: claim, password, clientId: own.clientId })).toBe('bad-credentials');
    expect(await troubleOf({ username: claim, password, clientId: `${own.clientId}-enrolment` })).toBe('none');
  });
});

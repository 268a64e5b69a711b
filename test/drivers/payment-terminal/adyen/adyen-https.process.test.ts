import { afterAll, beforeAll, expect, it } from 'vitest';
import { isAdyenTerminal } from '../../../../drivers/payment-terminal/adyen/adyen-certificate.ts';
import { createAdyenTerminal } from '../../../../drivers/payment-terminal/adyen/adyen-terminal.ts';
import {
  serveAdyenTerminal,
  type VirtualAdyenServer,
} from '../../../../drivers/payment-terminal/adyen/virtual-adyen-server.ts';
import { VirtualAdyenTerminal } from '../../../../drivers/payment-terminal/adyen/virtual-adyen-terminal.ts';
import { money } from '../../../../src/money/money.ts';
import { milliseconds } from '../../../../src/platform/clock.ts';
import { silentLogger } from '../../../../src/platform/log.ts';
import { SystemClock } from '../../../../src/platform/system-clock.ts';
import { createNodeTransport } from '../../../../src/platform/system-http-transport.ts';
import { systemRandom } from '../../../../src/platform/system-random.ts';
import { TestAuthority } from '../../../tools/certificates.ts';
import { describeWith } from '../../../tools/needs.ts';
import { card, key, poiId } from './adyen-rig.ts';

describeWith('openssl', 'Adyen’s local Terminal API over HTTPS', (openssl) => {
  const clock = new SystemClock();
  let authority: TestAuthority;
  let stranger: TestAuthority;
  const servers: VirtualAdyenServer[] = [];
  const stops: (() => unknown)[] = [];

  beforeAll(() => {
    authority = new TestAuthority(openssl);
    stranger = new TestAuthority(openssl);
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
    for (const server of servers) await server.close();
    authority.remove();
    stranger.remove();
  });

  async function terminal(from: TestAuthority, commonName: string) {
    let wake = (): void => undefined;
    const virtual = new VirtualAdyenTerminal({
      clock,
      random: systemRandom,
      poiId,
      key,
      processing: milliseconds(1),
      onChange: () => wake(),
    });
    const server = await serveAdyenTerminal(virtual, from.issue(commonName));
    servers.push(server);
    const transport = createNodeTransport({
      certificateAuthority: authority.certificate,
      isPeer: isAdyenTerminal(poiId),
    });
    const driver = createAdyenTerminal({
      name: 'card terminal',
      host: '127.0.0.1',
      port: server.port,
      parties: { saleId: 'K1', poiId },
      key,
      transport,
      clock,
      random: systemRandom,
      log: silentLogger,
    });
    await driver.start();
    stops.push(
      () => driver.stop(),
      () => transport.close(),
    );
    const waiting = new Promise<void>((resolve) => {
      wake = resolve;
    });
    return { virtual, driver, waiting };
  }

  it('pays at a terminal that proves who it is', async () => {
    const { virtual, driver, waiting } = await terminal(authority, `${poiId}.test.terminal.adyen.com`);
    expect(driver.health()).toMatchObject({ state: 'ready' });
    const paymentId = '0193597e-1111-7000-8000-000000000001';
    const outcome = driver.pay(
      { paymentId, amount: money('12.50'), currency: 'EUR', reference: 'K1-00000001', offline: 'allowed' },
      () => undefined,
    );
    await waiting;
    virtual.present(card);
    expect(await outcome).toMatchObject({ kind: 'approved' });
    expect(await driver.status(paymentId)).toMatchObject({ kind: 'approved' });
  });

  it('speaks with nobody whose certificate another authority has signed, or that is another terminal’s', async () => {
    const forged = await terminal(stranger, `${poiId}.test.terminal.adyen.com`);
    expect(forged.driver.health()).toMatchObject({
      state: 'absent',
      condition: expect.stringContaining('can’t prove'),
    });
    const other = await terminal(authority, 'V400m-999999999.test.terminal.adyen.com');
    expect(other.driver.health()).toMatchObject({ state: 'absent', condition: expect.stringContaining('can’t prove') });
  });

  it('knows whom a certificate may be made out to', () => {
    const mine = isAdyenTerminal(poiId);
    for (const name of [`${poiId}.live.terminal.adyen.com`, 'legacy-terminal-certificate.test.terminal.adyen.com']) {
      expect(mine(name)).toBe(true);
    }
    for (const name of [
      'P400-1.live.terminal.adyen.com',
      `${poiId}.live.terminal.adyen.com.evil.example`,
      `${poiId}.adyen.com`,
      '',
    ]) {
      expect(mine(name)).toBe(false);
    }
  });
});

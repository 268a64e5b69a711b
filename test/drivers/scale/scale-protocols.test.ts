import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cas } from '../../../drivers/scale/cas.ts';
import type { ScaleAnswer, ScaleExchange } from '../../../drivers/scale/scale-protocol.ts';
import { createSerialScale } from '../../../drivers/scale/serial-scale.ts';
import { toledo8217 } from '../../../drivers/scale/toledo-8217.ts';
import { VirtualCasScale, VirtualToledoScale } from '../../../drivers/scale/virtual-scale.ts';
import { seconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { FakePlace, settled } from '../fake-place.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** What the exchange makes of these bytes; null: it waits for more. */
function answerTo(exchange: ScaleExchange, received: Uint8Array): ScaleAnswer | null {
  for (const byte of received) {
    const step = exchange.receive(byte);
    if (step.kind === 'answer') return step.answer;
  }
  return null;
}

describe('Toledo 8217', () => {
  const weigh = (text: string): ScaleAnswer | null => answerTo(toledo8217.weigh(), bytes(text));

  it.each([
    ['\x0201.234\r', { kind: 'weight', weight: 1.234, unit: 'kg', net: false }],
    ['\x0201.234N\r', { kind: 'weight', weight: 1.234, unit: 'kg', net: true }],
    ['\x0212.34\r', { kind: 'weight', weight: 12.34, unit: 'lb', net: false }],
    ['\x02012.34\r', { kind: 'weight', weight: 12.34, unit: 'lb', net: false }],
    ['\x0200.000\r', { kind: 'nothing' }],
    ['\x02?A\r', { kind: 'moving' }],
    ['\x02?B\r', { kind: 'overload' }],
    ['\x02?D\r', { kind: 'under-zero' }],
    // With its parity bit, as a port with 8 data bits sees it.
    ['\x82\xb01.234\x8d', { kind: 'weight', weight: 1.234, unit: 'kg', net: false }],
  ])('%j', (text, meaning) => {
    expect(weigh(text)).toEqual(meaning);
  });

  it.each(['\x02\r', '\x0212345\r', '\x021.2.34\r', '\x02-1.234\r', '\x02?\x01\r', '\x02?@\r', '\x02123456789'])(
    '%j is no weight',
    (text) => {
      expect(weigh(text)?.kind).toBe('garbled');
    },
  );

  it('asks with one letter', () => {
    expect(Buffer.from(toledo8217.weigh().request).toString()).toBe('W');
    expect(Buffer.from(toledo8217.set('zero')?.request ?? []).toString()).toBe('Z');
    expect(Buffer.from(toledo8217.set('tare')?.request ?? []).toString()).toBe('T');
    expect(Buffer.from(toledo8217.set('no-tare')?.request ?? []).toString()).toBe('C');
  });
});

describe('CAS', () => {
  const block = (body: string): string => {
    const check = [...bytes(body)].reduce((sum, byte) => sum ^ byte, 0);
    return `\x01\x02${body}${String.fromCharCode(check)}\x03\x04`;
  };
  const weigh = (text: string): ScaleAnswer | null => answerTo(cas.weigh(), bytes(text));

  it.each([
    [`\x06${block('S 01.234kg')}`, { kind: 'weight', weight: 1.234, unit: 'kg', net: false }],
    [`\x06${block('S  1.234KG')}`, { kind: 'weight', weight: 1.234, unit: 'kg', net: false }],
    [`\x06${block('S 012.34lb')}`, { kind: 'weight', weight: 12.34, unit: 'lb', net: false }],
    [`\x06${block('S 00.000kg')}`, { kind: 'nothing' }],
    [`\x06${block('U 01.234kg')}`, { kind: 'moving' }],
    [`\x06${block('S-00.200kg')}`, { kind: 'under-zero' }],
    [`\x06${block('UFFFFFFFkg')}`, { kind: 'overload' }],
    ['\x15', { kind: 'moving' }],
  ])('%j', (text, meaning) => {
    expect(weigh(text)).toEqual(meaning);
  });

  it('is not taken in by a damaged digit', () => {
    const whole = bytes(`\x06${block('S 01.234kg')}`);
    for (let at = 3; at <= 12; at += 1) {
      const damaged = Uint8Array.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0x01;
      expect(answerTo(cas.weigh(), damaged)?.kind).toBe('garbled');
    }
  });

  it('has no commands for zero and tare', () => {
    expect(cas.set('zero')).toBeNull();
    expect(cas.set('tare')).toBeNull();
  });
});

describe('settings of a Toledo scale', () => {
  const clock = new ManualClock();
  const place = new FakePlace();
  const scale = new VirtualToledoScale({ send: (sent) => place.send(sent) });
  place.onWrite = (written) => scale.receive(written);
  const driver = createSerialScale({
    name: 'scale',
    opener: place,
    protocol: toledo8217,
    unit: 'kg',
    clock,
    log: silentLogger,
  });

  it('are carried out at rest and refused in motion', async () => {
    await driver.start();
    scale.put(0.2);
    expect(await driver.set('tare')).toBe('done');
    scale.put(0.7);
    expect(await driver.weigh()).toEqual({ kind: 'weight', weight: 0.5, unit: 'kg', net: true });
    scale.put(0);
    expect(await driver.weigh()).toEqual({ kind: 'under-zero' });
    expect(await driver.set('no-tare')).toBe('done');
    expect(await driver.weigh()).toEqual({ kind: 'nothing' });
    scale.put(0.01);
    expect(await driver.set('zero')).toBe('done');
    expect(await driver.weigh()).toEqual({ kind: 'nothing' });
    scale.put(5);
    expect(await driver.set('zero')).toBe('refused');
    scale.put(0.01, true);
    expect(await driver.set('zero')).toBe('refused');
    scale.put(0.01);
    await driver.stop();
    expect(await driver.set('zero')).toBe('no-answer');
  });

  it('speak of wrong settings of the port when answers make no sense', async () => {
    await driver.start();
    place.onWrite = () => place.send('\x02garbage\r');
    const weighing = driver.weigh();
    await settled();
    await clock.advance(seconds(5));
    expect(await weighing).toMatchObject({ kind: 'no-answer', reason: expect.stringMatching(/parity/) });
    expect(driver.health().condition).toMatch(/parity/);
    place.onWrite = (written) => scale.receive(written);
    expect(await driver.weigh()).toEqual({ kind: 'nothing' });
    expect(driver.health().condition).toBe('ready');
    await driver.stop();
  });
});

test('a scale that was switched to pounds sells nothing by the kilogram', async () => {
  const place = new FakePlace();
  const scale = new VirtualToledoScale({ unit: 'lb', send: (sent) => place.send(sent) });
  place.onWrite = (written) => scale.receive(written);
  const opener = place;
  const clock = new ManualClock();
  const driver = createSerialScale({ name: 's', opener, protocol: toledo8217, unit: 'kg', clock, log: silentLogger });
  await driver.start();
  scale.put(2.5);
  const reason = 'the scale shows lb, but goods are priced by the kg';
  expect(await driver.weigh()).toEqual({ kind: 'no-answer', reason });
  expect(driver.health().condition).toBe(reason);
  await driver.stop();
});

/** How many inputs each parser gets; a nightly run asks for a million (`HOLDFAST_FUZZ_INPUTS=1000000`). */
const inputs = Number(process.env['HOLDFAST_FUZZ_INPUTS'] ?? 20_000);

describe(`${inputs} hostile inputs`, () => {
  const models = {
    toledo: { protocol: toledo8217, genuine: bytes('\x0201.234N\r') },
    cas: { protocol: cas, genuine: bytes('\x06\x01\x02S 01.234kgB\x03\x04') },
  };
  it.each(Object.entries(models))(
    'never make a weight of what is none: %s',
    (_, { protocol, genuine }) => {
      const damaged = fc
        .array(fc.tuple(fc.nat(genuine.length - 1), fc.nat(255)), { maxLength: 4 })
        .map((changes) => changes.reduce((all, [at, byte]) => all.with(at, byte), Uint8Array.from(genuine)));
      fc.assert(
        fc.property(fc.oneof(fc.uint8Array({ maxLength: 40 }), damaged), (received) => {
          const said = answerTo(protocol.weigh(), received);
          if (said?.kind !== 'weight') return;
          expect(said.weight).toBeGreaterThan(0);
          expect(said.weight).toBeLessThan(10_000);
          expect(Number.isFinite(said.weight)).toBe(true);
        }),
        { numRuns: inputs },
      );
    },
    600_000,
  );

  it('a virtual scale survives anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (received) => {
        new VirtualToledoScale({ send: () => undefined }).receive(received);
        new VirtualCasScale({ send: () => undefined }).receive(received);
      }),
      { numRuns: Math.min(inputs, 50_000) },
    );
  });
});

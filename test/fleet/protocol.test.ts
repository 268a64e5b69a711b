import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestMessage, readMessage, writeMessage } from '../../src/fleet/envelope.ts';
import {
  type ChannelName,
  type ClaimName,
  channels,
  type DeviceId,
  type FleetName,
  messages,
} from '../../src/fleet/protocol.ts';
import {
  controllerAccess,
  enrolmentAccess,
  gatewayAccess,
  isWithin,
  parseTopic,
  terminalAccess,
  topicOf,
} from '../../src/fleet/topics.ts';
import { isHoldfastError } from '../../src/platform/errors.ts';
import { terminalId } from '../../src/platform/ids.ts';
import { systemRandom } from '../../src/platform/system-random.ts';
import { ManualClock } from '../tools/manual-clock.ts';

const fleet = 'acme' as FleetName;
const claimName = 'batch-spring' as ClaimName;
const world = { clock: new ManualClock(), random: systemRandom };
const bytes = (text: string) => new TextEncoder().encode(text);

describe('an envelope', () => {
  it('comes back as it was written', () => {
    const { id, text } = writeMessage('job.cancel', { jobId: crypto.randomUUID() as never }, world);
    expect(readMessage(bytes(text), 'command')).toMatchObject({ id, replyTo: null, type: 'job.cancel' });
  });

  it('is not read where it does not belong', () => {
    const { text } = writeMessage('telemetry.ask', {}, world);
    expect(() => readMessage(bytes(text), 'desired')).toThrow(/does not travel on "desired"/);
  });

  it('of a later protocol is named as such', () => {
    const { text } = writeMessage('telemetry.ask', {}, world);
    const later = JSON.stringify({ ...JSON.parse(text), v: 2 });
    expect(() => readMessage(bytes(later), 'command')).toThrow(/version 2, is not known here/);
    expect(() => readMessage(bytes(text.replace('telemetry.ask', 'coffee.make')), 'command')).toThrow(/coffee\.make/);
  });

  it('never quotes what was in a bad one', () => {
    const { text } = writeMessage('telemetry.ask', {}, world);
    const bad = JSON.stringify({ ...JSON.parse(text), id: 'my-secret-password' });
    expect(() => readMessage(bytes(bad), 'command')).not.toThrow(/my-secret-password/);
    expect(() => readMessage(bytes(bad), 'command')).toThrow(/id: /);
  });

  it('survives whatever a broker brings: it is read, or refused by name', () => {
    const { text } = writeMessage(
      'settings.changed',
      { version: 3, settings: { 'log.level': 'info' }, secrets: {} },
      world,
    );
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), damaged(text)), (payload) => {
        try {
          readMessage(payload, 'desired');
        } catch (error) {
          expect(isHoldfastError(error) && error.code).toMatch(/^fleet\.(bad|newer)-message$/);
        }
      }),
      { numRuns: 500 },
    );
    expect(() => readMessage(new Uint8Array(longestMessage + 1), 'desired')).toThrow(/longer than/);
  });
});

function damaged(text: string): fc.Arbitrary<Uint8Array> {
  return fc.tuple(fc.nat(text.length - 1), fc.nat(255)).map(([at, byte]) => {
    const copy = bytes(text);
    copy[at] = byte;
    return copy;
  });
}

describe('topics', () => {
  it('name whose they are, and are read back', () => {
    const terminal = terminalId('K1');
    expect(topicOf({ fleet, terminal }, 'presence')).toBe('holdfast/acme/K1/presence');
    for (const channel of Object.keys(channels) as ChannelName[]) {
      const address = channels[channel].enrolment
        ? { fleet, claim: claimName, device: '0123456789abcdef01234567' as DeviceId }
        : { fleet, terminal };
      expect(parseTopic(topicOf(address, channel))).toEqual({ address, channel });
    }
    for (const foreign of [
      '',
      'holdfast/acme/K1',
      'holdfast/acme/k1/presence',
      'holdfast/acme/K1/presence/x',
      'a/b/c/d',
    ]) {
      expect(parseTopic(foreign)).toBeNull();
    }
  });

  it('of one terminal are out of reach of another, and enrolment reaches no terminal', () => {
    const mine = terminalAccess(fleet, terminalId('K1'));
    const others = terminalAccess(fleet, terminalId('K10'));
    const may = (filters: readonly string[], topic: string) => filters.some((filter) => isWithin(topic, filter));
    for (const topic of [...others.publish, ...others.subscribe, 'holdfast/acme/#', 'holdfast/acme/+/command', '#']) {
      expect(may([...mine.publish, ...mine.subscribe], topic)).toBe(false);
      const claim = enrolmentAccess(fleet, claimName);
      expect(may([...claim.publish, ...claim.subscribe], topic)).toBe(false);
    }
    const own = ['reply', 'desired', 'command', 'step'].map((channel) => `holdfast/acme/K1/${channel}`);
    expect(mine.subscribe).toEqual(own);
    // What a terminal hears, one of the two may say; what it says, one of the two hears: the controller nothing of its sales.
    const [controller, gateway] = [controllerAccess(fleet), gatewayAccess(fleet, { shared: false })];
    const byOne = (which: 'publish' | 'subscribe', topic: string): boolean =>
      may(controller[which], topic) !== may(gateway[which], topic);
    for (const topic of mine.subscribe) expect(byOne('publish', topic)).toBe(true);
    for (const topic of mine.publish) expect(byOne('subscribe', topic)).toBe(true);
    expect(may(controller.subscribe, 'holdfast/acme/K1/delivery')).toBe(false);
    expect(gatewayAccess(fleet, { shared: true }).subscribe).toContain('$share/gateways/holdfast/acme/+/delivery');
    expect(
      may(
        enrolmentAccess(fleet, claimName).publish,
        'holdfast/acme/enrolment/batch-spring/0123456789abcdef01234567/enrolment-reply',
      ),
    ).toBe(false);
  });
});

describe('docs/mqtt.md', () => {
  it('names every channel and every message', () => {
    const text = readFileSync(new URL('../../docs/mqtt.md', import.meta.url), 'utf8');
    const missing = [...Object.keys(channels), ...Object.keys(messages)].filter(
      (name) => !text.includes(`\`${name}\``),
    );
    expect(missing).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { OutgoingMessage } from '../../src/fleet/broker-link.ts';
import { readMessage, writeMessage } from '../../src/fleet/envelope.ts';
import { Messenger } from '../../src/fleet/messenger.ts';
import type { FleetName } from '../../src/fleet/protocol.ts';
import { hours, seconds } from '../../src/platform/clock.ts';
import { terminalId } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { systemRandom } from '../../src/platform/system-random.ts';
import { ManualClock } from '../tools/manual-clock.ts';

function setUp() {
  const clock = new ManualClock();
  const sent: OutgoingMessage[] = [];
  const messenger = new Messenger({
    publisher: {
      publish: async (message) => {
        sent.push(message);
      },
    },
    address: { fleet: 'acme' as FleetName, terminal: terminalId('K1') },
    clock,
    random: systemRandom,
    log: silentLogger,
  });
  const controllerClock = new ManualClock('2026-11-23T12:00:00Z');
  const theirs = { clock: controllerClock, random: systemRandom };
  const receive = (channel: string, text: string) =>
    messenger.receive(`holdfast/acme/K1/${channel}`, new TextEncoder().encode(text));
  const asked = async () => {
    await clock.advance(seconds(0));
    const last = sent.at(-1);
    if (last === undefined) throw new Error('nothing was asked');
    return readMessage(new TextEncoder().encode(last.text), 'request');
  };
  return { clock, sent, messenger, theirs, receive, asked };
}

describe('a messenger', () => {
  it('matches an answer to what was asked', async () => {
    const { messenger, theirs, receive, asked } = setUp();
    const answer = messenger.ask('settings.get', {});
    const { id } = await asked();
    const body = { version: 7, settings: {}, secrets: {} };
    receive('reply', writeMessage('settings.document', body, theirs, { replyTo: crypto.randomUUID() as never }).text);
    receive('reply', writeMessage('settings.document', body, theirs, { replyTo: id }).text);
    expect(await answer).toEqual(body);
  });

  it('throws what the controller refuses with', async () => {
    const { messenger, theirs, receive, asked } = setUp();
    const answer = messenger.ask('jobs.get', {});
    const { id } = await asked();
    const refusal = { code: 'fleet.busy', words: 'Too many at once', hint: null, retryAfter: 5000 };
    receive('reply', writeMessage('request.refused', refusal, theirs, { replyTo: id }).text);
    await expect(answer).rejects.toMatchObject({ code: 'fleet.busy', remedy: 'retry-after', retryAfter: 5000 });
  });

  it('gives up waiting for an answer', async () => {
    const { clock, messenger } = setUp();
    const answer = messenger.ask('jobs.get', {});
    const outcome = expect(answer).rejects.toMatchObject({ code: 'fleet.no-answer', remedy: 'retry' });
    await clock.advance(seconds(31));
    await outcome;
    expect(clock.waiting).toBe(0);
  });

  it('drops what came too late, by the controller’s time where its own clock was not set', async () => {
    const { clock, messenger, theirs, receive, asked } = setUp();
    clock.isTrusted = false;
    clock.jump(hours(-24));
    const heard: string[] = [];
    messenger.on('telemetry.ask', ({ id }) => heard.push(id));
    const answer = messenger.ask('settings.get', {});
    const { id } = await asked();
    const body = { version: 7, settings: {}, secrets: {} };
    receive('reply', writeMessage('settings.document', body, theirs, { replyTo: id }).text);
    await answer;
    const stale = writeMessage('telemetry.ask', {}, theirs, { expiresAfter: seconds(30) });
    await clock.advance(seconds(31));
    receive('command', stale.text);
    expect(heard).toEqual([]);
    await theirs.clock.advance(seconds(31));
    const fresh = writeMessage('telemetry.ask', {}, theirs, { expiresAfter: seconds(30) });
    receive('command', fresh.text);
    expect(heard).toEqual([fresh.id]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Key, Keypad } from '../../drivers/keypad/keypad.ts';
import { ClaimEntry } from '../../src/assembly/claim-entry.ts';
import { openFleetFiles } from '../../src/assembly/fleet.ts';
import { JoinRunning } from '../../src/assembly/join-running.ts';
import { terminalConfigSchema } from '../../src/config/schema.ts';
import { makeClaimCode } from '../../src/fleet/claim-code.ts';
import { minutes, seconds } from '../../src/platform/clock.ts';
import { terminalId } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { seededRandom } from '../../src/platform/seeded-random.ts';
import { FleetWorld } from '../fleet/fleet-world.ts';

const address = { street: 'Markt 1', city: 'Ulm', postcode: '89073', countryId: 'DE', email: 'till@shop.example' };
const auth = { type: 'token', token: 'secret' };

/** A till that sells as K1, and whose file names a fleet that it does not belong to yet. */
async function sellingTill(world: FleetWorld) {
  const state = { quiet: false, restarts: 0 };
  const joining = new JoinRunning({
    config: terminalConfigSchema.parse({
      terminal: { id: 'K1' },
      dataDir: 'data',
      fleet: { broker: 'mqtt://127.0.0.1:1', name: 'acme' },
      magento: { baseUrl: 'https://shop.example', sourceCode: 'market', auth, address },
    }),
    files: await openFleetFiles(world.disk.files('till'), world.random, silentLogger),
    version: '0.1.0',
    open: world.broker.open,
    isQuiet: () => state.quiet,
    restart: () => {
      state.restarts += 1;
    },
    clock: world.clock,
    random: world.random,
    log: silentLogger,
  });
  return { joining, state };
}

const codeFor = async (world: FleetWorld, terminal: string): Promise<string> => {
  const wishes = { group: null, prefix: '', replaces: false, lastReceiptCounter: null, by: 'ann' };
  return (await world.controller.claims.makeCode({ ...wishes, terminal: terminalId(terminal) })).digits;
};

async function settled<Result>(world: FleetWorld, task: Promise<Result>): Promise<Result> {
  task.catch(() => undefined);
  await world.clock.advance(seconds(30));
  return task;
}

describe('a till that sells already', () => {
  it('joins by a code from its service menu, and runs under the fleet when nobody sells any more', async () => {
    const world = new FleetWorld();
    const { joining, state } = await sellingTill(world);
    expect(await settled(world, joining.byCode(await codeFor(world, 'K1')))).toMatchObject({ passed: true });
    expect((await world.identity('till')).membership).toMatchObject({ stage: 'enrolled', terminal: 'K1' });
    await world.clock.advance(minutes(2));
    expect(state.restarts).toBe(0);
    state.quiet = true;
    await world.clock.advance(seconds(10));
    expect(state.restarts).toBe(1);
  });

  it('keeps the number that it has sold under', async () => {
    const world = new FleetWorld();
    const { joining } = await sellingTill(world);
    const other = settled(world, joining.byCode(await codeFor(world, 'K7')));
    await expect(other).rejects.toMatchObject({ code: 'fleet.other-number' });
    expect((await world.identity('till')).membership.stage).toBe('keyed');
    await expect(joining.byCode('123')).rejects.toMatchObject({ code: 'fleet.bad-claim-code' });
    const wrong = makeClaimCode(world.random).digits;
    await expect(settled(world, joining.byCode(wrong))).rejects.toMatchObject({ code: 'fleet.claim-refused' });
  });
});

describe('a claim code that is typed', () => {
  it('is taken when its digits are right, and asked for again when they are not', async () => {
    let press: (key: Key) => void = () => undefined;
    // All that is asked of a keypad here.
    const keypad = {
      onKey: (listener: (key: Key) => void) => {
        press = listener;
        return () => undefined;
      },
    } as Keypad;
    const type = (text: string): void => {
      for (const key of text) press(key as Key);
    };
    const entry = new ClaimEntry({ keypad, scanner: null, display: null, language: 'de' });
    const next = entry.next();
    const { digits, claim } = makeClaimCode(seededRandom(7));
    const mistyped = `${digits.slice(0, 5)}${(Number(digits[5]) + 1) % 10}${digits.slice(6)}`;
    type(mistyped);
    press('enter');
    type(`${digits.slice(0, 11)}${(Number(digits[11]) + 1) % 10}`);
    press('clear');
    type(digits.slice(11));
    press('enter');
    expect(await next).toEqual({ name: claim, password: digits });
  });
});

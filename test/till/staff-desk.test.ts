import { describe, expect, test } from 'vitest';
import { seconds } from '../../src/platform/clock.ts';
import { hashPin, pinMatches } from '../../src/platform/pin-hash.ts';
import { StaffDesk } from '../../src/till/staff-desk.ts';
import { ManualClock } from '../tools/manual-clock.ts';

const anna = { name: 'Anna', may: [] } as const;
const ben = { name: 'Ben', may: 'everything' } as const;

async function desk(clock = new ManualClock()) {
  const kept = { value: { count: 0, lockedUntil: 0 } };
  const staff = [
    { member: anna, pinHash: await hashPin('1234'), badge: 'BADGE-1' },
    { member: ben, pinHash: await hashPin('9876'), badge: null },
  ];
  const open = () =>
    new StaffDesk(staff, { signIn: true, guarded: [] }, clock, {
      load: () => kept.value,
      save: (wrong) => {
        kept.value = wrong;
      },
    });
  return { clock, open };
}

describe('PINs', () => {
  test('match their hash only, and a hash says nothing of its PIN', async () => {
    const hash = await hashPin('1234');
    expect(hash).not.toContain('1234');
    expect(await pinMatches('1234', hash)).toBe(true);
    expect(await pinMatches('1235', hash)).toBe(false);
    expect(await pinMatches('1234', 'scrypt:nonsense')).toBe(false);
    expect(await hashPin('1234')).not.toBe(hash);
  });

  test('tell who somebody is', async () => {
    const { open } = await desk();
    const staff = open();
    expect(await staff.check('9876')).toEqual({ kind: 'known', member: ben });
    expect(await staff.check('0000')).toEqual({ kind: 'unknown' });
    expect(staff.badge(' BADGE-1 ')).toBe(anna);
    expect(staff.badge('BADGE-2')).toBeNull();
  });

  test('that two people have tell nobody', async () => {
    const staff = new StaffDesk(
      [
        { member: anna, pinHash: await hashPin('1234'), badge: null },
        { member: ben, pinHash: await hashPin('1234'), badge: 'BADGE-2' },
      ],
      { signIn: true, guarded: [] },
      new ManualClock(),
    );
    expect(await staff.check('1234')).toEqual({ kind: 'shared' });
    expect(staff.badge('BADGE-2')).toBe(ben);
  });

  test('can’t be guessed: after five wrong ones none is looked at for a while, also after a restart', async () => {
    const { clock, open } = await desk();
    const staff = open();
    for (let count = 0; count < 5; count += 1) expect(await staff.check('0000')).toEqual({ kind: 'unknown' });
    expect(await staff.check('1234')).toEqual({ kind: 'locked', seconds: 30 });
    expect(await open().check('1234')).toEqual({ kind: 'locked', seconds: 30 });
    // A badge is no guess.
    expect(staff.badge('BADGE-1')).toBe(anna);
    await clock.advance(seconds(31));
    expect(await open().check('0000')).toEqual({ kind: 'unknown' });
    expect(await open().check('1234')).toEqual({ kind: 'locked', seconds: 60 });
    await clock.advance(seconds(61));
    const again = open();
    expect(await again.check('1234')).toEqual({ kind: 'known', member: anna });
    expect(await again.check('0000')).toEqual({ kind: 'unknown' });
  });
});

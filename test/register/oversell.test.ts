import { describe, expect, test } from 'vitest';
import type { Shortage } from '../../src/register/facts.ts';
import { noticeText } from '../../src/screens/texts.ts';
import { textsDe } from '../../src/screens/texts-de.ts';
import { textsEn } from '../../src/screens/texts-en.ts';
import { settings } from '../till/fakes/counter.ts';
import { RegisterDriver } from './register-driver.ts';

/** Three of everything are left. */
function withThree(policy: Shortage['policy']): RegisterDriver {
  const register = new RegisterDriver();
  register.shortage = (_, wanted) => (wanted > 3 ? { policy, left: 3 } : null);
  return register;
}

const quantityOf = ({ state: { mode } }: RegisterDriver): number | null =>
  mode.kind === 'selling' ? (mode.sale?.lines[0]?.quantity ?? null) : null;

describe('more than the shop has left', () => {
  test('is sold and said, where that is the policy', () => {
    const register = withThree('warn').press('3 times 1 enter');
    expect(register.state.notice).toBeNull();
    register.press('1 enter');
    expect(quantityOf(register)).toBe(4);
    expect(register.state.notice).toEqual({ key: 'low-stock', name: 'Apple', left: 3 });
  });

  test('is not sold, where that is the policy; what was in the sale stays', () => {
    const register = withThree('refuse').press('2 times 1 enter');
    register.press('2 times 1 enter');
    expect(quantityOf(register)).toBe(2);
    expect(register.state.notice).toEqual({ key: 'out-of-stock', name: 'Apple', left: 3 });
    register.press('1 enter');
    expect(quantityOf(register)).toBe(3);
  });

  test('a line can be lowered whatever is left, and raised only so far', () => {
    const register = withThree('refuse').press('2 times 1 enter');
    register.press('9 times enter');
    expect(quantityOf(register)).toBe(2);
    expect(register.state.notice).toMatchObject({ key: 'out-of-stock' });
    register.shortage = () => ({ policy: 'refuse', left: 0 });
    register.press('1 times enter');
    expect(quantityOf(register)).toBe(1);
  });

  test('the display has words for both, in both languages', () => {
    const words = [textsEn, textsDe].flatMap((texts) =>
      (['low-stock', 'out-of-stock'] as const).map((key) =>
        noticeText({ key, name: 'Apple', left: 3 }, texts, settings.currency),
      ),
    );
    expect(words).toEqual([
      'Shop has only 3: Apple',
      'Only 3 left: Apple',
      'Laut Shop nur noch 3: Apple',
      'Nicht genug da (noch 3): Apple',
    ]);
  });
});

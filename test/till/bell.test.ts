import { expect, test } from 'vitest';
import { openCounter } from './fakes/counter.ts';
import { FakeBeeper } from './fakes/devices.ts';

test('a refused key is heard, a completed sale only where there is no display to see it on', async () => {
  const beeper = new FakeBeeper();
  const counter = await openCounter({ beeper });
  beeper.heard.length = 0;
  await counter.press('999 enter');
  expect(beeper.heard).toEqual(['refused']);
  await counter.press('1 enter total enter');
  expect(beeper.heard).toEqual(['refused']);
  const health = counter.display.health();
  counter.display.health = () => ({ ...health, state: 'lost', condition: 'unplugged' });
  await counter.press('1 enter total enter');
  expect(counter.sales).toHaveLength(2);
  expect(beeper.heard).toEqual(['refused', 'done']);
});

import { expect, test } from 'vitest';
import type { Weighing } from '../../drivers/scale/scale.ts';
import { cents, openCounter } from './fakes/counter.ts';
import { FakeScale } from './fakes/devices.ts';

const weight = (value: number): Weighing => ({ kind: 'weight', weight: value, unit: 'kg', net: false });

test('goods sold by weight ask the scale', async () => {
  const scale = new FakeScale();
  scale.says = weight(0.25);
  const counter = await openCounter({ scale });
  await counter.press('2 enter');
  expect(counter.screen).toBe('0.25x Mountain  3.23|Total         3.23 €');
  await counter.press('total enter');
  expect(counter.sales[0]?.lines[0]?.quantity).toBe(0.25);
  expect(counter.sales[0]?.totals.grandTotal).toBe(cents(323));
});

test('a second piece is added to the line', async () => {
  const scale = new FakeScale();
  const counter = await openCounter({ scale });
  scale.says = weight(0.25);
  await counter.press('2 enter');
  scale.says = weight(0.5);
  await counter.press('times');
  await counter.press('total enter');
  expect(counter.sales[0]?.lines[0]?.quantity).toBe(0.75);
});

test('other goods, and a weight that was typed, do not', async () => {
  const scale = new FakeScale();
  const counter = await openCounter({ scale });
  await counter.press('1 enter . 2 times 2 enter total enter');
  expect(scale.asked).toBe(0);
  expect(counter.sales[0]?.lines.map((line) => line.quantity)).toEqual([1, 0.2]);
});

test('a scale that is gone never ends the selling: the weight is typed', async () => {
  const scale = new FakeScale();
  scale.says = { kind: 'no-answer', reason: 'unplugged' };
  const counter = await openCounter({ scale });
  await counter.press('2 enter');
  expect(counter.screen).toBe('Mountain cheese|Weight? + ENT');
  expect(counter.display.beeps).toBeGreaterThan(0);
  await counter.press('. 3 enter total enter');
  expect(counter.sales[0]?.lines[0]?.quantity).toBe(0.3);
});

test('a scale driver that breaks its promise is as good as none', async () => {
  const scale = new FakeScale();
  scale.says = () => Promise.reject(new Error('bug'));
  const counter = await openCounter({ scale });
  await counter.press('2 enter');
  expect(counter.screen).toBe('Mountain cheese|Weight? + ENT');
});

test('what stands in the way is said, and ENTER weighs again', async () => {
  const scale = new FakeScale();
  const counter = await openCounter({ scale });
  await counter.press('2 enter');
  expect(counter.screen).toBe('Mountain cheese|Put it on, ENT');
  for (const [kind, words] of [
    ['moving', 'Not still, ENT'],
    ['overload', 'Too heavy, ENT'],
    ['under-zero', 'Set zero, ENT'],
  ] as const) {
    scale.says = { kind };
    await counter.press('enter');
    expect(counter.screen).toBe(`Mountain cheese|${words}`);
  }
  scale.says = weight(1.5);
  await counter.press('enter');
  await counter.press('total enter');
  expect(counter.sales[0]?.lines[0]?.quantity).toBe(1.5);
});

test('the answer to a weighing that was given up weighs nothing else', async () => {
  const scale = new FakeScale();
  const answers: ((weighing: Weighing) => void)[] = [];
  scale.says = () => new Promise((resolve) => answers.push(resolve));
  const counter = await openCounter({ scale });
  await counter.press('1 enter 2 enter');
  expect(counter.screen).toBe('Mountain cheese|Weighing...');
  await counter.press('clear');
  expect(counter.screen).toBe('Apple           0.99|Total         0.99 €');
  await counter.press('2 enter');
  answers[0]?.(weight(9));
  await counter.idle();
  expect(counter.screen).toBe('Mountain cheese|Weighing...');
  answers[1]?.(weight(0.1));
  await counter.idle();
  await counter.press('total enter');
  expect(counter.sales[0]?.lines.map((line) => line.quantity)).toEqual([1, 0.1]);
});

test('a weight that is being typed is not overtaken by the scale', async () => {
  const scale = new FakeScale();
  let answer: (weighing: Weighing) => void = () => undefined;
  scale.says = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  const counter = await openCounter({ scale });
  await counter.press('2 enter . 4');
  answer(weight(3));
  await counter.idle();
  await counter.press('enter total enter');
  expect(counter.sales[0]?.lines[0]?.quantity).toBe(0.4);
});

import { describe, expect, test } from 'vitest';
import { builtInLanguages, english } from '../../src/languages/language.ts';
import { type MenuItem, menus } from '../../src/register/lists.ts';
import type { Mode } from '../../src/register/state.ts';
import { customerView } from '../../src/screens/customer-view.ts';
import { layText } from '../../src/screens/layout.ts';
import { noticeText, noticeTextKey } from '../../src/screens/texts.ts';
import { type ViewContext, view } from '../../src/screens/view.ts';
import { type SizeName, sampleContext, sizes } from '../../src/showroom/gallery/context.ts';
import { notices, refusedCards } from '../../src/showroom/gallery/notices.ts';
import { picturesOf, scenes } from '../../src/showroom/gallery/pictures.ts';
import { SampleRegister } from '../../src/showroom/gallery/sample-register.ts';
import { states } from '../../src/showroom/gallery/states.ts';

const languages = builtInLanguages.map((language) => [language.code, language] as const);

const at = (keys: string) => new SampleRegister().press(keys).state;

const boxed = (title: string, rows: readonly string[]): string => [title, ...rows.map((row) => `|${row}|`)].join('\n');

describe('what the displays show', () => {
  test.each(languages)('every state at every size, %s', async (code, language) => {
    const pictures = Object.entries(states).flatMap(([name, state]) => [
      `## ${name}`,
      ...(Object.keys(sizes) as SizeName[]).map((size) => {
        const { rows, pages } = view(state, sampleContext(language, size));
        return boxed(pages > 1 ? `${size}, page 1 of ${pages}` : size, rows);
      }),
      boxed('customer 20x2', customerView(state, sampleContext(language, '20x2')).rows),
      '',
    ]);
    await expect(pictures.join('\n')).toMatchFileSnapshot(`golden/states-${code}.txt`);
  });

  test.each(languages)('every state of a kiosk at every size, %s', async (code, language) => {
    const pictures = scenes().flatMap((scene) =>
      scene.face === null
        ? []
        : [
            `## ${scene.name}`,
            ...picturesOf(scene, language).flatMap(({ display, pages }) =>
              pages.map((rows, page) => boxed(pages.length > 1 ? `${display}, page ${page + 1}` : display, rows)),
            ),
            '',
          ],
    );
    await expect(pictures.join('\n')).toMatchFileSnapshot(`golden/kiosk-${code}.txt`);
  });

  test.each(languages)('an idle display says that space is short, %s', (_, language) => {
    const idle = at('clear');
    const shown = (change: Partial<ViewContext['storage']>): string => {
      const storage = { low: false, newSales: true, payments: true, ...change };
      return view(idle, sampleContext(language, '16x2', { storage })).rows[1]?.trim() ?? '';
    };
    const { addHint, storageLow, storageFull } = language.screens.labels;
    expect(shown({})).toBe(addHint);
    expect(shown({ low: true })).toBe(storageLow);
    expect(shown({ newSales: false })).toBe(storageFull);
  });

  test('every mode is among the states', () => {
    const shown = new Set(Object.values(states).map((state) => state.mode.kind));
    const all: Record<Mode['kind'], true> = {
      closed: true,
      selling: true,
      menu: true,
      choosing: true,
      line: true,
      weighing: true,
      'asking-text': true,
      'asking-amount': true,
      'confirming-void': true,
      'new-customer': true,
      mailing: true,
      refunding: true,
      returning: true,
      'return-quantity': true,
      restock: true,
      'confirming-shut-down': true,
      'service-info': true,
      paying: true,
      card: true,
      'card-unknown': true,
      saving: true,
      unsaved: true,
      recording: true,
      'signing-in': true,
      'asking-price': true,
      discount: true,
      'new-price': true,
      'serial-number': true,
      counting: true,
      'choosing-tender': true,
      'tender-reference': true,
    };
    expect([...shown].sort()).toEqual(Object.keys(all).sort());
  });

  test('without a card terminal no card is offered', () => {
    const { rows } = view(at('7 enter total'), sampleContext(english, '20x2', { cards: false }));
    expect(rows[1]?.trim()).toBe('ENT=exact cash');
  });

  test('a tall display keeps its last row under a notice', () => {
    const { rows } = view(at('999 enter'), sampleContext(english, '20x4'));
    expect(rows.map((row) => row.trim())).toEqual(['Unknown: 999', '', '', 'PLU + ENT']);
  });
});

describe('texts', () => {
  test.each(languages)('labels fit the smallest display, menus beside their number, %s', (_, language) => {
    const { labels, menu } = language.screens;
    for (const label of Object.values(labels)) expect([...label].length, label).toBeLessThanOrEqual(16);
    for (const item of Object.keys(menu) as MenuItem[]) {
      expect([...menu[item]].length, menu[item]).toBeLessThanOrEqual(13);
    }
    expect([...new Set(Object.values(menus).flat())].sort()).toEqual(Object.keys(menu).sort());
  });

  test.each(languages)('every notice is readable on 16x2 in at most three pages, %s', async (code, language) => {
    const { currency } = sampleContext(language, '16x2');
    const pictures = [...Object.values(notices), ...refusedCards].map((notice) => {
      const words = noticeText(notice, language.screens, currency);
      const { pages } = layText(words, sizes['16x2'], 0);
      expect(pages, words).toBeLessThanOrEqual(3);
      const shown = Array.from({ length: pages }, (_, page) => layText(words, sizes['16x2'], page).rows);
      return [`## ${noticeTextKey(notice)}`, ...shown.map((rows) => boxed('', rows))].join('\n');
    });
    await expect(pictures.join('\n')).toMatchFileSnapshot(`golden/notices-${code}.txt`);
  });
});

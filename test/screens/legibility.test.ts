import { describe, expect, test } from 'vitest';
import { builtInLanguages, type Language } from '../../src/languages/language.ts';
import { newFace, whyStaff } from '../../src/register/kiosk-face.ts';
import type { RegisterState } from '../../src/register/state.ts';
import { customerRows, customerView } from '../../src/screens/customer-view.ts';
import { kioskRows, kioskView } from '../../src/screens/kiosk-view.ts';
import type { Row, View } from '../../src/screens/layout.ts';
import { noticeText } from '../../src/screens/texts.ts';
import { screenRows, type ViewContext, view } from '../../src/screens/view.ts';
import { type SizeName, sampleContext, sizes } from '../../src/showroom/gallery/context.ts';
import { kioskScenes } from '../../src/showroom/gallery/kiosk-states.ts';
import { notices } from '../../src/showroom/gallery/notices.ts';
import { states } from '../../src/showroom/gallery/states.ts';

const cases = builtInLanguages.flatMap((language) =>
  (Object.keys(sizes) as SizeName[]).map((size) => [language.code, size, language] as const),
);

/** The same state with the longest values that a shop has: names of Magento's full length, amounts of six digits. */
const longest: Readonly<Record<string, unknown>> = {
  name: 'Winter jacket "Nordkap" windproof, waterproof and breathable, with detachable hood, size XXL, petrol blue',
  receiptNumber: 'STALL-BERLIN-12345678',
  grandTotal: 12_345_678,
  rowTotalInclTax: 12_345_678,
  priceInclTax: 12_345_678,
  total: 12_345_678,
  change: 19_999,
  expected: 12_345_678,
  counted: 1_234_567,
};

function stretched<Value>(value: Value): Value {
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (node === null || typeof node !== 'object') return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, inner]) => {
        const long = longest[key];
        return [key, long !== undefined && typeof inner === typeof long ? long : walk(inner)];
      }),
    );
  };
  // Only values are replaced, by values of the same type.
  return walk(value) as Value;
}

const busy: Partial<ViewContext> = {
  connection: {
    online: false,
    waiting: 12_345,
    parked: 123,
    words: 'the shop answers, but refuses the till: its integration was switched off or its token is of another shop',
  },
};

function pagesOf(draw: (page: number) => View): readonly (readonly string[])[] {
  const { pages } = draw(0);
  return Array.from({ length: pages }, (_, page) => draw(page).rows);
}

/** While somebody learns, two cells of each row are the mark of that. */
const narrowed = (state: RegisterState, context: ViewContext): ViewContext =>
  state.training === null ? context : { ...context, size: { ...context.size, columns: context.size.columns - 2 } };
const unmarked = (state: RegisterState, pages: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  state.training === null ? pages : pages.map((rows) => rows.map((row) => row.replace(/^T /, '')));

/** What somebody reads over all pages: words, with those that were broken at the display's edge joined. */
const joined = (rows: readonly string[]): string =>
  rows
    .map((row) => row.trim())
    .join(' ')
    .replace(/(?<=\S)- (?=\S)/g, '');
const unbroken = (text: string): string => text.replace(/- (?=\S)/g, '');

function expectReadable(where: string, rows: readonly Row[], pages: readonly (readonly string[])[]): void {
  const height = pages[0]?.length ?? 0;
  expect([where, rows.length <= height]).toEqual([where, true]);
  rows.forEach(({ prefix = '', text = '', typed, right = '', shortRight, next }, row) => {
    if (next !== undefined)
      expectNext(
        where,
        next,
        pages.map((page) => page[row] ?? ''),
      );
    const shown = pages.map((page) => (page[row] ?? '').trimEnd());
    const end = [right, shortRight ?? right].find((each) => shown[0]?.endsWith(each));
    // The amount is there at once, and the words stand beside it or by themselves.
    expect([where, shown, end !== undefined || typed !== undefined]).toEqual([where, shown, true]);
    if (typed !== undefined || end === undefined) return;
    if (text === '') expect([where, shown.every((each) => each.endsWith(end))]).toEqual([where, true]);
    const words = shown.map((each) =>
      each.slice(
        each.startsWith(prefix) ? prefix.length : 0,
        end !== '' && each.endsWith(end) ? -end.length : undefined,
      ),
    );
    const whole = unbroken(text.trim().replace(/\s+/g, ' '));
    expect([where, unbroken(joined(words))]).toEqual([where, expect.stringContaining(whole)]);
    expect([where, shown.join(' ')]).toEqual([where, expect.stringContaining(prefix.trim())]);
  });
}

/** What takes a row's place in turn is read to its end, too. */
function expectNext(where: string, { text = '' }: Row, shown: readonly string[]): void {
  expect([where, unbroken(joined(shown))]).toEqual([where, expect.stringContaining(unbroken(text))]);
}

describe.each(cases)('in %s on %s', (_, size, language) => {
  const everyState = Object.entries(states).flatMap(([name, state]): [string, RegisterState, ViewContext][] => [
    [name, state, sampleContext(language, size)],
    [`${name}, longest`, stretched(state), sampleContext(language, size, busy)],
  ]);

  test('the trader can read all of every state', () => {
    for (const [name, noticed, context] of everyState) {
      const state: RegisterState = { ...noticed, notice: null };
      const pages = pagesOf((page) => view(state, { ...context, page }));
      expectReadable(name, screenRows(state, narrowed(state, context)), unmarked(state, pages));
    }
  });

  test('the customer can read all of every state', () => {
    for (const [name, state, context] of everyState) {
      const pages = pagesOf((page) => customerView(state, { ...context, page }));
      expectReadable(name, customerRows(state.mode, narrowed(state, context)), unmarked(state, pages));
    }
  });

  test('a kiosk’s customer can read all of every state', () => {
    for (const [name, { face, register }] of Object.entries(kioskScenes)) {
      for (const state of [register, stretched(register)]) {
        const context = { ...sampleContext(language, size), nextLanguage: 'Tiếng Việt', mail: true };
        const pages = pagesOf((page) => kioskView(face, state, { ...context, page }));
        for (const rows of pages)
          for (const row of rows) expect([name, row, [...row].length]).toEqual([name, row, sizes[size].columns]);
        if (face.who === 'staff' || face.message !== null || state.notice !== null || whyStaff(state, face) !== null)
          continue;
        const { mode } = state;
        if (mode.kind === 'selling' && mode.completed?.receipt.kind === 'not-printed') continue;
        expectReadable(name, kioskRows(face, state, context), pages);
      }
    }
  });

  test('a kiosk’s messages are told to their end', () => {
    const idle = states['idle'] as RegisterState;
    const context = { ...sampleContext(language, size), nextLanguage: null, mail: true };
    const kept = size === '20x4' ? 3 : sizes[size].rows;
    for (const message of [
      'helpComing',
      'onlyLast',
      'scanFirst',
      'ageCheck',
      'ageChecked',
      'staffOnly',
      'pleaseFinish',
      'addressNoted',
      'badAddress',
      'mailComing',
    ] as const) {
      const pages = pagesOf((page) => kioskView({ ...newFace, message }, idle, { ...context, page }));
      expect(pages.length).toBeLessThanOrEqual(3);
      const words = unbroken(joined(pages.flatMap((page) => page.slice(0, kept))));
      expect(words).toContain(unbroken(language.screens.kiosk[message]));
    }
  });

  test('every notice is told to its end', () => {
    for (const notice of Object.values(notices)) {
      for (const told of [notice, stretched(notice)]) {
        const context = sampleContext(language, size);
        const state: RegisterState = { ...(states['idle'] as RegisterState), notice: told };
        const words = noticeText(told, language.screens, context.currency)
          .replaceAll('\u00a0', ' ')
          .replace(/\s+/g, ' ');
        const kept = size === '20x4' ? 3 : sizes[size].rows;
        const rows = pagesOf((page) => view(state, { ...context, page })).flatMap((page) => page.slice(0, kept));
        expect(unbroken(joined(rows))).toContain(unbroken(words.trim()));
      }
    }
  });
});

test('no row is ever longer or shorter than the display', () => {
  for (const [, size, language] of cases) {
    for (const state of Object.values(states)) {
      for (const draw of [view, customerView]) {
        for (const each of [state, stretched(state)]) {
          for (const rows of pagesOf((page) =>
            draw(each, sampleContext(language as Language, size, { ...busy, page })),
          )) {
            expect(rows).toHaveLength(sizes[size].rows);
            for (const row of rows) expect([row, [...row].length]).toEqual([row, sizes[size].columns]);
          }
        }
      }
    }
  }
});

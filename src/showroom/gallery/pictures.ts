import type { Language } from '../../languages/language.ts';
import type { RegisterState } from '../../register/state.ts';
import { customerView } from '../../screens/customer-view.ts';
import type { View } from '../../screens/layout.ts';
import { type ViewContext, view } from '../../screens/view.ts';
import { type SizeName, sampleContext, sizes } from './context.ts';
import { notices } from './notices.ts';
import { states } from './states.ts';

/** One display with all its pages, one after the other. */
export interface Picture {
  readonly display: SizeName | 'customer';
  readonly pages: readonly (readonly string[])[];
}

/** Everything that can be on the displays: each state of the register, then each notice, by name. */
export function scenes(): readonly { readonly name: string; readonly state: RegisterState }[] {
  const idle = states['idle'];
  if (idle === undefined) throw new TypeError('the gallery has no idle state');
  return [
    ...Object.entries(states).map(([name, state]) => ({ name, state })),
    ...Object.values(notices).map((notice) => ({ name: `notice: ${notice.key}`, state: { ...idle, notice } })),
  ];
}

/** What the trader's displays of each size and the customer's show. */
export function picturesOf(state: RegisterState, language: Language): readonly Picture[] {
  const trader = (Object.keys(sizes) as SizeName[]).map((display) => ({
    display,
    pages: allPages((context) => view(state, context), sampleContext(language, display)),
  }));
  const customer = allPages((context) => customerView(state, context), sampleContext(language, '20x2'));
  return [...trader, { display: 'customer', pages: customer }];
}

function allPages(draw: (context: ViewContext) => View, context: ViewContext): Picture['pages'] {
  const { pages } = draw(context);
  return Array.from({ length: pages }, (_, page) => draw({ ...context, page }).rows);
}

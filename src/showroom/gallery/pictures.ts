import type { Language } from '../../languages/language.ts';
import type { KioskFace } from '../../register/kiosk-face.ts';
import type { RegisterState } from '../../register/state.ts';
import { customerView } from '../../screens/customer-view.ts';
import { kioskView } from '../../screens/kiosk-view.ts';
import type { View } from '../../screens/layout.ts';
import { type ViewContext, view } from '../../screens/view.ts';
import { type SizeName, sampleContext, sizes } from './context.ts';
import { kioskScenes } from './kiosk-states.ts';
import { notices } from './notices.ts';
import { states } from './states.ts';

/** One display with all its pages, one after the other. */
export interface Picture {
  readonly display: SizeName | 'customer';
  readonly pages: readonly (readonly string[])[];
}

/** Something that can be on the displays: a state of the register, with the face of a kiosk before it or none. */
export interface Scene {
  readonly name: string;
  readonly state: RegisterState;
  /** null: a trader works here. */
  readonly face: KioskFace | null;
}

/** Each state of the register, each notice, then what a kiosk adds, by name. */
export function scenes(): readonly Scene[] {
  const idle = states['idle'];
  if (idle === undefined) throw new TypeError('the gallery has no idle state');
  return [
    ...Object.entries(states).map(([name, state]) => ({ name, state, face: null })),
    ...Object.values(notices).map((notice) => ({
      name: `notice: ${notice.key}`,
      state: { ...idle, notice },
      face: null,
    })),
    ...Object.entries(kioskScenes).map(([name, { register, face }]) => ({ name, state: register, face })),
  ];
}

/** What the trader's displays of each size and the customer's show; a kiosk has one display, whatever its size. */
export function picturesOf({ state, face }: Scene, language: Language): readonly Picture[] {
  const nextLanguage = 'Deutsch';
  const pictures = (Object.keys(sizes) as SizeName[]).map((display) => ({
    display,
    pages: allPages(
      (context) =>
        face === null ? view(state, context) : kioskView(face, state, { ...context, nextLanguage, mail: true }),
      sampleContext(language, display),
    ),
  }));
  if (face !== null) return pictures;
  const customer = allPages((context) => customerView(state, context), sampleContext(language, '20x2'));
  return [...pictures, { display: 'customer', pages: customer }];
}

function allPages(draw: (context: ViewContext) => View, context: ViewContext): Picture['pages'] {
  const { pages } = draw(context);
  return Array.from({ length: pages }, (_, page) => draw({ ...context, page }).rows);
}

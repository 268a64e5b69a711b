import type { Display } from '../../drivers/display/display.ts';
import type { OfflineDesk } from '../payments/offline-desk.ts';
import { milliseconds, type Timer } from '../platform/clock.ts';
import { nothingKnown } from '../register/facts.ts';
import type { KioskFace } from '../register/kiosk-face.ts';
import type { RegisterState } from '../register/state.ts';
import { customerView } from '../screens/customer-view.ts';
import { kioskView } from '../screens/kiosk-view.ts';
import { layRows, type View } from '../screens/layout.ts';
import { type StoredCardFacts, type ViewContext, view } from '../screens/view.ts';
import type { KioskDesk } from './kiosk-desk.ts';
import type { TillParts } from './ports.ts';

/** How long one page of a text that does not fit is shown. */
const pageTime = milliseconds(1_500);

type ScreenParts = Pick<
  TillParts,
  | 'display'
  | 'customerDisplay'
  | 'paymentTerminal'
  | 'cards'
  | 'service'
  | 'connection'
  | 'storage'
  | 'clock'
  | 'settings'
>;

/** Draws the register on the displays, and turns the pages of texts that don't fit. */
export class Screens {
  readonly #parts: ScreenParts;
  readonly #kiosk: KioskDesk | null;
  #face: KioskFace | null = null;
  #state: RegisterState | null = null;
  #page = 0;
  #timer: Timer | null = null;

  constructor(parts: ScreenParts, kiosk: KioskDesk | null) {
    this.#parts = parts;
    this.#kiosk = kiosk;
  }

  draw(state: RegisterState): void {
    const face = this.#kiosk?.face ?? null;
    if (state !== this.#state || face !== this.#face) this.#turnTo(0);
    this.#state = state;
    this.#face = face;
    const { display, customerDisplay } = this.#parts;
    const pages = [
      this.#show(display, state, (register, context) => this.#trader(register, context)),
      this.#show(customerDisplay, state, customerView),
    ];
    if (Math.max(...pages) <= 1) return;
    // A page that is being read keeps its time, however often the rest is drawn again.
    this.#timer ??= this.#parts.clock.schedule(pageTime, () => {
      this.#turnTo(this.#page + 1);
      this.draw(state);
    });
  }

  /** What the display of whoever works at the till shows: a trader, or a kiosk's customer. */
  #trader(state: RegisterState, context: ViewContext): View {
    const kiosk = this.#kiosk;
    if (kiosk === null) return view(state, context);
    const { face, nextLanguage } = kiosk;
    const texts = face.who === 'staff' ? context.texts : kiosk.language.texts;
    const mail = this.#parts.settings.mailReceipts ?? true;
    return kioskView(face, state, { ...context, texts, nextLanguage, mail });
  }

  #turnTo(page: number): void {
    this.#page = page;
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** The last thing a display shows. */
  drawStopped(): void {
    this.#turnTo(0);
    const { labels } = this.#parts.settings.texts;
    const { display, customerDisplay } = this.#parts;
    display?.show(layRows([{ text: labels.stopped }], display.size, 0).rows);
    customerDisplay?.show(layRows([{ text: labels.closed }], customerDisplay.size, 0).rows);
  }

  #show(
    display: Display | null,
    state: RegisterState,
    draw: (state: RegisterState, context: ViewContext) => View,
  ): number {
    if (!display) return 1;
    const { settings, connection, storage, paymentTerminal, cards, service } = this.#parts;
    const { rows, pages } = draw(state, {
      size: display.size,
      texts: settings.texts,
      currency: settings.currency,
      connection: connection(),
      storage: storage(),
      storedCards: storedCards(cards.offline),
      service: () => service?.facts() ?? nothingKnown,
      cards: paymentTerminal !== null,
      cardRefunds: paymentTerminal?.refund !== undefined,
      denominations: settings.counter?.denominations ?? [],
      cashStep: settings.counter?.cashStep ?? null,
      page: this.#page,
    });
    display.show(rows);
    return pages;
  }
}

/** null: no card is taken without network, and none is left from when it was. */
function storedCards(offline: OfflineDesk): StoredCardFacts | null {
  const { stored, room, stage } = offline.standing();
  if (!offline.policy.allowed && stored.count === 0) return null;
  return { count: stored.count, room: room.payments, roomAmount: room.total, window: stage };
}

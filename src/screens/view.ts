import type { CurrencyFormat, Money } from '../money/money.ts';
import { decimal, format, negate, subtract, sum, zero } from '../money/money.ts';
import type { ServiceFacts, StorageFacts } from '../register/facts.ts';
import { menus } from '../register/lists.ts';
import type { OpenLine, OpenSale, PaidSale } from '../register/open-sale.ts';
import { amountDue, balanceOf, goodsLines, lastLine, totalsOf } from '../register/open-sale.ts';
import type { Choice, Mode, RegisterState, ServiceInfoMode, WeighingProblem } from '../register/state.ts';
import { inCash } from '../register/tendering.ts';
import { askedCardRows } from './card-rows.ts';
import type { Row, ScreenSize, View } from './layout.ts';
import { layRows, layText, lengthOf } from './layout.ts';
import { translate } from './phrase-book.ts';
import { approvalRows, questionRows, tenderRows } from './question-rows.ts';
import { restockRows, returningRows, returnQuantityRows } from './return-rows.ts';
import type { Labels, Texts } from './texts.ts';
import { noticeText } from './texts.ts';

export interface ViewContext {
  readonly size: ScreenSize;
  readonly texts: Texts;
  readonly currency: CurrencyFormat;
  readonly connection: ConnectionFacts;
  readonly storage: StorageFacts;
  /** Cards that were taken without network; null: none are taken so. */
  readonly storedCards: StoredCardFacts | null;
  /** Whether cards can be taken. */
  readonly cards: boolean;
  /** Whether a card can get money back. */
  readonly cardRefunds: boolean;
  /** How the terminal is, for the service menu. */
  readonly service: () => ServiceFacts;
  /** Notes and coins that are counted one by one. */
  readonly denominations: readonly Money[];
  /** Smallest coin that cash is rounded to; null: cash is exact. */
  readonly cashStep: Money | null;
  /** Which page of texts that don't fit; counts up while a screen stays. */
  readonly page: number;
}

/** Cards that were taken without network, and what the acquirer still allows; null: no such limit. */
export interface StoredCardFacts {
  readonly count: number;
  readonly room: number | null;
  readonly roomAmount: Money | null;
  /** How far the acquirer's window for sending them is used up. */
  readonly window: 'open' | 'soon' | 'urgent' | 'over';
}

/** How the terminal stands with the shop. */
export interface ConnectionFacts {
  readonly online: boolean;
  /** Sales that Magento has not confirmed yet. */
  readonly waiting: number;
  /** Sales that wait for a person. */
  readonly parked: number;
  /** The last answer in plain words. */
  readonly words: string;
}

/** What the trader sees. */
export function view(state: RegisterState, context: ViewContext): View {
  return marked(state.training !== null, context.size, (size) => drawn(state, { ...context, size }));
}

/** While somebody learns, every row of every display begins with a T: nothing of it counts. */
export function marked(training: boolean, size: ScreenSize, draw: (size: ScreenSize) => View): View {
  if (!training) return draw(size);
  const { rows, pages } = draw({ ...size, columns: size.columns - 2 });
  return { rows: rows.map((row) => `T ${row}`), pages };
}

function drawn(state: RegisterState, context: ViewContext): View {
  const { size, page } = context;
  const rows = screenRows(state, context);
  if (!state.notice) return layRows(rows, size, page);
  const words = noticeText(state.notice, context.texts, context.currency);
  // A tall display keeps its last row below the notice.
  return layText(words, size, page, size.rows >= 4 ? rows.slice(-1) : []);
}

/** What the screen says beside a notice, before it is fitted to the display. */
export function screenRows(state: RegisterState, context: ViewContext): readonly Row[] {
  if (state.approval !== null) return approvalRows(state.approval, context.texts);
  return rowsOf(state, state.mode, context, context.size.rows >= 4);
}

/** A name and an amount; the currency's sign gives way to the name. */
export function amountRow(text: string, amount: Money, currency: CurrencyFormat): Row {
  return { text, right: format(amount, currency), shortRight: plain(amount, currency) };
}

/** An amount without the currency's sign, where space is short. */
export function plain(amount: Money, currency: CurrencyFormat): string {
  return decimal(amount).replace('.', currency.decimalSeparator);
}

function rowsOf(state: RegisterState, mode: Mode, context: ViewContext, tall: boolean): readonly Row[] {
  const { labels } = context.texts;
  const bare = (amount: Money): string => plain(amount, context.currency);
  const typing = (prefix: string, typed: string, hint: string): Row =>
    typed === '' ? { text: hint } : { prefix, typed: `${typed.replace('.', context.currency.decimalSeparator)}_` };
  switch (mode.kind) {
    case 'closed': {
      if (mode.last) return shiftResult(mode.last.expected, mode.last.counted, context, tall);
      const rows: Row[] = [{ text: labels.shiftClosed }, typing(labels.float, mode.typed, labels.openHint)];
      return tall ? [...rows, {}, connectionRow(context)] : rows;
    }
    case 'selling': {
      if (mode.completed) return completedRows(mode.completed, context, tall);
      const many = mode.multiplier === null ? '' : `${mode.multiplier}x `;
      const typed: Row | null = mode.typed === '' && many === '' ? null : { prefix: many, typed: `${mode.typed}_` };
      return mode.sale === null ? idleRows(state, typed, context, tall) : sellingRows(mode.sale, typed, context, tall);
    }
    case 'menu':
      return listRows(
        menus[mode.menu].map((item) => ({ text: context.texts.menu[item] })),
        mode.cursor,
        context.size.rows,
      );
    case 'choosing':
      return listRows(choiceRows(state, mode.choice, mode.sale, bare, context.texts), mode.cursor, context.size.rows);
    case 'line': {
      const line = mode.sale.lines.find((each) => each.lineId === mode.lineId);
      return [line ? lineRow(mode.sale, line, bare) : {}, typing(labels.quantity, mode.typed, labels.lineHint)];
    }
    case 'signing-in':
    case 'asking-price':
    case 'discount':
    case 'new-price':
    case 'serial-number':
    case 'new-customer':
    case 'mailing':
    case 'tender-reference':
      return questionRows(mode, { texts: context.texts, currency: context.currency, bare }, null);
    case 'counting': {
      const next = context.denominations[mode.counted.length] ?? null;
      return questionRows(mode, { texts: context.texts, currency: context.currency, bare }, next);
    }
    case 'refunding': {
      const due = negate(amountDue(mode));
      const card = context.cardRefunds && mode.sale.returning?.cardPaid ? labels.refundCardHint : labels.refundHint;
      return [amountRow(labels.refund, due, context.currency), { text: due === zero ? labels.evenHint : card }];
    }
    case 'returning':
      return listRows(returningRows(mode, bare), mode.cursor, context.size.rows);
    case 'return-quantity':
      return returnQuantityRows(mode, labels);
    case 'restock':
      return restockRows(labels);
    case 'choosing-tender':
      return listRows(tenderRows(mode.entries, context.texts), mode.cursor, context.size.rows);
    case 'weighing': {
      const hint = mode.problem === null ? labels.weighing : weighingHints(labels)[mode.problem];
      const rows: Row[] = [{ text: mode.item.name }, typing('', mode.typed, hint)];
      return tall ? [...rows, {}, { text: mode.problem === null ? labels.cancelHint : labels.weighAgainHint }] : rows;
    }
    case 'asking-text': {
      const question = {
        name: labels.nameQuestion,
        customer: labels.customerQuestion,
        coupon: labels.couponQuestion,
        'claim-code': labels.claimQuestion,
        'return-receipt': labels.receiptQuestion,
      };
      const { text, letters } = mode.text;
      return [
        { text: question[mode.what], right: letters ? labels.letters : labels.digits },
        text === ''
          ? { text: mode.what === 'return-receipt' ? labels.receiptHint : labels.textHint }
          : { typed: `${text}_` },
      ];
    }
    case 'asking-amount': {
      const question = { 'cash-in': labels.cashIn, 'cash-out': labels.cashOut, count: labels.countQuestion };
      const hint = mode.what === 'count' ? labels.countHint : labels.amountQuestion;
      return [{ text: question[mode.what] }, typing('', mode.typed, hint)];
    }
    case 'confirming-void':
      return [{ text: labels.voidQuestion }, { text: labels.yesNo }];
    case 'service-info':
      return serviceRows(mode, context);
    case 'confirming-shut-down':
      return [{ text: labels.shutDownQuestion }, { text: labels.yesNo }];
    case 'paying': {
      const hint = context.cards ? labels.tenderHint : labels.cashHint;
      const exact = amountDue(mode);
      const inCoins = inCash(exact, context.cashStep);
      // No coin is so small: what is to be taken in cash.
      const rounded = inCoins === exact ? hint : `${hint} ${labels.cash}${bare(inCoins)}`;
      const last = typing(labels.cash, mode.typed, rounded);
      const due: Row = amountRow(labels.toPay, exact, context.currency);
      return tall
        ? [
            amountRow(labels.total, balanceOf(mode.sale), context.currency),
            amountRow(labels.paid, paidSoFar(mode), context.currency),
            due,
            last,
          ]
        : [due, last];
    }
    case 'card':
      return askedCardRows(mode, amountRow(labels.card, mode.payment.amount, context.currency), context.texts, tall);
    case 'card-unknown':
      return [
        amountRow(labels.cardUnknown, mode.payment.amount, context.currency),
        { text: mode.asking ? labels.asking : labels.cardUnknownHint },
      ];
    case 'unsaved':
      return [
        { text: labels.unsaved },
        { text: mode.tenders.some((each) => each.kind === 'card') ? labels.unsavedCardHint : labels.unsavedHint },
      ];
    case 'saving':
    case 'recording':
      return [{ text: labels.saving }];
  }
}

const weighingHints = (labels: Labels): Readonly<Record<WeighingProblem, string>> => ({
  nothing: labels.nothingOnScale,
  moving: labels.scaleMoving,
  overload: labels.scaleOverload,
  'under-zero': labels.scaleUnderZero,
  'no-answer': labels.noScale,
});

const paidSoFar = ({ tenders }: PaidSale): Money => sum(tenders.map((tender) => tender.amount));

/** The text gives way to the connection, and the connection's name to its numbers. */
function connectionRow({ texts, connection, size }: ViewContext, text = ''): Row {
  const mark = connectionMark(texts, connection);
  const numbers = connectionMark(null, connection);
  const right = lengthOf(mark) > size.columns && numbers !== '' ? numbers : mark;
  return lengthOf(`${text} ${right}`) > size.columns ? { right } : { text, right };
}

/** `online`, `offline 12`, `offline 12 !1`: unconfirmed sales, and after "!" those that wait for a person. */
function connectionMark(texts: Texts | null, { online, waiting, parked }: ConnectionFacts): string {
  return [
    ...(texts === null ? [] : [online ? texts.labels.online : texts.labels.offline]),
    ...(waiting > 0 ? [String(waiting)] : []),
    ...(parked > 0 ? [`!${parked}`] : []),
  ].join(' ');
}

/** As many facts as fit, from the cursor on. */
function serviceRows({ page, cursor }: ServiceInfoMode, context: ViewContext): readonly Row[] {
  const { texts, connection, storage, size } = context;
  const { labels } = texts;
  const facts = context.service();
  const space = storage.newSales ? (storage.low ? labels.storageLow : labels.fine) : labels.storageFull;
  const status: readonly Row[] = [
    connectionRow(context),
    { text: translate(texts.problems, connection.words) },
    { text: labels.waiting, right: String(connection.waiting) },
    { text: labels.parked, right: String(connection.parked) },
    { text: labels.lastContact, right: facts.lastContact ?? labels.never },
    ...cardRows(context),
    { text: labels.disk, right: space },
    facts.paperProblem === null
      ? { text: labels.paper, right: labels.fine }
      : { text: `${labels.paper}: ${translate(texts.problems, facts.paperProblem)}` },
    { text: labels.clock, right: facts.clockTrusted ? labels.fine : labels.clockUnsure },
    ...(facts.addresses.length === 0
      ? [{ text: labels.network, right: '-' }]
      : facts.addresses.map((address) => ({ text: address }))),
    { text: `${facts.terminalId} ${facts.version}`.trim() },
  ];
  const parked: readonly Row[] = facts.parked.map(({ receiptNumber, words }) => ({
    text: `${receiptNumber}: ${translate(texts.problems, words)}`,
  }));
  const rows = page === 'status' ? status : parked;
  const first = Math.min(cursor, Math.max(0, rows.length - size.rows));
  return rows.slice(first, first + size.rows);
}

/** What was taken without network, and what may still be; nothing where no cards are. */
function cardRows({ texts: { labels }, storedCards, currency }: ViewContext): readonly Row[] {
  if (storedCards === null) return [];
  const { count, room, roomAmount } = storedCards;
  return [
    { text: labels.cardsStored, right: String(count) },
    ...(room === null ? [] : [{ text: labels.cardsLeft, right: String(room) }]),
    ...(roomAmount === null ? [] : [{ text: labels.cardsLeft, right: plain(roomAmount, currency) }]),
  ];
}

function idleRows(state: RegisterState, typed: Row | null, context: ViewContext, tall: boolean): readonly Row[] {
  const { labels } = context.texts;
  const first = connectionRow(context, labels.ready);
  const last = typed ?? { text: idleHint(context) };
  if (!tall) return [first, last];
  const held: Row = state.held.length > 0 ? { text: labels.held, right: String(state.held.length) } : {};
  return [first, held, {}, last];
}

function idleHint({ texts: { labels }, storage, storedCards }: ViewContext): string {
  if (!storage.newSales) return labels.storageFull;
  if (storedCards?.window === 'over') return labels.cardsLate;
  if (storedCards !== null && storedCards.window !== 'open') return labels.sendCards;
  return storage.low ? labels.storageLow : labels.addHint;
}

function sellingRows(sale: OpenSale, typed: Row | null, context: ViewContext, tall: boolean): readonly Row[] {
  const { labels } = context.texts;
  const bare = (amount: Money): string => plain(amount, context.currency);
  const line = lastLine(sale) ?? sale.lines.at(-1) ?? null;
  const total: Row = amountRow(labels.total, balanceOf(sale), context.currency);
  const { returning } = sale;
  const customer: Row =
    returning === undefined
      ? { text: sale.customer?.name ?? '' }
      : amountRow(labels.broughtBack, negate(returning.totals.grandTotal), context.currency);
  if (!tall) return [line ? lineRow(sale, line, bare) : customer, typed ?? total];
  const figures = line ? totalsOf(sale, line.lineId) : null;
  const unit: Row =
    line && figures
      ? { text: `${line.quantity} x ${bare(figures.priceInclTax)}`, right: bare(figures.rowTotalInclTax) }
      : {};
  return [line ? { text: line.item.name } : customer, unit, total, typed ?? { text: labels.payHint }];
}

function lineRow(sale: OpenSale, line: OpenLine, bare: (amount: Money) => string): Row {
  const figures = totalsOf(sale, line.lineId);
  return {
    prefix: line.quantity === 1 ? '' : `${line.quantity}x `,
    text: line.item.name,
    ...(figures ? { right: bare(figures.rowTotalInclTax) } : {}),
  };
}

function completedRows(
  completed: NonNullable<Extract<Mode, { kind: 'selling' }>['completed']>,
  { texts: { labels, problems }, currency }: ViewContext,
  tall: boolean,
): readonly Row[] {
  const { change, total, receiptNumber, receipt, provisional } = completed;
  const paid: Row = amountRow(provisional ? labels.notFinal : labels.paid, total, currency);
  const back: Row = amountRow(labels.change, change, currency);
  const slip: Row =
    receipt.kind === 'not-printed'
      ? { text: `${labels.noReceipt} ${translate(problems, receipt.reason)}` }
      : { text: receiptNumber, right: { printing: labels.printing, printed: labels.printed, none: '' }[receipt.kind] };
  return tall ? [paid, back, provisional ? { text: labels.bankDecides } : {}, slip] : [change > 0 ? back : paid, slip];
}

function shiftResult(
  expected: Money,
  counted: Money | null,
  { texts: { labels }, currency }: ViewContext,
  tall: boolean,
): readonly Row[] {
  const rows: Row[] = [
    amountRow(labels.expected, expected, currency),
    counted === null
      ? { text: labels.notCounted }
      : amountRow(labels.difference, subtract(counted, expected), currency),
  ];
  return tall ? [{ text: labels.shiftClosed }, ...rows, { text: labels.openHint }] : rows;
}

/** As many entries as fit, from the cursor on where possible, numbered; the cursor's own is marked. */
function listRows(entries: readonly Row[], cursor: number, height: number): readonly Row[] {
  const first = Math.max(0, Math.min(cursor, entries.length - height));
  return entries.slice(first, first + height).map((entry, offset) => {
    const number = first + offset + 1;
    return { ...entry, prefix: `${number === cursor + 1 ? '>' : ' '}${number} ${entry.prefix ?? ''}` };
  });
}

function choiceRows(
  state: RegisterState,
  choice: Choice,
  sale: OpenSale | null,
  bare: (amount: Money) => string,
  texts: Texts,
): readonly Row[] {
  switch (choice.kind) {
    case 'product':
      return choice.entries.map(({ name }) => ({ text: name }));
    case 'variant':
      return choice.items.map(({ name }) => ({ text: name }));
    case 'customer':
      return [
        ...choice.customers.map(({ name, email }) => ({ text: name || email })),
        { text: texts.labels.newCustomer },
      ];
    case 'held':
      return state.held.map((held) => ({
        text: held.sale.lines[0]?.item.name ?? '',
        right: bare(amountDue(held)),
      }));
    case 'line':
      return sale === null ? [] : goodsLines(sale).map((line) => lineRow(sale, line, bare));
    case 'bundle':
      return choice.options[0]?.selections.map(({ name }) => ({ text: name })) ?? [];
    case 'reason':
      return choice.reasons.map((reason) => ({ text: reason }));
    case 'return-reason':
      return choice.reasons.map((reason) => ({ text: reason }));
    case 'device':
      return choice.names.map((name) => ({ text: translate(texts.problems, name) }));
  }
}

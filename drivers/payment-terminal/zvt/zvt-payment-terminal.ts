import { type Clock, seconds, type Timer } from '../../../src/platform/clock.ts';
import type { DurableFiles } from '../../../src/platform/durable-files.ts';
import { messageOf } from '../../../src/platform/errors.ts';
import type { Logger } from '../../../src/platform/log.ts';
import { createLinkDevice, defaultRetryPolicy, type LinkDevice, type RetryPolicy } from '../../device-lifecycle.ts';
import type { Link, LinkOpener } from '../../link/link.ts';
import type {
  Diagnosis,
  ForwardStatus,
  OriginalPayment,
  PaymentOutcome,
  PaymentRequest,
  PaymentTerminal,
  RefundRequest,
  ReversalOutcome,
} from '../payment-terminal.ts';
import * as commands from './commands.ts';
import { currencyNumber } from './currencies.ts';
import { HostWatch } from './host-watch.ts';
import { terminalStatusOf } from './messages.ts';
import { PaymentMemory } from './payment-memory.ts';
import { lastTransaction, type Registration, register } from './registration.ts';
import { type ExchangeEnd, ZvtSession } from './session.ts';
import type { CharacterSet } from './text.ts';
import { identityOf, judge, type PaymentRecord, takenOutcome } from './transaction.ts';
import { TransactionRun } from './transaction-run.ts';
import { serialTransport, streamTransport, usualLimits, type ZvtLimits } from './transport.ts';
import { phrases, refusalOf, terminalTrouble } from './words.ts';

export interface ZvtPaymentTerminalOptions extends Registration {
  readonly name: string;
  readonly opener: LinkOpener;
  /** How messages travel on that line: in blocks with a checksum, or as they are. */
  readonly transport: 'serial' | 'tcp';
  readonly characterSet: CharacterSet;
  /** Where it is noted what was asked for. */
  readonly files: DurableFiles;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retry?: RetryPolicy;
  readonly limits?: ZvtLimits;
}

/** A terminal may take a while to answer its registration. */
const patientRetry: RetryPolicy = { ...defaultRetryPolicy, openTimeout: seconds(30) };

/**
 * Drives a card terminal by ZVT (PA00P015 rev. 13.08, PA00P016 ed. 3). What was asked for is durable before the terminal hears of
 * it, and what it reports is durable before the till acknowledges it, because with that the payment counts (PA00P015, 2.2.9). A
 * payment whose end was lost is never repeated: the terminal is asked for its last transaction.
 */
export function createZvtPaymentTerminal(options: ZvtPaymentTerminalOptions): PaymentTerminal {
  return new ZvtPaymentTerminal(options);
}

/** What is being done on the line; an enquiry is waited for, anything else makes the terminal busy. */
interface Work {
  readonly kind: 'enquiry' | 'order';
  readonly paymentId: string | null;
  readonly done: Promise<void>;
}

class ZvtPaymentTerminal implements PaymentTerminal {
  readonly name: string;
  readonly offline: NonNullable<PaymentTerminal['offline']>;
  readonly forwarding: NonNullable<PaymentTerminal['forwarding']>;
  readonly #options: ZvtPaymentTerminalOptions;
  readonly #log: Logger;
  readonly #limits: ZvtLimits;
  readonly #device: LinkDevice;
  readonly #host = new HostWatch();
  #memory: PaymentMemory | null = null;
  #session: ZvtSession | null = null;
  #work: Work | null = null;
  #enquiry: Timer | null = null;

  constructor(options: ZvtPaymentTerminalOptions) {
    this.name = options.name;
    this.#options = options;
    this.#log = options.log.child({ device: options.name });
    this.#limits = options.limits ?? usualLimits;
    const { name, opener, clock, log } = options;
    this.#device = createLinkDevice({
      ...{ name, opener, clock, log },
      kind: 'payment-terminal',
      driver: 'zvt',
      retry: options.retry ?? patientRetry,
      onConnected: (link) => this.#greet(link),
      onDisconnected: (reason) => {
        this.#enquiry?.cancel();
        this.#session?.close(reason);
        this.#session = null;
      },
    });
    // Whether it may do without the bank is decided by what is acknowledged: an offline payment that is not is taken back.
    this.offline = {
      obeysRequest: true,
      host: () => this.#host.state,
      onHostChange: (listener) => this.#host.onChange(listener),
    };
    this.forwarding = { forward: (payment) => this.#forwardStatus(payment) };
  }

  start(): Promise<void> {
    return this.#device.start();
  }

  /** Logs off, so that the terminal can be used by hand. */
  async stop(): Promise<void> {
    if (this.#session?.state === 'idle') await this.#session.tell(commands.logOff());
    await this.#device.stop();
  }

  health(): ReturnType<PaymentTerminal['health']> {
    return this.#device.health();
  }

  onHealth(listener: Parameters<PaymentTerminal['onHealth']>[0]): () => void {
    return this.#device.onHealth(listener);
  }

  pay(request: PaymentRequest, onProgress: (words: string) => void): Promise<PaymentOutcome> {
    const { amount } = request;
    return this.#transact(request, request.offline, onProgress, (currency) => commands.authorisation(amount, currency));
  }

  refund(request: RefundRequest, onProgress: (words: string) => void): Promise<PaymentOutcome> {
    const { password } = this.#options;
    return this.#transact(request, 'allowed', onProgress, (currency) =>
      commands.refund(password, request.amount, currency),
    );
  }

  async cancel(paymentId: string): Promise<void> {
    if (this.#work?.paymentId === paymentId) this.#session?.abort();
  }

  async status(paymentId: string): Promise<PaymentOutcome | { readonly kind: 'not-found' }> {
    if (this.#work?.paymentId === paymentId) return this.#unknown('stillBusy');
    const record = this.#memory?.find(paymentId);
    const settled = record && this.#settled(record);
    if (settled) return settled;
    const answer = await this.#whenFree('order', null, async (session) => {
      if (record !== undefined) return this.#lookUp(session, record);
      // Whoever asks wants to know of this terminal: a silent one can't say that there was no such payment.
      if (!(await this.#enquire(session))) return null;
      return this.#memory?.knowsAllSince(paymentId) === true
        ? { kind: 'not-found' as const }
        : this.#unknown('unclear');
    });
    return answer ?? this.#unknown(this.#device.link === null ? 'notConnected' : 'busy');
  }

  async reverse({ amount, references }: OriginalPayment): Promise<ReversalOutcome> {
    const receipt = Number(references.terminalReceipt ?? Number.NaN);
    if (!Number.isSafeInteger(receipt)) return { kind: 'refused', reason: refusalOf(0xb5).words };
    const { password } = this.#options;
    const end = await this.#whenFree('order', null, (session) =>
      session.run(commands.reversal(password, receipt, amount), {
        report: async (information) => {
          // The next payment is told from this one.
          if (information.result === 0) await this.#noted(() => this.#memory?.sawLast(identityOf(information)));
          return null;
        },
      }),
    );
    if (end === null) {
      return { kind: 'unknown', reason: this.#say(this.#device.link === null ? 'notConnected' : 'busy') };
    }
    switch (end.kind) {
      case 'completed':
        return { kind: 'reversed' };
      case 'aborted':
      case 'refused':
        return end.code === alreadyReversed
          ? { kind: 'reversed' }
          : { kind: 'refused', reason: refusalOf(end.code).words };
      case 'lost':
        return { kind: 'unknown', reason: end.reason };
    }
  }

  async diagnose(): Promise<Diagnosis> {
    const end = await this.#whenFree('order', null, (session) => session.run(commands.diagnosis(), keepNothing));
    return this.#diagnosis(end, 'diagnosis');
  }

  async endOfDay(): Promise<Diagnosis> {
    const end = await this.#whenFree('order', null, async (session) => {
      const ended = await session.run(commands.endOfDay(this.#options.password), keepNothing);
      if (ended.kind === 'completed') await this.#noted(() => this.#memory?.uploaded());
      return ended;
    });
    return this.#diagnosis(end, 'endOfDay');
  }

  async #transact(
    request: PaymentRequest | RefundRequest,
    offline: PaymentRequest['offline'],
    onProgress: (words: string) => void,
    command: (currency: number) => Uint8Array,
  ): Promise<PaymentOutcome> {
    const currency = currencyNumber(request.currency);
    if (currency === undefined || request.currency !== this.#options.currency) return this.#cancelled('currency');
    const outcome = await this.#whenFree('order', request.paymentId, async (session) => {
      const memory = this.#memory;
      const known = memory?.find(request.paymentId);
      // Asked for before: it is told what became of it, never charged again.
      if (known !== undefined) return this.#settled(known) ?? this.#lookUp(session, known);
      const record: PaymentRecord = {
        paymentId: request.paymentId,
        amount: request.amount,
        merchant: request.reference,
        before: memory?.last ?? null,
        reported: null,
        end: null,
        uploaded: false,
      };
      if (memory === null || !(await this.#noted(() => memory.keep(record)))) return this.#cancelled('cannotRemember');
      const run = new TransactionRun({ memory, record, currency, offline, log: this.#log, onProgress });
      const end = await session.run(command(currency), run.listener);
      const result = await run.outcome(end);
      this.#learn(end, result);
      return result;
    });
    return outcome ?? this.#cancelled(this.#device.link === null ? 'notConnected' : 'busy');
  }

  /** What is known of a payment without asking the terminal. */
  #settled(record: PaymentRecord): PaymentOutcome | null {
    if (record.end === 'not-booked') return this.#cancelled('notBooked');
    return record.end === 'completed' && record.reported !== null ? takenOutcome(record, record.reported) : null;
  }

  async #lookUp(session: ZvtSession, record: PaymentRecord): Promise<PaymentOutcome> {
    const last = await lastTransaction(session, this.#options.password);
    const verdict = judge(record, last);
    this.#log.info({ paymentId: record.paymentId, verdict: verdict.kind }, 'card payment looked up');
    switch (verdict.kind) {
      case 'booked': {
        const { reported } = verdict;
        await this.#noted(() => this.#memory?.keep({ ...record, reported, end: 'completed' }));
        return takenOutcome(record, reported);
      }
      case 'not-booked':
        await this.#noted(() => this.#memory?.keep({ ...record, end: 'not-booked' }));
        return this.#cancelled('notBooked');
      case 'unclear':
        if (session.state !== 'over') this.#device.setTrouble(this.#say('unclear'));
        return this.#unknown('unclear');
    }
  }

  /** Registers, and learns what the terminal booked last: what comes next is told from it. */
  async #greet(link: Link): Promise<void> {
    const { files, clock } = this.#options;
    this.#memory ??= await PaymentMemory.open(files, clock, this.#log);
    const session = this.#converse(link);
    this.#device.setTrouble(await register(session, this.#options));
    const last = await lastTransaction(session, this.#options.password);
    if (last !== null && last.result === 0) await this.#noted(() => this.#memory?.sawLast(identityOf(last)));
    this.#session = session;
    this.#enquireLater(session);
  }

  #converse(link: Link): ZvtSession {
    const { clock, transport, characterSet } = this.#options;
    const broken = (reason: string): void => {
      session.close(reason);
      if (this.#device.link === link) this.#device.drop(reason);
      else void link.close();
    };
    const make = transport === 'serial' ? serialTransport : streamTransport;
    const line = make({
      link,
      clock,
      limits: this.#limits,
      events: { received: (message) => session.receive(message), broken },
    });
    const log = this.#log;
    const session = new ZvtSession({ transport: line, clock, limits: this.#limits, log, characterSet, broken });
    link.onClose((reason) => session.close(reason));
    return session;
  }

  /** Also gives the terminal its chance for what it does by the clock (PA00P015, 2.56). */
  #enquireLater(session: ZvtSession): void {
    this.#enquiry = this.#options.clock.schedule(this.#limits.enquiry, () => {
      void this.#whenFree('enquiry', null, (free) => this.#enquire(free)).then(() => {
        if (this.#session === session) this.#enquireLater(session);
      });
    });
  }

  /** False: it did not answer. */
  async #enquire(session: ZvtSession): Promise<boolean> {
    const end = await session.run(commands.statusEnquiry(this.#options.password), keepNothing);
    if (end.kind === 'lost') return false;
    if (end.kind === 'completed') {
      this.#device.setTrouble(terminalTrouble(terminalStatusOf(end.data) ?? 0));
    }
    return true;
  }

  /** Does one thing at a time on the line; null: it is not connected, or busy with something that takes long. */
  async #whenFree<Result>(
    kind: Work['kind'],
    paymentId: string | null,
    task: (session: ZvtSession) => Promise<Result>,
  ): Promise<Result | null> {
    if (this.#work?.kind === 'enquiry') {
      await Promise.race([this.#work.done, this.#options.clock.sleep(this.#limits.answer)]);
    }
    const session = this.#session;
    if (this.#work !== null || session === null || this.#device.link === null) return null;
    const result = task(session);
    const done = result.then(
      () => undefined,
      () => undefined,
    );
    const work: Work = { kind, paymentId, done };
    this.#work = work;
    try {
      return await result;
    } catch (error) {
      this.#log.error({ error: messageOf(error) }, 'card terminal driver failed');
      session.close('the driver failed');
      this.#device.drop('the driver failed');
      return null;
    } finally {
      if (this.#work === work) this.#work = null;
    }
  }

  /** Whether it is durable. */
  async #noted(write: () => Promise<void> | undefined): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      this.#log.error({ error: messageOf(error) }, 'a card payment could not be noted');
      return false;
    }
  }

  #learn(end: ExchangeEnd, outcome: PaymentOutcome): void {
    if (end.kind === 'aborted' || end.kind === 'refused') this.#host.sawCode(end.code);
    else if (outcome.kind === 'approved') this.#host.saw('reachable');
    else if (outcome.kind === 'approved-offline' || outcome.kind === 'stored') this.#host.saw('unreachable');
  }

  /** The terminal sends by itself, at the latest at its end of day. */
  async #forwardStatus({ paymentId }: OriginalPayment): Promise<ForwardStatus> {
    const record = this.#memory?.find(paymentId);
    if (record === undefined) return { kind: 'not-found' };
    return record.uploaded ? { kind: 'forwarded', psp: null } : { kind: 'stored' };
  }

  #diagnosis(end: ExchangeEnd | null, done: 'diagnosis' | 'endOfDay'): Diagnosis {
    if (end === null || end.kind === 'lost') {
      const words = end?.reason ?? this.#say(this.#device.link === null ? 'notConnected' : 'busy');
      return { kind: 'trouble', host: this.#host.state, words };
    }
    if (end.kind === 'completed') {
      this.#host.saw('reachable');
      return { kind: 'well', host: this.#host.state, words: this.#say(done) };
    }
    this.#host.sawCode(end.code);
    return { kind: 'trouble', host: this.#host.state, words: refusalOf(end.code).words };
  }

  #say(name: keyof typeof phrases): string {
    return phrases[name];
  }

  #unknown(name: keyof typeof phrases): PaymentOutcome {
    return { kind: 'unknown', reason: this.#say(name) };
  }

  #cancelled(name: keyof typeof phrases): PaymentOutcome {
    return { kind: 'cancelled', reason: this.#say(name) };
  }
}

const alreadyReversed = 0xb4;
const keepNothing = { report: async () => null };

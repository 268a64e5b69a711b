import { type Clock, type Duration, milliseconds } from '../../../src/platform/clock.ts';
import { messageOf } from '../../../src/platform/errors.ts';
import type { Random } from '../../../src/platform/random.ts';
import { deriveNexoKeys, type NexoKeyName, type NexoKeys, nonceLength } from './nexo-crypto.ts';
import { decodeMessage, encodeMessage, type NexoHeader, type NexoRequest } from './nexo-message.ts';

export interface VirtualAdyenOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly poiId: string;
  readonly key: NexoKeyName & { readonly passphrase: string };
  /** Asking the bank takes this long. */
  readonly processing?: Duration;
  onChange?(): void;
}

/** What a customer presents; the terminal reads all of it, the till must never see more than it may. */
export interface PresentedCard {
  readonly number: string;
  readonly track2: string;
  readonly expiry: string;
  readonly brand: string;
  readonly entryMode: 'Contactless' | 'ICC';
}

type Body = Readonly<Record<string, unknown>>;

interface Operation {
  readonly header: NexoHeader;
  readonly amount: number;
  readonly currency: string;
  readonly reference: string;
  readonly refund: boolean;
  body: Body | null;
  waiters: ((body: Body) => void)[];
}

/** How a message of the till is answered; `cut`: the connection ends without a word. */
export type VirtualReply =
  | { readonly kind: 'text'; readonly status: number; readonly text: string }
  | { readonly kind: 'cut' };

/**
 * An Adyen terminal made of software, on the other side of the very same bytes: it remembers every request by its ServiceID,
 * takes a card once per payment, and can be given the troubles that real ones have.
 */
export class VirtualAdyenTerminal {
  readonly #options: VirtualAdyenOptions;
  readonly #keys: NexoKeys;
  readonly #operations = new Map<string, Operation>();
  #current: Operation | null = null;
  #processing = false;
  #counter = 0;
  /** What the terminal does with a card while its bank is out of reach. */
  offline: 'offline-emv' | 'stored' | null = null;
  /** The next outcome is reached, but its answer is lost. */
  dropNextReply = false;
  /** The next outcome is reached, and its answer comes this much later. */
  delayNextReply: Duration | null = null;
  /** Another till has it. */
  busy = false;
  /** Approves this much instead of what was asked for. */
  approveInstead: number | null = null;
  /** Answers refunds so. */
  refuseReversals = false;

  constructor(options: VirtualAdyenOptions) {
    this.#options = options;
    this.#keys = deriveNexoKeys(options.key.passphrase);
  }

  /** What the terminal waits for: a payment's amount, or null. */
  get waitingFor(): number | null {
    return this.#current === null || this.#processing ? null : this.#current.amount;
  }

  /** Every payment that was approved, as the acquirer would tell it. */
  approved(): readonly { readonly reference: string; readonly amount: number; readonly serviceId: string }[] {
    return [...this.#operations.values()]
      .filter(({ body, refund }) => resultOf(body) === 'Success' && !refund)
      .map(({ reference, amount, header }) => ({ reference, amount, serviceId: header.ServiceID }));
  }

  /** How many refunds Adyen has. */
  reversals = 0;

  async receive(text: string): Promise<VirtualReply> {
    let request: NexoRequest;
    try {
      request = decodeMessage('SaleToPOIRequest', text, this.#keys, this.#options.key);
    } catch (error) {
      return { kind: 'text', status: 401, text: messageOf(error) };
    }
    const body = await this.#obey(request);
    if (body === 'cut') return { kind: 'cut' };
    if (body === null) return { kind: 'text', status: 200, text: '' };
    const { key, random } = this.#options;
    const header: NexoHeader = { ...request.header, MessageType: 'Response' };
    const nonce = random.bytes(nonceLength);
    return {
      kind: 'text',
      status: 200,
      text: encodeMessage('SaleToPOIResponse', { header, body }, this.#keys, key, nonce),
    };
  }

  /** The customer presents a card; false when nothing is to be paid. */
  present(card: PresentedCard): boolean {
    return this.#ask((operation) => this.#approval(operation, card));
  }

  /** The customer presents a card that its bank refuses. */
  decline(): boolean {
    return this.#ask(() => failure('Refusal', 'refusalReason=Declined&refusalReasonRaw=05'));
  }

  /** The customer presses the red key. */
  stop(): boolean {
    if (this.#current === null || this.#processing) return false;
    this.#settle(this.#current, failure('Cancel', 'message=Cancelled+by+shopper'));
    return true;
  }

  async #obey(request: NexoRequest): Promise<Body | null | 'cut'> {
    const { MessageCategory: category, ServiceID: serviceId } = request.header;
    switch (category) {
      case 'Diagnosis':
        return {
          DiagnosisResponse: {
            Response: { Result: 'Success' },
            POIStatus: { GlobalStatus: 'OK', CommunicationOKFlag: this.offline === null },
            HostStatus: [{ AcquirerID: 'Adyen', IsReachableFlag: this.offline === null }],
          },
        };
      case 'Payment':
        return this.#pay(request);
      case 'Abort': {
        const of = pathOf(request.body, 'AbortRequest', 'MessageReference', 'ServiceID');
        const waiting = this.#processing ? null : this.#current;
        if (waiting !== null && waiting.header.ServiceID === of) {
          this.#settle(waiting, failure('Aborted', 'message=Aborted+by+merchant'));
        }
        return null;
      }
      case 'TransactionStatus':
        return this.#status(request);
      case 'Reversal': {
        const answer = this.refuseReversals
          ? failed('ReversalResponse', 'NotAllowed', 'message=Refund+not+allowed')
          : this.#reversal();
        this.#operations.set(serviceId, this.#operation(request, 0, '', answer));
        return this.#delivered(answer);
      }
    }
  }

  async #pay(request: NexoRequest): Promise<Body | 'cut'> {
    const { ServiceID: serviceId } = request.header;
    if (this.#operations.has(serviceId)) return failed('PaymentResponse', 'NotAllowed', 'message=Duplicate+ServiceID');
    if (this.busy || this.#current !== null) return failed('PaymentResponse', 'Busy', 'message=Terminal+busy');
    const payment = request.body['PaymentRequest'];
    const amount = Number(pathOf(payment, 'PaymentTransaction', 'AmountsReq', 'RequestedAmount'));
    const operation = this.#operation(
      request,
      amount,
      String(pathOf(payment, 'SaleData', 'SaleTransactionID', 'TransactionID')),
      null,
    );
    this.#operations.set(serviceId, operation);
    this.#current = operation;
    this.#options.onChange?.();
    const body = await new Promise<Body>((resolve) => operation.waiters.push(resolve));
    return this.#delivered(body);
  }

  async #delivered(body: Body): Promise<Body | 'cut'> {
    if (this.dropNextReply) {
      this.dropNextReply = false;
      return 'cut';
    }
    const delay = this.delayNextReply;
    this.delayNextReply = null;
    if (delay !== null) await this.#options.clock.sleep(delay);
    return body;
  }

  #status(request: NexoRequest): Body {
    const reference = pathOf(request.body, 'TransactionStatusRequest', 'MessageReference');
    const operation = this.#operations.get(String(pathOf(reference, 'ServiceID')));
    if (operation === undefined || operation.header.MessageCategory !== pathOf(reference, 'MessageCategory')) {
      return failed('TransactionStatusResponse', 'NotFound', 'message=Did+not+find+a+transaction');
    }
    if (operation.body === null) return failed('TransactionStatusResponse', 'InProgress', '');
    return {
      TransactionStatusResponse: {
        Response: { Result: 'Success' },
        RepeatedMessageResponse: {
          MessageHeader: { ...operation.header, MessageType: 'Response' },
          RepeatedResponseMessageBody: operation.body,
        },
      },
    };
  }

  #operation(request: NexoRequest, amount: number, reference: string, body: Body | null): Operation {
    const payment = request.body['PaymentRequest'];
    return {
      header: request.header,
      amount,
      currency: String(pathOf(payment, 'PaymentTransaction', 'AmountsReq', 'Currency') ?? 'EUR'),
      reference,
      refund: pathOf(payment, 'PaymentData', 'PaymentType') === 'Refund',
      body,
      waiters: [],
    };
  }

  #ask(outcome: (operation: Operation) => Body): boolean {
    const operation = this.#current;
    if (operation === null || this.#processing) return false;
    this.#processing = true;
    this.#options.onChange?.();
    this.#options.clock.schedule(this.#options.processing ?? milliseconds(700), () =>
      this.#settle(operation, outcome(operation)),
    );
    return true;
  }

  #settle(operation: Operation, body: Body): void {
    this.#current = null;
    this.#processing = false;
    operation.body = body;
    this.#options.onChange?.();
    for (const waiter of operation.waiters.splice(0)) waiter(body);
  }

  #reversal(): Body {
    this.reversals += 1;
    return {
      ReversalResponse: {
        POIData: { POITransactionID: { TransactionID: this.#pspReference(), TimeStamp: this.#now() } },
        Response: { Result: 'Success' },
      },
    };
  }

  /** As Adyen's own samples: online with a PSP reference, offline with the tender reference alone. */
  #approval({ amount, currency, reference }: Operation, card: PresentedCard): Body {
    const { number, track2, expiry, brand, entryMode } = card;
    const { offline } = this;
    const tender = `${this.#letters(4)}00${String(this.#options.clock.now()).padStart(13, '0')}`;
    const psp = offline === null ? this.#pspReference() : null;
    const charged = this.approveInstead ?? amount;
    const code = this.#digits(6);
    const offlineWords = offline === 'offline-emv' ? 'Offline%20approved' : 'Failed%20go%20online%20offline%20declined';
    const additional =
      offline === null
        ? `pspReference=${psp}&authCode=${code}&offline=false&cardSummary=${number.slice(-4)}&authorisedAmountValue=${Math.round(charged * 100)}`
        : `offline=true&offlineAuthCode=${offlineWords}&unconfirmedBatchCount=1&cardSummary=${number.slice(-4)}`;
    return {
      PaymentResponse: {
        POIData: {
          POITransactionID: { TransactionID: psp === null ? tender : `${tender}.${psp}`, TimeStamp: this.#now() },
        },
        SaleData: { SaleTransactionID: { TransactionID: reference, TimeStamp: this.#now() } },
        PaymentReceipt: [
          {
            DocumentQualifier: 'CashierReceipt',
            OutputContent: { OutputFormat: 'Text', OutputText: [{ Text: `name=Card&value=${number}` }] },
          },
        ],
        PaymentResult: {
          OnlineFlag: offline === null,
          ...(offline === 'offline-emv' ? { AuthenticationMethod: ['OfflinePIN'] } : {}),
          PaymentAcquirerData: {
            AcquirerPOIID: this.#options.poiId,
            MerchantID: 'TestMerchant',
            ...(psp === null
              ? {}
              : { ApprovalCode: code, AcquirerTransactionID: { TransactionID: psp, TimeStamp: this.#now() } }),
          },
          PaymentInstrumentData: {
            PaymentInstrumentType: 'Card',
            CardData: {
              EntryMode: [entryMode],
              PaymentBrand: brand,
              MaskedPan: `${number.slice(0, 6)} **** ${number.slice(-4)}`,
              SensitiveCardData: {
                PAN: number,
                CardSeqNumb: '01',
                ExpiryDate: expiry,
                TrackData: [{ TrackNumb: 2, TrackValue: track2 }],
              },
            },
          },
          AmountsResp: { AuthorizedAmount: charged, Currency: currency },
        },
        Response: { Result: charged === amount ? 'Success' : 'Partial', AdditionalResponse: additional },
      },
    };
  }

  #pspReference(): string {
    this.#counter += 1;
    return `88${String(this.#counter).padStart(2, '0')}${this.#digits(12)}`;
  }

  #digits(count: number): string {
    return Array.from({ length: count }, () => Math.floor(this.#options.random.fraction() * 10)).join('');
  }

  #letters(count: number): string {
    return Array.from(
      { length: count },
      () => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[Math.floor(this.#options.random.fraction() * 26)],
    ).join('');
  }

  #now(): string {
    return new Date(this.#options.clock.now()).toISOString();
  }
}

const failure = (condition: string, additional: string): Body => failed('PaymentResponse', condition, additional);

function failed(name: string, condition: string, additional: string): Body {
  return { [name]: { Response: { Result: 'Failure', ErrorCondition: condition, AdditionalResponse: additional } } };
}

function resultOf(body: Body | null): unknown {
  return pathOf(body, 'PaymentResponse', 'Response', 'Result');
}

/** What lies at a path of names, undefined where there is nothing. */
function pathOf(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (at, name) => (typeof at === 'object' && at !== null ? (at as Readonly<Record<string, unknown>>)[name] : undefined),
    value,
  );
}

import type { JsonValue } from '../../platform/brand.ts';
import type { Clock } from '../../platform/clock.ts';
import { isHoldfastError } from '../../platform/errors.ts';
import { pathSegment } from '../client/client.ts';
import type { HttpMethod, MagentoClient, MagentoRequestOptions } from '../client/outcome.ts';
import {
  type CataloguePrices,
  type Changes,
  type ModuleStatus,
  type PaymentOutcomeAnswer,
  type ReturnAnswer,
  readCataloguePrices,
  readChanges,
  readPaymentOutcomeAnswer,
  readReturnAnswer,
  readSaleAnswer,
  readSettings,
  readStatus,
  type SaleAnswer,
  type ShopSettings,
} from './answers.ts';
import { type ModuleCall, type ModuleVerdict, moduleVerdict } from './outcomes.ts';

/** A call that came to its end: its answer, or what its failure means. */
export type ModuleResult<Answer> =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly verdict: ModuleVerdict };

/** The calls of the Holdfast module. None throws for what the shop or the network does. */
export interface ModuleCalls {
  status(options?: MagentoRequestOptions): Promise<ModuleResult<ModuleStatus>>;
  /** Written once, however often it is sent. */
  postSale(sale: JsonValue, options?: MagentoRequestOptions): Promise<ModuleResult<SaleAnswer>>;
  /** Null: not there, though a call that is still running may yet write it. */
  findSale(saleId: string, options?: MagentoRequestOptions): Promise<ModuleResult<SaleAnswer | null>>;
  postReturn(saleReturn: JsonValue, options?: MagentoRequestOptions): Promise<ModuleResult<ReturnAnswer>>;
  postPaymentOutcome(outcome: JsonValue, options?: MagentoRequestOptions): Promise<ModuleResult<PaymentOutcomeAnswer>>;
  cataloguePrices(
    afterId: number,
    limit: number,
    options?: MagentoRequestOptions,
  ): Promise<ModuleResult<CataloguePrices>>;
  changes(cursor: number, limit: number, options?: MagentoRequestOptions): Promise<ModuleResult<Changes>>;
  /** No changes, only where to begin so that none of those to come is missed. */
  newestChange(options?: MagentoRequestOptions): Promise<ModuleResult<Changes>>;
  settings(options?: MagentoRequestOptions): Promise<ModuleResult<ShopSettings>>;
}

export function createModuleCalls(client: MagentoClient, clock: Pick<Clock, 'trusted'>): ModuleCalls {
  async function ask<Answer>(
    call: ModuleCall,
    method: HttpMethod,
    path: string,
    read: (body: JsonValue) => Answer,
    body: JsonValue | undefined,
    options: MagentoRequestOptions = {},
  ): Promise<ModuleResult<Answer>> {
    const outcome = await client.request(method, `/V1/holdfast${path}`, body, options);
    if (outcome.kind !== 'ok') return { ok: false, verdict: moduleVerdict(call, outcome, clock.trusted()) };
    try {
      return { ok: true, answer: read(outcome.body) };
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      return { ok: false, verdict: { next: 'look', scope: 'document', code: error.code, words: error.message } };
    }
  }
  return {
    status: (options) => ask('status', 'GET', '/status', readStatus, undefined, options),
    postSale: (sale, options) => ask('post', 'POST', '/sales', readSaleAnswer, sale, options),
    async findSale(saleId, options) {
      const found = await ask('find', 'GET', `/sales/${pathSegment(saleId)}`, readSaleAnswer, undefined, options);
      return !found.ok && found.verdict.next === 'not-there' ? { ok: true, answer: null } : found;
    },
    postReturn: (given, options) => ask('post', 'POST', '/returns', readReturnAnswer, given, options),
    postPaymentOutcome: (outcome, options) =>
      ask('post', 'POST', '/payments/outcome', readPaymentOutcomeAnswer, outcome, options),
    cataloguePrices: (afterId, limit, options) =>
      ask(
        'read',
        'GET',
        `/snapshot/catalog-rule-prices?after_id=${afterId}&limit=${limit}`,
        readCataloguePrices,
        undefined,
        options,
      ),
    changes: (cursor, limit, options) =>
      ask('read', 'GET', `/snapshot/changes?cursor=${cursor}&limit=${limit}`, readChanges, undefined, options),
    newestChange: (options) => ask('read', 'GET', '/snapshot/changes/newest', readChanges, undefined, options),
    settings: (options) => ask('read', 'GET', '/snapshot/settings', readSettings, undefined, options),
  };
}

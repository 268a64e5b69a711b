import type { JsonValue } from '../../platform/brand.ts';
import { type Clock, seconds } from '../../platform/clock.ts';
import type { Logger } from '../../platform/log.ts';
import type { CompletedSale } from '../../register/sale.ts';
import type { Checkpoint, DeliveryOutcome } from '../../sync/lane.ts';
import type { MagentoClient } from '../client/outcome.ts';
import { noInstructions, withOtherGoods } from '../delivery/instructions.ts';
import { patientSignal } from '../delivery/patient-signal.ts';
import type { Capability, OptionalRecipe } from '../delivery/recipe.ts';
import type { DeliveryShop } from '../delivery/shop.ts';
import type { SaleAnswer } from './answers.ts';
import { createModuleCalls, type ModuleCalls, type ModuleResult } from './calls.ts';
import type { ModuleVerdict } from './outcomes.ts';
import { type ModuleProgress, notPosted, posted, readModuleProgress } from './progress.ts';
import { saleRequest } from './sale-request.ts';

export interface ModuleRecipeContext {
  readonly client: MagentoClient;
  readonly shop: Pick<DeliveryShop, 'storeId' | 'sourceCode'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The contract that this release speaks. */
const contract = 1;
/** SIGTERM leaves ten seconds; a sale on its way may use most of them to end well. */
const grace = seconds(7);

/**
 * Delivery by the Holdfast module in the shop (provisioning/magento-module): one call a sale, keyed by the sale's id, written
 * wholly or not at all. Posting the same sale twice, even at the same time, makes one order.
 */
export function createModuleRecipe(context: ModuleRecipeContext): OptionalRecipe {
  const calls = createModuleCalls(context.client, context.clock);
  return {
    words: 'the Holdfast module',
    look: (signal) => look(calls, signal),
    holds(stored) {
      const progress = readModuleProgress(stored);
      if (progress === null) return 'foreign';
      return progress.posted ? 'begun' : 'idle';
    },
    deliver(sale, stored, checkpoint, signal, { renames, dropsCoupon } = noInstructions) {
      const totals = dropsCoupon ? { ...sale.totals, couponAccepted: null } : sale.totals;
      const instructed = { ...sale, totals, lines: withOtherGoods(sale.lines, renames) };
      return deliver(context, calls, instructed, readModuleProgress(stored) ?? notPosted, checkpoint, signal);
    },
    describe: (stored) =>
      readModuleProgress(stored)?.posted === true ? 'posted to the module, answer unknown' : 'not begun',
  };
}

async function look(calls: ModuleCalls, signal: AbortSignal): Promise<Capability> {
  const status = await calls.status({ signal });
  if (status.ok) {
    const { contract: spoken, version } = status.answer;
    if (spoken === contract) return { kind: 'there' };
    const words = `module ${version} speaks contract ${spoken}, this terminal ${contract}; update the older of the two`;
    return { kind: 'absent', words };
  }
  const { next, code, words } = status.verdict;
  return next === 'no-module' ? { kind: 'absent', words } : { kind: 'unknown', code, words };
}

async function deliver(
  { shop, clock, log }: ModuleRecipeContext,
  calls: ModuleCalls,
  sale: CompletedSale,
  before: ModuleProgress,
  checkpoint: Checkpoint,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  if (signal.aborted) return later(before, { scope: 'lane', code: 'delivery.stopped', words: 'Stopped on request' });
  if (before.posted) {
    const found = await calls.findSale(sale.saleId, { signal });
    if (!found.ok) return later(posted, found.verdict);
    if (found.answer !== null) return settled(sale, found.answer);
  } else {
    // Nothing is asked of Magento before it is durable that it was asked.
    await checkpoint(posted);
  }
  log.debug({ saleId: sale.saleId }, 'posting a sale to the module');
  const result = await post(calls, saleRequest(sale, shop), clock, signal);
  if (result.ok) return settled(sale, result.answer);
  if (result.verdict.next !== 'look') return refused(result.verdict);
  // The reply is lost, or says nothing: perhaps the sale is there all the same.
  const found = await calls.findSale(sale.saleId, { signal });
  return found.ok && found.answer !== null ? settled(sale, found.answer) : later(posted, result.verdict);
}

async function post(
  calls: ModuleCalls,
  request: JsonValue,
  clock: Clock,
  signal: AbortSignal,
): Promise<ModuleResult<SaleAnswer>> {
  const patient = patientSignal(signal, clock, grace);
  try {
    return await calls.postSale(request, { signal: patient.signal });
  } finally {
    patient.release();
  }
}

function refused(verdict: ModuleVerdict): DeliveryOutcome {
  // Nothing was written: another recipe may take over.
  if (verdict.next !== 'park') return later(notPosted, verdict);
  return { kind: 'parked', progress: notPosted, code: verdict.code, answer: verdict.words };
}

function later(
  progress: ModuleProgress,
  { scope, code, words, retryAfter = null }: Pick<ModuleVerdict, 'scope' | 'code' | 'words' | 'retryAfter'>,
): DeliveryOutcome {
  return { kind: 'later', scope, progress, code, answer: words, retryAfter };
}

/** The shop has the sale: in one transaction with its invoice, shipment and stock, so that there is nothing more to verify. */
function settled(sale: CompletedSale, answer: SaleAnswer): DeliveryOutcome {
  if (answer.sale_id.toLowerCase() !== sale.saleId || answer.increment_id !== sale.receiptNumber) {
    const words = `The module answered for sale ${answer.sale_id} under order ${answer.increment_id}; receipt ${sale.receiptNumber} was posted`;
    return { kind: 'parked', progress: posted, code: 'magento.other-sale', answer: words };
  }
  const stock = stockInWords(answer);
  const payment = answer.invoice_id === null ? ['not invoiced, because a payment is provisional'] : [];
  return {
    kind: 'confirmed',
    order: { orderId: answer.order_id, orderNumber: answer.increment_id, stock },
    progress: posted,
    answer: [`Order ${answer.increment_id}, ${stock}`, ...payment, ...answer.warnings].join('. '),
  };
}

function stockInWords(answer: SaleAnswer): string {
  const moved = answer.source_deductions.map(
    ({ sku, source_code: source, quantity }) => `${-quantity} × ${sku} from ${source}`,
  );
  if (moved.length === 0) return 'nothing moved in stock';
  return moved.length <= 3 ? moved.join(', ') : `${moved.length} articles from ${sourcesOf(answer)}`;
}

const sourcesOf = (answer: SaleAnswer): string =>
  [...new Set(answer.source_deductions.map((moved) => moved.source_code))].join(', ');

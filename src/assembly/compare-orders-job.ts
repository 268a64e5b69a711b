import type { OrdersHandlers } from '../control/orders-routes.ts';
import type { JobExecutor } from '../fleet/jobs-agent.ts';
import {
  type AbsentJudgement,
  type AbsentTerminal,
  mostDifferences,
  type OrdersCompared,
} from '../fleet/order-comparison.ts';
import type { JsonValue } from '../platform/brand.ts';
import { terminalId } from '../platform/ids.ts';
import { judgeAbsent } from '../reconciliation/orders/judge-absent.ts';
import type { ShopBooks } from '../reconciliation/orders/shop-books.ts';
import { withoutAddresses } from './without-addresses.ts';

export interface CompareOrdersParts {
  readonly control: OrdersHandlers;
  readonly books: Pick<ShopBooks, 'ordersOfTill'>;
}

/**
 * The journal beside Magento's orders, when the fleet asks; only looked, nothing is delivered again from afar. Terminals that are gone
 * are looked for with the same shop's account, by what they told the controller last.
 */
export function compareOrdersJob({ control, books }: CompareOrdersParts): JobExecutor<'reconcile-orders'> {
  async function lookFor(absent: AbsentTerminal, signal: AbortSignal): Promise<AbsentJudgement> {
    const terminal = terminalId(absent.terminal);
    const orders = await books.ordersOfTill(terminal, new Date(absent.since), signal);
    const { missing, doubled } = judgeAbsent({ ...absent, terminal }, orders);
    return {
      terminal,
      device: absent.device,
      missing: missing.length,
      missingReceipts: missing.slice(0, 50),
      doubled: doubled.slice(0, 50).map(({ receiptNumber, orderNumbers }) => ({
        receiptNumber,
        orderNumbers: orderNumbers.slice(0, 20),
      })),
    };
  }

  return {
    waitsForQuiet: false,
    afterRestart: 'again',
    async run({ since, absent }, { tell, signal }) {
      const report = await control.reconcileOrders({ since, redeliver: null }, signal);
      const judged: AbsentJudgement[] = [];
      for (const each of absent) {
        tell(`Looks for ${each.terminal}`, null);
        judged.push(await lookFor(each, signal));
      }
      const { sales, returns, unconfirmed, differences, stockNotJudged } = report;
      const result: OrdersCompared = {
        sales,
        returns,
        unconfirmed,
        differing: differences.length,
        differences: differences
          .slice(0, mostDifferences)
          .map(({ caseId, words, receiptNumber, nextStep, runbook }) => ({
            caseId,
            words: words.slice(0, 300),
            receiptNumber,
            nextStep: nextStep.slice(0, 300),
            runbook,
          })),
        stockNotJudged: stockNotJudged?.slice(0, 300) ?? null,
        absent: judged,
      };
      const many = differences.length === 1 ? 'one difference' : `${differences.length} differences`;
      const words = `${sales} sales and ${returns} returns compared: ${differences.length === 0 ? 'they agree' : many}`;
      // It is made of JSON's own types.
      return { words, result: withoutAddresses(result) as JsonValue };
    },
  };
}

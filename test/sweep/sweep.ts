import type { CompletedSale } from '../../src/register/sale.ts';
import { repairReservations } from '../../src/showroom/magento/reservation-repair.ts';
import { berlin } from '../magento/delivery/sales.ts';
import { cutsAtSeams, cutsEvery, deadly, deaths, faultsPerCall, type NamedMishap, type Undisturbed } from './cuts.ts';
import { checkSale, checkStock, checkStrays, type Findings, noFindings } from './ledger-check.ts';
import { Rig } from './rig.ts';
import { goods, type SaleKind, sweepSale } from './sales.ts';

/** Which recipe a part of the sweep uses. */
export type SweptRecipe = 'quote' | 'direct' | 'module';

export interface SweepOptions {
  readonly recipes: readonly SweptRecipe[];
  /** Cut before every n-th byte; null: at the seams of the calls only. */
  readonly everyBytes: number | null;
  readonly kinds: readonly SaleKind[];
  readonly seed: number;
  /** Only every n-th mishap; for a quick look. */
  readonly sample?: number;
  readonly onProgress?: (words: string) => void;
}

export interface SweepResult extends Findings {
  readonly cuts: number;
  /** Mishaps that never came to pass, and hence proved nothing. */
  readonly missed: readonly string[];
}

/** Brings one sale per mishap into a simulated shop over real sockets, and then looks at everything the shop holds. */
export async function sweep(options: SweepOptions): Promise<SweepResult> {
  const rig = await Rig.open(options.seed);
  const { ledger } = rig.shop.shop;
  const before = ledger.sourceItems
    .filter((item) => item.source_code === berlin.sourceCode)
    .map(({ sku, quantity }) => ({ sku, quantity }));
  const findings = noFindings();
  const sales: CompletedSale[] = [];
  const sold = new Map<string, number>();
  const missed: string[] = [];
  let cuts = 0;

  const passage = async (kind: SaleKind, name: string, mishap?: NamedMishap) => {
    const sale = sweepSale(kind, sales.length + 1);
    sales.push(sale);
    for (const [sku, quantity] of Object.entries(goods[kind])) sold.set(sku, (sold.get(sku) ?? 0) + quantity);
    const known = findings.problems.length;
    const seen = await rig.deliver(sale, mishap);
    if (seen.state !== 'confirmed') findings.problems.push(`${sale.receiptNumber}: ${seen.state}: ${seen.answer}`);
    checkSale(ledger, sale, berlin.sourceCode, findings);
    for (let index = known; index < findings.problems.length; index += 1) {
      findings.problems[index] = `${name}, ${mishap?.name ?? 'undisturbed'}: ${findings.problems[index]}`;
    }
    return seen;
  };

  try {
    for (const recipe of options.recipes) {
      rig.recipe = recipe;
      for (const kind of options.kinds) {
        const name = `${kind} sale, ${recipe}`;
        const { appends } = await passage(kind, name);
        const { traffic } = rig.proxy;
        const mishaps = allMishaps({ traffic, appends }, options);
        options.onProgress?.(`${name}: ${traffic.requests} calls, ${mishaps.length} cuts`);
        for (const mishap of mishaps) {
          const seen = await passage(kind, name, mishap);
          cuts += 1;
          if (!seen.struck) missed.push(`${name}, ${mishap.name}`);
          if (cuts % 200 === 0) options.onProgress?.(`${cuts} cuts`);
        }
      }
      // An order made directly reserves nothing, so that its shipment leaves the salable quantity too high until this ran.
      if (recipe === 'direct') repairReservations(rig.shop.shop);
    }
    checkStrays(ledger, sales, findings);
    checkStock(ledger, before, sold, berlin.sourceCode, findings);
    return { ...findings, cuts, missed };
  } finally {
    await rig.close();
  }
}

function allMishaps(undisturbed: Undisturbed, { everyBytes, sample = 1 }: SweepOptions): readonly NamedMishap[] {
  const seams = cutsAtSeams(undisturbed);
  const cuts = everyBytes === null ? seams : cutsEvery(everyBytes, undisturbed);
  const all = [...cuts, ...deadly(seams), ...faultsPerCall(undisturbed), ...deaths(undisturbed)];
  return all.filter((_, index) => index % sample === 0);
}

import type { CompletedSale } from '../../src/register/sale.ts';
import { repairReservations } from '../../src/showroom/magento/reservation-repair.ts';
import { berlin } from '../magento/delivery/sales.ts';
import {
  cutsAtSeams,
  cutsEvery,
  deadly,
  deaths,
  faultsPerCall,
  gatewayDeaths,
  type NamedMishap,
  type Undisturbed,
} from './cuts.ts';
import { type JourneyKind, journeyOf } from './journeys.ts';
import { checkStock, checkStrays, type Findings, noFindings } from './ledger-check.ts';
import { Rig } from './rig.ts';

/** Which recipe a part of the sweep uses. */
export type SweptRecipe = 'quote' | 'direct' | 'module';

export interface SweepOptions {
  /** What is brought in by which recipe. */
  readonly journeys: Readonly<Record<SweptRecipe, readonly JourneyKind[]>>;
  /** Cut before every n-th byte; null: at the seams of the calls only. */
  readonly everyBytes: number | null;
  readonly seed: number;
  /** Only every n-th mishap; for a quick look. */
  readonly sample?: number;
  /** The same for all that are not sales; left out: as {@link sample}. */
  readonly sampleOfOthers?: number;
  /** Delivered by so many gateways; left out: by the terminal itself. */
  readonly gateways?: number;
  /** Only those of this name; left out: all that may befall. */
  readonly only?: RegExp;
  readonly onProgress?: (words: string) => void;
}

export interface SweepResult extends Findings {
  readonly cuts: number;
  /** Mishaps that never came to pass, and hence proved nothing. */
  readonly missed: readonly string[];
}

/** Brings one sale, return, customer or outcome per mishap into a simulated shop over real sockets, and then looks at everything the shop holds. */
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

  let counter = 0;
  const count = (goods: Readonly<Record<string, number>>): void => {
    for (const [sku, quantity] of Object.entries(goods)) sold.set(sku, (sold.get(sku) ?? 0) + quantity);
  };
  const books = {
    nextCounter: () => {
      counter += 1;
      return counter;
    },
    sales,
    moved: count,
  };

  const passage = async (kind: JourneyKind, name: string, mishap?: NamedMishap) => {
    const journey = await journeyOf(kind, rig, books);
    count(journey.moved);
    const known = findings.problems.length;
    const seen = await rig.bring(journey.document, mishap);
    if (seen.state !== 'confirmed') findings.problems.push(`${seen.state}: ${seen.answer}`);
    journey.check(rig, mishap?.cut.kind === 'doubled', findings);
    for (let index = known; index < findings.problems.length; index += 1) {
      findings.problems[index] = `${name}, ${mishap?.name ?? 'undisturbed'}: ${findings.problems[index]}`;
    }
    return seen;
  };

  try {
    for (const recipe of ['quote', 'direct', 'module'] as const) {
      rig.recipe = recipe;
      if (options.gateways !== undefined) await rig.useGateways(options.gateways);
      for (const kind of options.journeys[recipe]) {
        const name = `${words[kind]}, ${recipe}`;
        // Gateways remember from one document to the next that the shop is there, and whether it has the module.
        if (options.gateways !== undefined) await passage(kind, name);
        const { appends, messages } = await passage(kind, name);
        const { traffic } = rig.proxy;
        const mishaps = allMishaps({ traffic, appends, messages }, kind, options);
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

const words: Readonly<Record<JourneyKind, string>> = {
  plain: 'plain sale',
  rich: 'rich sale',
  return: 'return',
  customer: 'new customer',
  outcome: 'outcome of a payment',
  mail: 'receipt by e-mail',
};

function allMishaps(undisturbed: Undisturbed, kind: JourneyKind, options: SweepOptions): readonly NamedMishap[] {
  const { everyBytes, sample = 1, sampleOfOthers = sample } = options;
  const every = kind === 'plain' || kind === 'rich' ? sample : sampleOfOthers;
  const seams = cutsAtSeams(undisturbed);
  const cuts = everyBytes === null ? seams : cutsEvery(everyBytes, undisturbed);
  const all = [
    ...cuts,
    ...deadly(seams),
    ...faultsPerCall(undisturbed),
    ...deaths(undisturbed),
    ...gatewayDeaths(undisturbed),
  ];
  const meant = all.filter(({ name }) => options.only === undefined || options.only.test(name));
  return meant.filter((_, index) => index % every === 0);
}

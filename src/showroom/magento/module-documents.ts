import { WebapiError } from './errors.ts';
import { isRow, type Json, type Row, textOf } from './json.ts';
import type { TillDocument } from './ledger.ts';
import type { Shop } from './shop.ts';

/** 422 of the module: what the document says can't be. */
export const invalid = (message: string): WebapiError => new WebapiError(422, { message });

/** 409 of the module. */
const conflict = (message: string): WebapiError => new WebapiError(409, { message });

/** What carrying a document out came to. */
export interface Written {
  readonly orderId: number;
  readonly answer: Row;
}

/** Carries a document out unless it was before (`Model\Document\PostOnce`); nothing of it may wait, so that none overlap. */
export function postOnce(
  shop: Shop,
  document: Pick<TillDocument, 'kind' | 'id' | 'number' | 'contents'>,
  write: () => Written,
): Row {
  const { kind, id, number, contents } = document;
  const earlier = findDocument(shop, kind, id);
  if (earlier !== undefined) {
    if (canonical(earlier.contents) !== canonical(contents)) {
      throw conflict(`Document ${earlier.id} was already posted with other contents.`);
    }
    return { ...earlier.answer, duplicate: true };
  }
  const other = shop.ledger.tillDocuments.find((stored) => stored.kind === kind && stored.number === number);
  if (number !== null && other !== undefined) {
    throw conflict(`Number ${number} was already used by ${kind} ${other.id}.`);
  }
  const { orderId, answer } = write();
  shop.ledger.tillDocuments.push({ ...document, orderId, answer });
  return { ...answer, duplicate: false };
}

export function findDocument(shop: Shop, kind: TillDocument['kind'], id: string): TillDocument | undefined {
  return shop.ledger.tillDocuments.find((stored) => stored.kind === kind && stored.id === id);
}

export function documentByNumber(shop: Shop, kind: TillDocument['kind'], number: string): TillDocument | undefined {
  return shop.ledger.tillDocuments.find((stored) => stored.kind === kind && stored.number === number);
}

/** The same for the same contents, however they are spelled; a null is as good as a field left out. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isRow(value)) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, of]) => of !== null);
  return `{${fields
    .map(([name, of]) => `${name}:${canonical(of)}`)
    .sort()
    .join()}}`;
}

/** Till and tenders in words, as the order's history has them. */
export const tendersInWords = (tenders: readonly Row[]): string =>
  tenders.map(tenderInWords).join(', ') || 'nothing due';

export const tenderInWords = (tender: Row): string =>
  [
    textOf(tender['method']),
    Number(tender['amount']).toFixed(2),
    textOf(tender['reference']),
    tender['provisional'] === true ? '(provisional)' : '',
  ]
    .filter((word) => word !== '')
    .join(' ');

import { isRow, type Json, type Row } from './json.ts';

/** What `?fields=a,b[c,d]` keeps: a field, and below it null for everything. */
type Selection = ReadonlyMap<string, Selection | null>;

/**
 * Applies `?fields=` to an answer (`Webapi\Rest\Response\FieldsFilter`): objects keep the fields named, lists are filtered
 * member by member. An empty list below a selection becomes null, as measured on Magento 2.4.7-p3 (f03).
 */
export function projected(body: Json, fields: string | undefined): Json {
  if (fields === undefined || fields === '') return body;
  const selection = parse(fields);
  if (Array.isArray(body)) return body.map((element) => (isRow(element) ? pick(element, selection) : element));
  return isRow(body) ? pick(body, selection) : body;
}

function pick(row: Row, selection: Selection): Row {
  const result: Row = {};
  for (const [name, value] of Object.entries(row)) {
    const below = selection.get(name);
    if (below === undefined) continue;
    result[name] = below === null ? value : under(value, below);
  }
  return result;
}

function under(value: Json, selection: Selection): Json {
  if (isRow(value)) return pick(value, selection);
  if (!Array.isArray(value)) return value;
  if (value.length === 0) return null;
  return value.map((element) => (isRow(element) ? pick(element, selection) : element));
}

function parse(text: string): Selection {
  let position = 0;
  const level = (): Map<string, Selection | null> => {
    const selection = new Map<string, Selection | null>();
    let name = '';
    const keep = (): void => {
      if (name !== '') selection.set(name, null);
      name = '';
    };
    while (position < text.length) {
      const letter = text.charAt(position++);
      if (letter === '[') {
        selection.set(name, level());
        name = '';
      } else if (letter === ']') {
        keep();
        return selection;
      } else if (letter === ',') keep();
      else name += letter;
    }
    keep();
    return selection;
  };
  return level();
}

import { fieldRequired } from './errors.ts';
import { isRow, type Json, type Row, rowOf, textOf } from './json.ts';
import { elements } from './query.ts';

export interface Filter {
  readonly field: string;
  readonly value: string;
  readonly condition: string;
}

export interface SearchCriteria {
  /** Groups are joined by AND, the filters of one by OR. */
  readonly groups: readonly (readonly Filter[])[];
  readonly sortOrders: readonly { readonly field: string; readonly direction: string | null }[];
  readonly pageSize: number | null;
  readonly currentPage: number | null;
}

/** Reads `searchCriteria[…]`, in either spelling of its keys; throws 400 when it is missing altogether (g09). */
export function searchCriteria(query: Row): SearchCriteria {
  const given = query['searchCriteria'] ?? query['search_criteria'];
  if (given === undefined) throw fieldRequired('searchCriteria');
  const criteria = rowOf(given);
  const part = (row: Row, camel: string, snake: string): Json | undefined => row[camel] ?? row[snake];
  const whole = (value: Json | undefined): number | null =>
    value === undefined ? null : Number.parseInt(textOf(value), 10) || 0;
  return {
    groups: elements(part(criteria, 'filterGroups', 'filter_groups')).map((group) =>
      elements(rowOf(group)['filters'])
        .filter(isRow)
        .map((filter) => ({
          field: textOf(filter['field']),
          value: textOf(filter['value']),
          condition: textOf(part(filter, 'conditionType', 'condition_type')) || 'eq',
        })),
    ),
    sortOrders: elements(part(criteria, 'sortOrders', 'sort_orders'))
      .filter(isRow)
      .map((order) => ({
        field: textOf(order['field']),
        direction: order['direction'] === undefined ? null : textOf(order['direction']).toUpperCase(),
      })),
    pageSize: whole(part(criteria, 'pageSize', 'page_size')),
    currentPage: whole(part(criteria, 'currentPage', 'current_page')),
  };
}

/** How one list is searched. */
export interface Searchable<Item> {
  /** The values a filter or a sort order sees; undefined: there is no such field. A list matches when one member does. */
  readonly value: (item: Item, field: string) => Json | undefined;
  /** Called for a field that no filter may name; throws what Magento throws. */
  readonly checkField: (field: string) => void;
  readonly view: (item: Item) => Json;
}

/** `{items, search_criteria, total_count}` of a list. Pages past the end are empty; page size 0 or none means everything. */
export function searchResult<Item>(items: readonly Item[], criteria: SearchCriteria, how: Searchable<Item>): Row {
  for (const filter of criteria.groups.flat()) how.checkField(filter.field);
  const found = items.filter((item) =>
    criteria.groups.every(
      (group) => group.length === 0 || group.some((filter) => holds(how.value(item, filter.field), filter)),
    ),
  );
  const sorted = sort(found, criteria, how);
  const size = criteria.pageSize ?? 0;
  const page = Math.max(1, criteria.currentPage ?? 1);
  const shown = size > 0 ? sorted.slice((page - 1) * size, page * size) : sorted;
  return { items: shown.map(how.view), search_criteria: echo(criteria), total_count: found.length };
}

function sort<Item>(items: readonly Item[], criteria: SearchCriteria, how: Searchable<Item>): readonly Item[] {
  const orders = criteria.sortOrders.filter((order) =>
    items.some((item) => how.value(item, order.field) !== undefined),
  );
  if (orders.length === 0) return items;
  return [...items].sort((a, b) => {
    for (const order of orders) {
      const difference = compare(single(how.value(a, order.field)), single(how.value(b, order.field)));
      if (difference !== 0) return order.direction === 'DESC' ? -difference : difference;
    }
    return 0;
  });
}

/** The criteria as answers repeat them. */
function echo(criteria: SearchCriteria): Row {
  const result: Row = {
    filter_groups: criteria.groups.map((group) => ({
      filters: group.map(({ field, value, condition }) => ({ field, value, condition_type: condition })),
    })),
  };
  if (criteria.sortOrders.length > 0) result['sort_orders'] = criteria.sortOrders.map((order) => ({ ...order }));
  if (criteria.pageSize !== null) result['page_size'] = criteria.pageSize;
  if (criteria.currentPage !== null) result['current_page'] = criteria.currentPage;
  return result;
}

const single = (value: Json | undefined): Json => (Array.isArray(value) ? value[0] : value) ?? null;

function holds(value: Json | undefined, filter: Filter): boolean {
  const values = Array.isArray(value) ? value : [single(value)];
  switch (filter.condition) {
    case 'neq':
    case 'nin':
    case 'null':
      return values.every((one) => matches(one, filter));
    default:
      return values.some((one) => matches(one, filter));
  }
}

/** One value against one filter. A condition Magento does not know works as `eq` (h44). */
function matches(value: Json, { condition, value: wanted }: Filter): boolean {
  if (condition === 'null') return value === null;
  if (condition === 'notnull') return value !== null;
  if (value === null) return condition === 'nin' || condition === 'neq' ? false : wanted === '' && condition === 'eq';
  const list = (): string[] => wanted.split(',').map((part) => part.trim());
  switch (condition) {
    case 'neq':
      return compare(value, wanted) !== 0;
    case 'gt':
      return compare(value, wanted) > 0;
    case 'gteq':
    case 'moreq':
    case 'from':
      return compare(value, wanted) >= 0;
    case 'lt':
      return compare(value, wanted) < 0;
    case 'lteq':
    case 'to':
      return compare(value, wanted) <= 0;
    case 'in':
      return list().some((part) => compare(value, part) === 0);
    case 'nin':
      return !list().some((part) => compare(value, part) === 0);
    case 'finset':
      return textOf(value).split(',').includes(wanted);
    case 'like':
      return likePattern(wanted).test(textOf(value));
    case 'nlike':
      return !likePattern(wanted).test(textOf(value));
    default:
      return compare(value, wanted) === 0;
  }
}

/** As MariaDB compares: numbers by value, text without regard to case. */
function compare(a: Json, b: Json): number {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  if (a === b) return 0;
  if (typeof a === 'number' && Number.isFinite(Number(b))) return a - Number(b);
  const [left, right] = [textOf(a).toLowerCase(), textOf(b).toLowerCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}

function likePattern(pattern: string): RegExp {
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(`^${source}$`, 'is');
}

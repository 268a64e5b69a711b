/** One condition of a Magento search; all given ones must hold (each is its own filter group). */
export interface SearchFilter {
  readonly field: string;
  /** Other fields that will do as well. */
  readonly or?: readonly string[];
  readonly condition: 'eq' | 'neq' | 'gt' | 'gteq' | 'lt' | 'lteq' | 'in' | 'like';
  readonly value: string | number;
}

export interface SearchOptions {
  readonly filters?: readonly SearchFilter[];
  /** In order of importance. Magento ignores unknown fields silently. */
  readonly sort?: readonly { readonly field: string; readonly direction: 'ASC' | 'DESC' }[];
  readonly pageSize: number;
  /** From 1. */
  readonly currentPage?: number;
  /** Magento's `fields=`: shrinks the answer, not its time. */
  readonly fields?: string;
}

/** The query of a Magento list call, without `?`. */
export function searchCriteria(options: SearchOptions): string {
  const parts: string[] = [];
  const put = (name: string, value: string | number): void => {
    parts.push(`${name}=${encodeURIComponent(value)}`);
  };
  options.filters?.forEach((filter, index) => {
    [filter.field, ...(filter.or ?? [])].forEach((field, alternative) => {
      const prefix = `searchCriteria[filterGroups][${index}][filters][${alternative}]`;
      put(`${prefix}[field]`, field);
      put(`${prefix}[value]`, filter.value);
      put(`${prefix}[condition_type]`, filter.condition);
    });
  });
  options.sort?.forEach((order, index) => {
    put(`searchCriteria[sortOrders][${index}][field]`, order.field);
    put(`searchCriteria[sortOrders][${index}][direction]`, order.direction);
  });
  put('searchCriteria[pageSize]', options.pageSize);
  if (options.currentPage !== undefined) put('searchCriteria[currentPage]', options.currentPage);
  if (options.fields !== undefined) put('fields', options.fields);
  return parts.join('&');
}

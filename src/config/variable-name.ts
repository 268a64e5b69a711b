/** `['magento', 'baseUrl']` → `HOLDFAST_MAGENTO__BASE_URL`: two underscores between levels, one between words. */
export function variableName(path: readonly string[]): string {
  return `HOLDFAST_${path.map((key) => key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()).join('__')}`;
}

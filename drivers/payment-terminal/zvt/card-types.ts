/** Cards that a shop in Europe meets, by their ZVT number (PA00P015, chapter 12). */
const names: ReadonlyMap<number, string> = new Map([
  [2, 'girocard'],
  [5, 'girocard'],
  [6, 'Mastercard'],
  [8, 'American Express'],
  [9, 'Lastschrift'],
  [10, 'Visa'],
  [11, 'Visa Electron'],
  [12, 'Diners'],
  [13, 'V PAY'],
  [14, 'JCB'],
  [30, 'GeldKarte'],
  [46, 'Maestro'],
  [87, 'Bancontact'],
  [97, 'Alipay'],
  [127, 'AirPlus'],
  [198, 'UnionPay'],
  [232, 'Discover'],
  [260, 'BlueCode'],
  [261, 'WeChat Pay'],
]);

export const cardTypeName = (type: number | undefined): string | undefined =>
  type === undefined ? undefined : names.get(type);

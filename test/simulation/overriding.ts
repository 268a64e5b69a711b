/**
 * The same object with other answers to some calls. Made once, property by property: it stands in the way of every call, where
 * a proxy would cost more than most of them do.
 */
export function overriding<Port extends object>(port: Port, overrides: Partial<Port>): Port {
  const other = {};
  for (let level: object = port; level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (name === 'constructor' || Object.hasOwn(other, name) || name in overrides) continue;
      const { value } = property;
      const get = (): unknown => Reflect.get(port, name);
      Object.defineProperty(other, name, typeof value === 'function' ? { value: value.bind(port) } : { get });
    }
  }
  Object.defineProperties(other, Object.getOwnPropertyDescriptors(overrides));
  return other as Port; // every property of it, and those alone
}

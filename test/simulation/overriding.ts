/** The same object with other answers to some calls. */
export function overriding<Port extends object>(port: Port, overrides: Partial<Port>): Port {
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(name in overrides ? overrides : target, name);
      return typeof value === 'function' ? value.bind(name in overrides ? overrides : target) : value;
    },
  });
}

declare const brand: unique symbol;

/** A `Base` that can only be made by the function that checked it, so that two kinds of id or amount never mix. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** Anything that survives `JSON.parse(JSON.stringify(x))` unchanged. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** For the `default` of a switch that must be exhaustive: compiles only when every case was handled. */
export function unreachable(value: never): never {
  throw new TypeError(`Unreachable case: ${JSON.stringify(value)}`);
}

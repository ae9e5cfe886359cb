declare const brand: unique symbol;

/** A string or number that only its own constructor makes, so that two kinds of id cannot be exchanged by mistake. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** The version of the product and of its API document; a test holds it against package.json. */
export const VERSION = '0.1.0';

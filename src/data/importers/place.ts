/** Where a record stands in the user's file, for messages. */
export type Place = { readonly file: string; readonly line?: number };

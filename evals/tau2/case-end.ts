/** How the run of a case stands when the evaluation looks no longer. */
export type CaseEnd =
  | { readonly kind: 'completed'; readonly message: string }
  /** It ended otherwise. */
  | { readonly kind: 'failed'; readonly sentence: string }
  /** It waits for a person to say whether an effect took place. */
  | { readonly kind: 'parked'; readonly sentence: string }
  /** It waits for a person for another reason. */
  | { readonly kind: 'waits'; readonly sentence: string }
  /** It neither ended nor waits for a person when the time was over. */
  | { readonly kind: 'stuck'; readonly sentence: string };

/** The id of the field where one writes; there is one. */
export const FIELD = 'composer';

export function focusComposer(): void {
  document.getElementById(FIELD)?.focus();
}

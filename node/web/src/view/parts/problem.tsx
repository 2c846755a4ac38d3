/** What went wrong, if anything did; said at once to screen readers. */
export const Problem = ({ text }: { text: string | undefined }) =>
  text === undefined ? null : <p class="problem" role="alert">{text}</p>;

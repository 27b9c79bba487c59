/** How often something was repeated, in a line for people: `once more`, `3 times more`. */
export function timesMore(times: number): string {
  return times === 1 ? 'once more' : `${times} times more`;
}

/** The values in the same order, from another one on: in round after round, each is the first once. */
export function rotated<T>(all: readonly T[], by: number): T[] {
  const first = by % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

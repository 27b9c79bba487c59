const MARK = '/warm-up/';

/** The correlation id of a frame that is sent before the counted requests, until a worker answers. */
export function warmUpId(runId: string, step: string, frame: number): string {
  return `${runId}${MARK}${step}/${frame}`;
}

export function isWarmUpId(correlationId: string): boolean {
  return correlationId.includes(MARK);
}

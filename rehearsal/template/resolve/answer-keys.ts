/**
 * The key of a value of the template in answers: its path without the words that every path has. "Worker.Role" for
 * "Resources.Worker.Properties.Role"; undefined for what is not a property of a resource.
 */
export function answerKey(path: string): string | undefined {
  const [, logicalId, rest] = /^Resources\.([^.]+)\.Properties\.(.+)$/.exec(path) ?? [];
  return logicalId === undefined || rest === undefined ? undefined : `${logicalId}.${rest}`;
}

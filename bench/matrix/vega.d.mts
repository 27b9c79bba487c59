export function draw(specification: Record<string, unknown>): Promise<string>;

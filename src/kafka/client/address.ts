export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** The two parts of host:port, or of [IPv6 address]:port. */
export function addressOf(text: string): HostAndPort {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(text.slice(colon + 1)) };
}

/** An address as text, to compare addresses. */
export function addressKey({ host, port }: HostAndPort): string {
  return `${host}:${port}`;
}

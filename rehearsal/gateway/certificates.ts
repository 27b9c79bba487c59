import { isIP } from 'node:net';
import { generate } from 'selfsigned';

/** A certificate authority and one certificate of it, as PEM. The authority's key is not kept. */
export interface Certificates {
  /** The certificate that clients must trust. */
  authority: string;
  certificate: string;
  key: string;
}

const DAY_MS = 86_400_000;
/** Longer than a gateway is left running. */
const VALID_DAYS = 30;

/** @param names host names of the brokers besides 127.0.0.1 and localhost */
export async function newCertificates(names: readonly string[] = []): Promise<Certificates> {
  // One day earlier, because the clocks of containers and their hosts sometimes differ.
  const notBeforeDate = new Date(Date.now() - DAY_MS);
  const notAfterDate = new Date(Date.now() + VALID_DAYS * DAY_MS);
  const common = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256', notBeforeDate, notAfterDate } as const;
  const authority = await generate([{ name: 'commonName', value: 'easy-pubsub gateway, local authority' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const all = [...new Set(['127.0.0.1', 'localhost', ...names])];
  const own = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: all.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name })),
      },
    ],
  });
  return { authority: authority.cert, certificate: own.cert, key: own.private };
}

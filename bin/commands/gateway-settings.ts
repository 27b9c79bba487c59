import type { GatewayRole } from '../../rehearsal/gateway/index.js';

interface ClientSettings {
  role: GatewayRole;
  /** The user's own credentials, which are not printed. */
  secret: boolean;
  brokers: readonly string[];
  caFile: string;
  region: string;
}

/**
 * The settings for clients of one role, for a shell: AWS's variables, PUBSUB_ variables, and the certificate authority
 * for others.
 */
export function clientSettings({ role, secret, brokers, caFile, region }: ClientSettings): string {
  const credentials: [string, string | undefined][] = secret
    ? []
    : [
        ['AWS_ACCESS_KEY_ID', role.accessKeyId],
        ['AWS_SECRET_ACCESS_KEY', role.secretAccessKey],
        ['AWS_SESSION_TOKEN', role.sessionToken],
      ];
  const variables: [string, string | undefined][] = [
    ['AWS_REGION', region],
    ...credentials,
    ['PUBSUB_BROKERS', brokers.join(',')],
    ['PUBSUB_AUTH', 'msk_iam'],
    ['PUBSUB_TLS_CA', caFile],
    ['NODE_EXTRA_CA_CERTS', caFile],
  ];
  return [
    `# ${role.arn}${role.mayConnect ? '' : ` (may not connect: ${role.whyNot?.('connect') ?? 'kafka-cluster:Connect is not allowed'})`}`,
    ...(secret ? ['# with the credentials that you gave'] : []),
    ...variables.flatMap(([name, value]) => (value === undefined ? [] : `export ${name}='${value}'`)),
    `# Java: ssl.truststore.type=PEM, ssl.truststore.location=${caFile}; librdkafka: ssl.ca.location=${caFile}`,
    ...(role.mayWriteIdempotently
      ? []
      : [
          '# enable.idempotence=false: the policy has no kafka-cluster:WriteDataIdempotently, and Java asks for it by default',
        ]),
    '',
  ].join('\n');
}

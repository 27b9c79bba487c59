import type { TestContext } from 'vitest';

/**
 * Every reason for which a test may be skipped. A skip that is not listed here counts as a failure in CI. The key is
 * printed with each skipped test.
 */
export const skipReasons = {
  'no-embedded-kafka': 'No Java 17 or newer, or no Maven: an embedded Kafka cannot be started on this machine.',
  'no-docker-engine': 'No Docker engine with the compose plugin answers on this machine.',
  'no-kafka-image': 'The Docker engine has no apache/kafka image of this version; docker pull downloads it.',
  'no-other-java': 'EASY_PUBSUB_TEST_JAVA_HOMES names no other Java to try.',
  'no-python': 'No Python 3 on this machine; its results are in the repository.',
  'no-python-clients':
    'No Python 3 with pip that could install aws-msk-iam-sasl-signer-python and confluent-kafka on this machine.',
  'no-pyyaml': 'No Python 3 with PyYAML on this machine; its results are in the repository.',
  'no-aws-cli': 'No Python 3 with pip that could install awscli on this machine.',
  'no-go-client': 'No Go on this machine that could build a client of franz-go and aws-msk-iam-sasl-signer-go.',
  'no-node-24': 'This is not Node 24, and npm could not install it.',
  'no-ipv6': 'The loopback interface of this machine has no IPv6 address.',
  'no-proc': 'This system has no /proc: processes cannot be recognized by their environment.',
} as const;

export type SkipReason = keyof typeof skipReasons;

/** Skips the running test if a reason is given. */
export function skipFor(context: Pick<TestContext, 'skip'>, reason: SkipReason | undefined): void {
  if (reason !== undefined) context.skip(`${reason}: ${skipReasons[reason]}`);
}

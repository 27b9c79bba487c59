import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { cacheFolder } from '../../../../local/os/cache.js';
import { kafkaTools, type KafkaTool } from '../../../../local/kafka/index.js';
import type { CommandResult } from '../../../../local/os/commands.js';
import { publish } from '../../../../local/kafka/program/jars.js';
import { loggingConfig, loggingFlag } from '../../../../local/kafka/embedded/logging.js';
import { copyJars, findMaven } from '../../../../local/kafka/program/maven.js';
import { readKafkaVersion } from '../../../../local/kafka/program/version.js';
import { Watchdog } from '../../../../local/os/watchdog.js';
import { Deadline } from '../../../../src/base/deadline.js';
import type { Mechanism } from '../../../../rehearsal/gateway/protocol/sasl-messages.js';
import { REGION, type Credentials } from './world.js';

/** AWS's own library for Java clients of MSK. */
const library = { group: 'software.amazon.msk', name: 'aws-msk-iam-auth', version: '2.3.9' };

const logins: Record<Mechanism, readonly string[]> = {
  AWS_MSK_IAM: [
    'sasl.jaas.config=software.amazon.msk.auth.iam.IAMLoginModule required;',
    'sasl.client.callback.handler.class=software.amazon.msk.auth.iam.IAMClientCallbackHandler',
  ],
  OAUTHBEARER: [
    'sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;',
    'sasl.login.callback.handler.class=software.amazon.msk.auth.iam.IAMOAuthBearerLoginCallbackHandler',
    'sasl.client.callback.handler.class=software.amazon.msk.auth.iam.IAMOAuthBearerLoginCallbackHandler',
  ],
};

/** Kafka's own commands, which log in with AWS's library as in its documentation. */
export interface JavaClient {
  run(tool: KafkaTool, args: readonly string[], input?: string): Promise<CommandResult>;
}

export async function javaClient(
  { caFile, brokers }: { caFile: string; brokers: readonly string[] },
  credentials: Credentials,
  mechanism: Mechanism,
  settings: readonly string[] = [],
): Promise<JavaClient> {
  const watchdog = await Watchdog.start();
  onTestFinished(() => watchdog.close());
  const jars = await libraryJars(watchdog);
  const file = join(await watchdog.folder(dirname(caFile), 'easy-pubsub-java-'), 'client.properties');
  const lines = [
    'security.protocol=SASL_SSL',
    'ssl.truststore.type=PEM',
    `ssl.truststore.location=${caFile}`,
    `sasl.mechanism=${mechanism}`,
    ...logins[mechanism],
    ...settings,
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  // A producer reports only in its log that it could not write.
  const version = readKafkaVersion(process.env);
  const logging = `${file}.logging`;
  await writeFile(
    logging,
    loggingConfig(version, [], () => ''),
  );
  const tools = await kafkaTools({
    env: {
      ...process.env,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
    },
  });
  return {
    run: (tool, args, input) =>
      tools.run(tool, ['--bootstrap-server', brokers.join(','), configOption(tool), file, ...args], {
        classPath: jars,
        ...(input === undefined ? {} : { input, jvmFlags: [loggingFlag(version, logging)] }),
      }),
  };
}

function configOption(tool: KafkaTool): string {
  if (tool === 'console-producer') return '--producer.config';
  return tool === 'console-consumer' ? '--consumer.config' : '--command-config';
}

/** Downloaded by Maven the first time, then kept beside Kafka's jars. */
async function libraryJars(watchdog: Watchdog): Promise<string[]> {
  const folder = join(cacheFolder(process.env), 'test', `${library.name}-${library.version}`);
  if (!existsSync(folder)) {
    const maven = findMaven(process.env);
    if (typeof maven !== 'string') throw new Error(maven.missing);
    await mkdir(dirname(folder), { recursive: true });
    const workFolder = await watchdog.folder(dirname(folder), '.incoming-');
    const incoming = join(workFolder, 'jars');
    const context = { env: process.env, deadline: new Deadline(240_000), onProgress: () => undefined, watchdog };
    const version = readKafkaVersion(process.env);
    await copyJars([library], incoming, { context, maven, version, workFolder });
    await publish(incoming, folder);
  }
  return (await readdir(folder)).map((name) => join(folder, name));
}

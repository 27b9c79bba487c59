/** Local Kafka: a real one, without an installation. */
export { cacheFolder, temporaryFolder } from './cache.js';
export { chooseKafka } from './choose.js';
export type { ChooseOptions, ChosenKafka, KafkaKind } from './chosen.js';
export { startEmbedded } from './embedded.js';
export type { EmbeddedKafka, EmbeddedNode, EmbeddedOptions } from './embedded-options.js';
export type { JvmOptions } from './jvm.js';
export {
  plainListener,
  scramListener,
  tlsListener,
  type ExtraListener,
  type Login,
  type ScramUser,
  type TlsFiles,
} from './listeners.js';
export type { LoggerOverride } from './logging.js';
export { kafkaTools, type KafkaTool, type KafkaTools } from './tools.js';
export { readKafkaVersion, type KafkaVersion } from './version.js';
export { Watchdog } from './watchdog.js';
export { endKeptKafka, keptKafka, logCommand, type KeptStatus } from './kept-commands.js';

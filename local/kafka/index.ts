/** Local Kafka: a real broker, without an installation. */
export { cacheFolder, temporaryFolder } from '../os/cache.js';
export { chooseKafka } from './choose/choose.js';
export type { ChooseOptions, ChosenKafka, KafkaKind } from './choose/chosen.js';
export { startEmbedded } from './embedded/embedded.js';
export type { EmbeddedKafka, EmbeddedNode, EmbeddedOptions } from './embedded/embedded-options.js';
export type { JvmOptions } from './embedded/jvm.js';
export {
  plainListener,
  scramListener,
  tlsListener,
  type ExtraListener,
  type Login,
  type ScramUser,
  type TlsFiles,
} from './embedded/listeners.js';
export type { LoggerOverride } from './embedded/logging.js';
export { kafkaTools, type KafkaTool, type KafkaTools } from './program/tools.js';
export { readKafkaVersion, type KafkaVersion } from './program/version.js';
export { Watchdog } from '../os/watchdog.js';
export { endKeptKafka, keptKafka, logCommand, type KeptStatus } from './kept/kept-commands.js';

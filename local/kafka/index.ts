/** Local Kafka: a real one, without an installation. */
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

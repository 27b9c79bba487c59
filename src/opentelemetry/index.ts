// For programs that use OpenTelemetry: `easy-pubsub/opentelemetry`. Nothing else imports this folder.
export { opentelemetry_ports, type opentelemetry_options, type opentelemetry_result } from './ports.js';

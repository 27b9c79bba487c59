import type { fields_first_logger, logger, message_first_logger } from './ports.js';

/**
 * The same logger with the arguments in our order: message, fields. Pino and bunyan take the fields first, and would
 * otherwise leave them out. Winston, console and Powertools have our order.
 */
export function messageFirst(port: logger | message_first_logger | fields_first_logger): logger {
  if (!takesFieldsFirst(port)) return port;
  return {
    debug: (message, fields = {}) => port.debug(fields, message),
    info: (message, fields = {}) => port.info(fields, message),
    warn: (message, fields = {}) => port.warn(fields, message),
    error: (message, fields = {}) => port.error(fields, message),
  };
}

/** Pino has `bindings`, bunyan has `addStream`; no logger with the other order has one of them and `child`. */
function takesFieldsFirst(port: logger | message_first_logger | fields_first_logger): port is fields_first_logger {
  const { child, bindings, addStream } = port as { child?: unknown; bindings?: unknown; addStream?: unknown };
  return typeof child === 'function' && (typeof bindings === 'function' || typeof addStream === 'function');
}
